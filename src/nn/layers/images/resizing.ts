import { boolean, choice, classNameOf, configurable, number, only } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { INTERPOLATIONS } from '../../../engine/ops/image/interpolation.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { resize } from '../../../engine/ops/index.js';
import type { DType } from '../../../config/dtype.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { ImageSizeLayer } from './image-size.js';
import type { SizeChange } from './image-size.js';

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
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new ValueError(
        `${classNameOf(this)}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether images lose ` +
          `what does not fit, or get borders.`,
      );
    }
  }

  protected override dtypeOf(images: DType): DType {
    return images;
  }

  protected override resized(images: Tensor, isOfClasses: boolean): Tensor {
    const { height, width, antialias, fillValue, cropToAspectRatio, padToAspectRatio } = this;
    const interpolation = isOfClasses ? 'nearest' : this.interpolation;
    const fitting = { cropToAspectRatio, padToAspectRatio, fillValue };
    return resize(images, [height, width], { interpolation, antialias, ...fitting });
  }

  protected override changeOf(size: ImageSize<number>): SizeChange {
    const { height, width, cropToAspectRatio, padToAspectRatio } = this;
    const stretch = { height: height / size.height, width: width / size.width };
    if (!cropToAspectRatio && !padToAspectRatio) return { scale: stretch, shift: { height: 0, width: 0 } }; // prettier-ignore
    const pick = cropToAspectRatio ? Math.max : Math.min;
    const ratio = pick(stretch.height, stretch.width);
    // Whole pixels are cut off, or added, in front.
    const cut = (side: number, whole: number): number => {
      const rest = (side * ratio - whole) / 2;
      return cropToAspectRatio ? Math.floor(rest) : -Math.floor(-rest);
    };
    return {
      scale: { height: ratio, width: ratio },
      shift: { height: cut(size.height, height), width: cut(size.width, width) },
    };
  }
}
