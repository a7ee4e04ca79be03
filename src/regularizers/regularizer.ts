import { describeValue } from '../config/describe-value.js';
import type { Config, Configurable } from '../config/index.js';
import { ValueError } from '../errors.js';
import { scopeCalls } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** A penalty that is added to the loss. Own ones: `class extends Regularizer { call(x) {…} }`. */
export abstract class Regularizer implements Configurable {
  static readonly className: string = 'Regularizer';

  constructor() {
    scopeCalls(this);
  }

  /** The penalty of a weight or of a layer's output, a scalar tensor. */
  abstract call(x: Tensor): Tensor;

  /** The arguments in Keras's spelling. */
  getConfig(): Config {
    return {};
  }
}

/** A plain function as regularizer. */
export type RegularizerFunction = (x: Tensor) => Tensor;

/** Calls a plain function. */
export class FunctionRegularizer extends Regularizer {
  static override readonly className: string = 'FunctionRegularizer';

  constructor(readonly source: RegularizerFunction) {
    super();
  }

  override call(x: Tensor): Tensor {
    return this.source(x);
  }

  override getConfig(): Config {
    throw new ValueError(
      `regularizer ${describeValue(this.source)} is a plain function, which cannot be saved. ` +
        `Use L1, L2 or L1L2 in a model that is to be saved.`,
    );
  }
}
