import { describeValue } from '../../config/describe-value.js';
import { configure, KerasObject } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { scopeCalls } from '../../engine/tensor/scope.js';
import type { Tensor } from '../../engine/tensor/index.js';

/**
 * Base class of regularizers, whose penalties are added to the loss.
 *
 * @example
 * class Above extends regularizers.Regularizer {
 *   static override readonly className = 'Above';
 *   override call(x) { return x.relu().sum(); }
 * }
 */
export abstract class Regularizer extends KerasObject {
  static override readonly className: string = 'Regularizer';

  constructor(options: object = {}) {
    super();
    configure(this, options);
    scopeCalls(this);
  }

  /** The penalty of a weight or of a layer's output, a scalar tensor. */
  abstract call(x: Tensor): Tensor;
}

/** A plain function used as a regularizer. */
export type RegularizerFunction = (x: Tensor) => Tensor;

/** Calls a plain function. */
export class FunctionRegularizer extends Regularizer {
  static override readonly className: string = 'FunctionRegularizer';

  constructor(readonly fn: RegularizerFunction) {
    super();
  }

  override call(x: Tensor): Tensor {
    return this.fn(x);
  }

  override getConfig(): Config {
    throw new ValueError(
      `regularizer ${describeValue(this.fn)} is a plain function, which cannot be saved. ` +
        `Register a function with utils.registerKerasSerializable.`,
    );
  }
}
