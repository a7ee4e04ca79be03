import { describeValue } from '../config/describe-value.js';
import type { Config, Configurable } from '../config/index.js';
import { ValueError } from '../errors.js';
import { scopeCalls } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * What a weight is brought to after each update. Own ones: `class extends Constraint { call(w) {…}
 * }`.
 */
export abstract class Constraint implements Configurable {
  static readonly className: string = 'Constraint';

  constructor() {
    scopeCalls(this);
  }

  /** The values that `w` is replaced by, of w's shape. */
  abstract call(w: Tensor): Tensor;

  /** The arguments in Keras's spelling. */
  getConfig(): Config {
    return {};
  }
}

/** A plain function as constraint. */
export type ConstraintFunction = (w: Tensor) => Tensor;

/** Calls a plain function. */
export class FunctionConstraint extends Constraint {
  static override readonly className: string = 'FunctionConstraint';

  constructor(readonly source: ConstraintFunction) {
    super();
  }

  override call(w: Tensor): Tensor {
    return this.source(w);
  }

  override getConfig(): Config {
    throw new ValueError(
      `constraint ${describeValue(this.source)} is a plain function, which cannot be saved. ` +
        `Use one of Keras's constraints in a model that is to be saved.`,
    );
  }
}
