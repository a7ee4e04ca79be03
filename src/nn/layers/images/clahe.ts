import { describeValue } from '../../../config/describe-value.js';
import { configurable, isListOf, number, requireLengths } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { countTiles, lookUpTiles } from '../../../engine/ops/image/equalize.js';
import { add, cast, clip, cumsum, div, equal, min, minimum, mul, sub, sum, where } from '../../../engine/ops/index.js'; // prettier-ignore
import type { Tensor } from '../../../engine/tensor/index.js';
import { BYTES, toRange } from './colors.js';
import { valueRange } from './factor.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `ContrastLimitedAdaptiveHistogramEqualization`. */
export interface ContrastLimitedAdaptiveHistogramEqualizationOptions extends OptionsOf<
  typeof ContrastLimitedAdaptiveHistogramEqualization
> {}

/** Classes of numbers from 0 to 255. */
const BINS = 256;

/** Rows and columns of a grid. */
const grid = (): Option<readonly number[]> => ({
  default: [8, 8],
  check: (given, { label, name }) => {
    const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0; // prettier-ignore
    if (isListOf(given, isCount) && given.length === 2) {
      requireLengths(label, name, given);
      return [...given];
    }
    throw new ValueError(
      `${label}: ${name} must be a pair of whole numbers above 0, [rows, columns], got ${describeValue(given)}.`,
    );
  },
});

/**
 * Images with more contrast everywhere, in training and out of it (contrast limited adaptive histogram equalization, CLAHE;
 * Zuiderveld, 1994). A grid of tiles covers each image; beyond its border there is its mirror image. In each channel of a tile a
 * number becomes the part of the numbers that are not above it. No number counts more than `clipLimit` times the mean of all
 * 256; what is more is shared by all. Between the centres of tiles straight lines are drawn between what they say. Numbers count
 * without their fractions. float32, of the shape of the images; bounding boxes and masks stay. Keras:
 * `ContrastLimitedAdaptiveHistogramEqualization`.
 *
 * @example new layers.ContrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [1, 1], clipLimit: 0 }).apply([[[10], [20], [20], [30]]]).flatten() // [63.75, 191.25, 191.25, 255]
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends configurable(
  BaseImagePreprocessingLayer,
  'ContrastLimitedAdaptiveHistogramEqualization',
  {
    /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
    valueRange: valueRange(),
    /** How often a number counts at most, in multiples of the mean; 0 or less: no limit. Default 4. */
    clipLimit: number({ default: 4 }),
    /** The number of tiles, [rows, columns]. Default [8, 8]. */
    tileGridSize: grid(),
  },
) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: ContrastLimitedAdaptiveHistogramEqualizationOptions = {}) {
    super(options);
  }

  override get onlyInTraining(): boolean {
    return false;
  }

  override getRandomTransformation(_images: Tensor): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    const { label, clipLimit } = this;
    const [, height = 0, width = 0] = images.shape;
    const [gridHeight = 1, gridWidth = 1] = this.tileGridSize;
    const tileHeight = Math.ceil(height / gridHeight);
    const tileWidth = Math.ceil(width / gridWidth);
    const tiles = { gridHeight, gridWidth, tileHeight, tileWidth };
    const bytes = toRange(images, this.valueRange, BYTES);
    const pixels = tileHeight * tileWidth;
    const counted = cast(countTiles(label, bytes, tiles, BINS), 'float32');
    const upTo = cumsum(clipLimit > 0 ? limited(counted, (clipLimit * pixels) / BINS) : counted, -1); // prettier-ignore
    const first = min(upTo, -1, true);
    const others = sub(pixels, first);
    const part = div(mul(sub(upTo, first), 255), where(equal(others, 0), 1, others));
    const found = lookUpTiles(label, bytes, clip(part, ...BYTES), tiles);
    return toRange(found, BYTES, this.valueRange);
  }
}

/** Counts of which none is above a limit; what is above is shared by all. */
function limited(counts: Tensor, limit: number): Tensor {
  const kept = minimum(counts, limit);
  return add(kept, div(sum(sub(counts, kept), -1, true), BINS));
}
