import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { resize, slice } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { sideLengths } from './image-preprocessing.js';
import { ImageSizeLayer, inMiddle, middleOfShape } from './image-size.js';
import type { Rectangle, SizeChange } from './image-size.js';

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
  }

  /** The rectangle of images of that size that is kept: all of the result, or what is enlarged to it. */
  #kept({ height, width }: ImageSize<number>): Rectangle {
    const size = { height, width };
    if (height < this.height || width < this.width) return middleOfShape(size, this);
    return inMiddle(size, { height: this.height, width: this.width });
  }

  protected override resized(images: Tensor, isOfClasses: boolean): Tensor {
    const { top, left, height, width } = this.#kept(sideLengths(images.shape));
    const cut = slice(images, ':', [top, top + height], [left, left + width]);
    if (height === this.height && width === this.width) return cut;
    return resize(cut, [this.height, this.width], { interpolation: isOfClasses ? 'nearest' : 'bilinear' }); // prettier-ignore
  }

  protected override changeOf(size: ImageSize<number>): SizeChange {
    const { top, left, height, width } = this.#kept(size);
    const scale = { height: this.height / height, width: this.width / width };
    return { scale, shift: { height: top * scale.height, width: left * scale.width } };
  }
}
