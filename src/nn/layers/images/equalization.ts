import { configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { countTiles, lookUpTiles } from '../../../engine/ops/image/equalize.js';
import {
  cast,
  clip,
  cumsum,
  div,
  equal,
  greater,
  max,
  min,
  mul,
  reshape,
  round,
  sub,
  sum,
  where,
} from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { BYTES, toRange } from './colors.js';
import { valueRange } from './factor.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `Equalization`. */
export interface EqualizationOptions extends OptionsOf<typeof Equalization> {}

/**
 * While training, images of which all tones are used alike: a number becomes the part of the numbers that are not above it. What
 * is counted are the numbers of each channel over the whole batch, in `bins` classes, as in Keras; otherwise the identity. A
 * channel whose numbers are all of one class stays. float32, of the shape of the images; bounding boxes and masks stay.
 * Keras: `Equalization`.
 *
 * @example new layers.Equalization().apply([[[10], [20], [20], [30]]]).flatten() // [0, 170, 170, 255]
 */
export class Equalization extends configurable(BaseImagePreprocessingLayer, 'Equalization', {
  /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
  valueRange: valueRange(),
  /** The number of classes. Default 256. */
  bins: length({ default: 256 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: EqualizationOptions = {}) {
    super(options);
  }

  override getRandomTransformation(_images: Tensor): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const { label, bins } = this;
    const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
    const bytes = toRange(images, this.valueRange, BYTES);
    const tile = { gridHeight: 1, gridWidth: 1, tileHeight: height, tileWidth: width };
    const ofImages = countTiles(label, div(mul(bytes, bins - 1), 255), tile, bins);
    const counted = sum(ofImages, 0, true);
    const upTo = cast(cumsum(counted, -1), 'float32');
    const total = max(upTo, -1, true);
    // The first class that is not empty.
    const first = min(where(greater(upTo, 0), upTo, total), -1, true);
    const others = sub(total, first);
    const isFlat = equal(others, 0);
    const part = div(mul(sub(upTo, first), 255), where(isFlat, 1, others));
    const table = clip(round(part), ...BYTES);
    // One table serves all images: they are one tall image.
    const all = reshape(mul(div(bytes, 255), bins - 1), [1, count * height, width, channels]);
    const found = lookUpTiles(label, all, table, { ...tile, tileHeight: count * height });
    const isKept = reshape(isFlat, [1, 1, 1, channels]);
    const equalized = where(isKept, bytes, reshape(found, images.shape));
    return toRange(equalized, BYTES, this.valueRange);
  }
}
