import { configurable } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { cast, resize, slice } from '../ops/index.js';
import type { SliceSpec } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import { ImageSizeLayer } from './image-size.js';

/** Options of `CenterCrop`. */
export interface CenterCropOptions extends OptionsOf<typeof CenterCrop> {}

/**
 * The middle of images: [batch, any height, any width, channels] becomes [batch, height, width, channels], float32. Of an odd
 * number of rows or columns that are left out one more is behind. Images that are too small are enlarged by bilinear `Resizing`
 * with `cropToAspectRatio`. An image without a batch axis stays one. Keras: `CenterCrop`.
 *
 * @example new layers.CenterCrop(1, 2).apply(arange(12).reshape(1, 3, 4, 1)).flatten() // [5, 6]
 */
export class CenterCrop extends configurable(ImageSizeLayer, 'CenterCrop', undefined) {
  /**
   * @param height height of the result
   * @param width width of the result
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(height: number, width: number, options: CenterCropOptions = {}) {
    super(options, [height, width]);
    this.inputSpec = { minNdim: 3 };
  }

  override call(x: Tensor): Tensor {
    const { dataFormat } = this;
    const images = cast(x, 'float32');
    const size = [this.height, this.width] as const;
    const sides = this.sidesOf(images.shape);
    const left = sides.map((axis, i) => (images.shape[axis] ?? 0) - (size[i] ?? 0));
    if (left.some((rest) => rest < 0)) {
      return resize(images, size, { cropToAspectRatio: true, dataFormat });
    }
    const ranges = images.shape.map((): SliceSpec => ':');
    sides.forEach((axis, i) => {
      const start = Math.floor((left[i] ?? 0) / 2);
      ranges[axis] = [start, start + (size[i] ?? 0)];
    });
    return slice(images, ...ranges);
  }
}
