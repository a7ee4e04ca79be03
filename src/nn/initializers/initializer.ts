import { configure, KerasObject } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { formatShape, sameShape, tensor, tidy } from '../../engine/tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';

/**
 * Base class of initializers, which create the initial values of weights.
 *
 * @example
 * class Halves extends initializers.Initializer {
 *   static override readonly className = 'Halves';
 *   override apply(shape, dtype) { return full(shape, 0.5, dtype); }
 * }
 */
export abstract class Initializer extends KerasObject {
  static override readonly className: string = 'Initializer';

  constructor(options: object = {}) {
    super();
    configure(this, options);
  }

  /** Creates a tensor of the given shape, which you dispose of. */
  abstract apply(shape: Shape, dtype?: DType): Tensor;
}

/** A plain function used as an initializer. */
export type InitializerFunction = (shape: Shape, dtype: DType) => TensorLike;

/** Calls a plain function, or hands out copies of one tensor, and checks what comes. */
export class FunctionInitializer extends Initializer {
  static override readonly className: string = 'FunctionInitializer';

  constructor(readonly fn: InitializerFunction) {
    super();
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    // Copied, because the weight will change in place and the function may give the same tensor
    // again.
    const result = tidy(() => tensor(this.fn(shape, dtype), { dtype }));
    if (!sameShape(result.shape, shape)) {
      const got = formatShape(result.shape);
      result.dispose();
      throw new ValueError(
        `initializer ${describeValue(this.fn)} gave values of shape ${got}, but the weight has shape ` +
          `${formatShape(shape)}. Return values of the shape that it is called with.`,
      );
    }
    return result;
  }

  override getConfig(): Config {
    throw new ValueError(
      `initializer ${describeValue(this.fn)} is a plain function or tensor, which cannot be saved. ` +
        `Register a function with utils.registerKerasSerializable.`,
    );
  }
}
