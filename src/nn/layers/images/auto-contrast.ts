import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/rescale.js';
import { div, equal, max, min, sub, where } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { valueRange } from './factor.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `AutoContrast`. */
export interface AutoContrastOptions extends OptionsOf<typeof AutoContrast> {}

/**
 * Images whose contrast is as high as can be, in training and out of it: each channel of each image is stretched, so that its
 * darkest number becomes the lower end of `valueRange` and its lightest one the upper end. A channel of one number stays where it is. float32,
 * of the shape of the images; bounding boxes and masks stay. Keras: `AutoContrast`.
 *
 * @example new layers.AutoContrast().apply([[[50], [75], [100]]]).flatten() // [0, 127.5, 255]
 */
export class AutoContrast extends configurable(BaseImagePreprocessingLayer, 'AutoContrast', {
  /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
  valueRange: valueRange(),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: AutoContrastOptions = {}) {
    super(options);
  }

  override get onlyInTraining(): boolean {
    return false;
  }

  override getRandomTransformation(_images: Tensor): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const { valueRange } = this;
    const [low, high] = valueRange;
    const darkest = min(images, [1, 2], true);
    const range = sub(max(images, [1, 2], true), darkest);
    const isFlat = equal(range, 0);
    const center = where(isFlat, 0, darkest);
    const scale = where(isFlat, 1, div(high - low, where(isFlat, 1, range)));
    const shift = where(isFlat, 0, low);
    return rescaled(this.label, images, { center, scale, shift }, valueRange);
  }
}
