import { boolean, choice, classNameOf, configurable, number, only } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { ValueError } from '../errors.js';
import { INTERPOLATIONS } from '../ops/image/interpolation.js';
import { resize } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import type { ApplyOptions } from './core/call-options.js';
import type { Symbolic, TensorSpec } from './core/symbolic-tensor.js';
import { ImageSizeLayer } from './image-size.js';

/** Options of `Resizing`. */
export interface ResizingOptions extends OptionsOf<typeof Resizing> {}

/**
 * Images of another size: [batch, any height, any width, channels] becomes [batch, height, width, channels], of the dtype of the
 * images, of which whole numbers are rounded. An image without a batch axis stays one. Keras: `Resizing`; weights are those of
 * Keras on JAX and TensorFlow.
 *
 * @example new layers.Resizing(224, 224, { cropToAspectRatio: true }).apply(zeros([2, 375, 500, 3])) // shape [2, 224, 224, 3]
 */
export class Resizing extends configurable(ImageSizeLayer, 'Resizing', {
  /** How pixels between pixels are computed: `'bilinear'` (default), `'nearest'`, `'bicubic'`, `'lanczos3'` or `'lanczos5'`. */
  interpolation: choice(INTERPOLATIONS, { default: 'bilinear' }),
  /** Whether the images are cut to the shape of the result first, so that nothing is distorted. Default false. */
  cropToAspectRatio: boolean({ default: false }),
  /** Whether the images are surrounded by `fillValue` first, so that nothing is distorted. Default false. */
  padToAspectRatio: boolean({ default: false }),
  /** What surrounds the images: only `'constant'`. */
  fillMode: only(['constant']),
  /** The number that surrounds the images. Default 0. */
  fillValue: number({ default: 0 }),
  /** Whether an axis that gets shorter is smoothed, so that no pixel is left out. Default false. */
  antialias: boolean({ default: false }),
}) {
  /**
   * @param height height of the result
   * @param width width of the result
   * @throws ValueError if an argument or option is unknown or out of range, or images are both cut and surrounded.
   */
  constructor(height: number, width: number, options: ResizingOptions = {}) {
    super(options, [height, width]);
    this.inputSpec = { minNdim: 3 };
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new ValueError(
        `${classNameOf(this)}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether images lose ` +
          `what does not fit, or get borders.`,
      );
    }
  }

  override call(x: Tensor): Tensor {
    const { height, width, dataFormat, interpolation, antialias, fillValue } = this;
    const { cropToAspectRatio, padToAspectRatio } = this;
    this.sidesOf(x.shape);
    const fitting = { cropToAspectRatio, padToAspectRatio, fillValue };
    return resize(x, [height, width], { dataFormat, interpolation, antialias, ...fitting });
  }

  override computeOutputSpec(x: Symbolic<Tensor>, options: ApplyOptions): TensorSpec {
    return { ...(super.computeOutputSpec(x, options) as TensorSpec), dtype: x.dtype };
  }
}
