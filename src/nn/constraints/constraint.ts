import { configure, KerasObject } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { scopeCalls } from '../../engine/tensor/scope.js';
import type { Tensor } from '../../engine/tensor/index.js';

/**
 * Base class of constraints on weights, which are applied after each update.
 *
 * @example
 * class Halved extends constraints.Constraint {
 *   static override readonly className = 'Halved';
 *   override call(w) { return w.mul(0.5); }
 * }
 */
export abstract class Constraint extends KerasObject {
  static override readonly className: string = 'Constraint';

  constructor(options: object = {}) {
    super();
    configure(this, options);
    scopeCalls(this);
  }

  /** The values that replace `w`, of w's shape. */
  abstract call(w: Tensor): Tensor;
}

/** A plain function used as a constraint. */
export type ConstraintFunction = (w: Tensor) => Tensor;

/** Calls a plain function. */
export class FunctionConstraint extends Constraint {
  static override readonly className: string = 'FunctionConstraint';

  constructor(readonly fn: ConstraintFunction) {
    super();
  }

  override call(w: Tensor): Tensor {
    return this.fn(w);
  }

  override getConfig(): Config {
    throw new ValueError(
      `constraint ${describeValue(this.fn)} is a plain function, which cannot be saved. ` +
        `Register a function with utils.registerKerasSerializable.`,
    );
  }
}
