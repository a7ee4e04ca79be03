import { configurable, isListOf, length, number, requireLengths } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { countTiles, lookUpTiles, rescaled } from '../../../engine/ops/image/colors.js';
import {
  add,
  cast,
  clip,
  cumsum,
  div,
  equal,
  floor,
  greater,
  less,
  max,
  min,
  minimum,
  mul,
  pow,
  reshape,
  round,
  sub,
  sum,
  where,
} from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between, chosen, factor, valueRange } from './factor.js';
import { BYTES, RandomColorLayer, toRange } from './colors.js';
import { randint } from '../../../engine/random/draw.js';
import { full } from '../../../engine/tensor/index.js';
import type { FactorOption, NumberPair } from './factor.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';
import { slideAlong } from '../../../engine/ops/image/filters.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';

/** Options of `RandomInvert`. */
export interface RandomInvertOptions extends OptionsOf<typeof RandomInvert> {}

interface Inversion {
  /** Whether each image becomes a negative: bool [batch]. */
  readonly applyInversion: Tensor;
}

/**
 * During training, turns random images into negatives: high − x for the `valueRange` [low, high]. Otherwise the identity.
 * float32, of the images' shape; bounding boxes and masks do not change. Keras: `RandomInvert`.
 *
 * @example new layers.RandomInvert({ factor: [1, 1] }).apply([[[0], [100]]]).flatten() // [255, 155]
 */
export class RandomInvert extends configurable(RandomColorLayer, 'RandomInvert', {
  /** Limits of the probability, which is drawn for each image, from 0 to 1; a number f stands for [0, f]. Default 1. */
  factor: factor({ default: 1, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomInvertOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Inversion {
    return { applyInversion: chosen(count, this.factor, generator) };
  }

  override transformImages(images: Tensor, { applyInversion }: Inversion): Tensor {
    const isInverted = reshape(applyInversion, [-1, 1, 1, 1]);
    const [, high] = this.valueRange;
    const scale = where(isInverted, -1, 1);
    const shift = where(isInverted, high, 0);
    return rescaled(this.label, images, { scale, shift }, [-Infinity, Infinity]);
  }
}

/** Options of `RandomPosterization`. */
export interface RandomPosterizationOptions extends OptionsOf<typeof RandomPosterization> {}

/** How many tones each image loses. */
interface Posterization {
  /** How many of the eight bits of each image are set to zero: int32 [batch]. */
  readonly shiftFactor: Tensor;
}

/** Bits of a byte. */
const BITS = 8;

/**
 * During training, reduces the number of tones in each image: the first n of the eight bits of a number from 0 to 255 are kept
 * and the others become zero, where n is drawn for each image from lower … upper − 1, or is lower if both are equal. Otherwise
 * the identity. float32, of the images' shape; bounding boxes and masks do not change. Keras: `RandomPosterization`.
 *
 * @example new layers.RandomPosterization([2, 2]).apply([[[63], [64], [200]]]).flatten() // [0, 64, 192]
 */
export class RandomPosterization extends configurable(
  RandomColorLayer,
  'RandomPosterization',
  {
    /** The number of bits to keep: the lower limit and the upper one, which is excluded, from 1 to 8; a number f stands for [1, f]. */
    factor: factor({ min: 1, max: BITS, integer: true }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the limits of the number of bits to keep
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomPosterizationOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Posterization {
    const [minval, maxval] = this.factor;
    const bits =
      minval === maxval
        ? full([count], minval, 'int32')
        : randint([count], minval, maxval, { seed: generator });
    return { shiftFactor: sub(BITS, bits) };
  }

  override transformImages(images: Tensor, { shiftFactor }: Posterization): Tensor {
    const step = pow(2, cast(reshape(shiftFactor, [-1, 1, 1, 1]), 'float32'));
    const bytes = clip(toRange(images, this.valueRange, BYTES), ...BYTES);
    return toRange(mul(floor(div(bytes, step)), step), BYTES, this.valueRange);
  }
}

/** Options of `Solarization`. */
export interface SolarizationOptions extends OptionsOf<typeof Solarization> {}

/** What is added to each image, and from which number on it is inverted. */
interface Exposure {
  /** What is added to each image, from 0 to 255: [batch, 1, 1, 1]. */
  readonly additions: Tensor;
  /** The threshold from which numbers of each image are inverted, from 0 to 255: [batch, 1, 1, 1]. */
  readonly thresholds: Tensor;
}

/**
 * During training, inverts the light tones of images, like overexposed film. Otherwise the identity. On a scale of 0 … 255, y
 * = x + addition, clipped to this range, is kept below the threshold and becomes 255 − y elsewhere. Both are drawn for each
 * image, as shares of 255. float32, of the images' shape; bounding boxes and masks do not change. Keras: `Solarization`.
 *
 * @example new layers.Solarization({ thresholdFactor: [0.5, 0.5] }).apply([[[100], [200]]]).flatten() // [100, 55]
 */
export class Solarization extends configurable(RandomColorLayer, 'Solarization', {
  /** The smallest and the largest addition, as a share of 255, from 0 to 1; a number f stands for [0, f]. Default 0. */
  additionFactor: factor({ default: 0, min: 0, max: 1 }),
  /**
   * The smallest and the largest threshold, as a share of 255, from 0 to 1; a number f stands for [0, f]. Default 0: everything
   * is inverted.
   */
  thresholdFactor: factor({ default: 0, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: SolarizationOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Exposure {
    const draw = ([lower, upper]: NumberPair): Tensor =>
      between([count, 1, 1, 1], [lower * 255, upper * 255], generator);
    return { additions: draw(this.additionFactor), thresholds: draw(this.thresholdFactor) };
  }

  override transformImages(images: Tensor, { additions, thresholds }: Exposure): Tensor {
    const bytes = toRange(images, this.valueRange, BYTES);
    const lighter = rescaled(this.label, bytes, { shift: additions }, BYTES);
    const turned = where(less(lighter, thresholds), lighter, sub(255, lighter));
    return toRange(turned, BYTES, this.valueRange);
  }
}

/** Options of `AutoContrast`. */
export interface AutoContrastOptions extends OptionsOf<typeof AutoContrast> {}

/**
 * Maximizes the contrast of images, in training and otherwise: each channel of each image is stretched so that its darkest number
 * becomes the lower end of `valueRange` and its lightest one the upper end. A channel whose numbers are all equal does not change.
 * float32, of the images' shape; bounding boxes and masks do not change. Keras: `AutoContrast`.
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

/** Options of `Equalization`. */
export interface EqualizationOptions extends OptionsOf<typeof Equalization> {}

/**
 * During training, equalizes the histogram of each channel: a number becomes the share of numbers that are not above it.
 * Histograms have `bins` bins and cover the whole batch, as in Keras. Otherwise the identity. A channel whose numbers are all in
 * one bin does not change. float32, of the images' shape; bounding boxes and masks do not change. Keras: `Equalization`.
 *
 * @example new layers.Equalization().apply([[[10], [20], [20], [30]]]).flatten() // [0, 170, 170, 255]
 */
export class Equalization extends configurable(BaseImagePreprocessingLayer, 'Equalization', {
  /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
  valueRange: valueRange(),
  /** The number of bins of the histogram. Default 256. */
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
    const scaled = div(mul(sub(upTo, first), 255), where(isFlat, 1, others));
    const table = clip(round(scaled), ...BYTES);
    // One table serves all images: they are one tall image.
    const all = reshape(mul(div(bytes, 255), bins - 1), [1, count * height, width, channels]);
    const found = lookUpTiles(label, all, table, { ...tile, tileHeight: count * height });
    const isUnchanged = reshape(isFlat, [1, 1, 1, channels]);
    const equalized = where(isUnchanged, bytes, reshape(found, images.shape));
    return toRange(equalized, BYTES, this.valueRange);
  }
}

/** Options of `RandomSharpness`. */
export interface RandomSharpnessOptions extends OptionsOf<typeof RandomSharpness> {}

interface SharpnessChange {
  /** The factor f of each image, from 0 to 1, [batch]: smoother below 0.5, sharper above. */
  readonly factor: Tensor;
}

/**
 * During training, makes each image smoother or sharper: x + (1 − 2f) · (smooth − x), clipped to `valueRange`, where f is drawn
 * from [lower, upper) for each image. Otherwise the identity. A pixel of the smooth image is 5/13 of its own value plus 1/13 of
 * each of its eight neighbours, with zeros beyond the border. f = 0 is smooth, f = 0.5 changes nothing, and f = 1 is sharp.
 * float32, of the images' shape; bounding boxes and masks do not change. Keras: `RandomSharpness`.
 *
 * @example new layers.RandomSharpness([0, 0]).apply([[[0], [130], [0]]]).flatten() // [10, 50, 10]
 */
export class RandomSharpness extends configurable(
  RandomColorLayer,
  'RandomSharpness',
  {
    /** The smallest and the largest f, from 0 to 1; a number f stands for [0, f]. */
    factor: factor({ min: 0, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest f
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomSharpnessOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): SharpnessChange {
    return { factor: between([count], this.factor, generator) };
  }

  override transformImages(images: Tensor, transformation: SharpnessChange): Tensor {
    const square = [1, 2].reduce(
      (x, axis) => slideAlong(this.label, x, axis, 3, () => [1, 1, 1], 'same'),
      images,
    );
    // The sum of nine pixels and four times the middle, divided by 13, less the middle.
    const towardsSmooth = div(sub(square, mul(images, 9)), 13);
    const mirrored = sub(1, mul(reshape(transformation.factor, [-1, 1, 1, 1]), 2));
    return clip(add(images, mul(mirrored, towardsSmooth)), ...this.valueRange);
  }
}

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
 * Increases the local contrast of images, in training and otherwise (contrast limited adaptive histogram equalization, CLAHE; Zuiderveld,
 * 1994). A grid of tiles covers each image, which is mirrored beyond its border. In each channel of a tile, a number becomes the share of
 * numbers that are not above it. No bin of the histogram counts more than `clipLimit` times the mean of all 256 bins; the excess is spread
 * over all bins. Results are interpolated linearly between the centres of tiles. Fractions of numbers are ignored. float32, of the images'
 * shape; bounding boxes and masks do not change. Keras: `ContrastLimitedAdaptiveHistogramEqualization`.
 *
 * @example new layers.ContrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [1, 1], clipLimit: 0 }).apply([[[10], [20], [20], [30]]]).flatten() // [63.75, 191.25, 191.25, 255]
 */
export class ContrastLimitedAdaptiveHistogramEqualization extends configurable(
  BaseImagePreprocessingLayer,
  'ContrastLimitedAdaptiveHistogramEqualization',
  {
    /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
    valueRange: valueRange(),
    /** The largest count of a bin, as a multiple of the mean; 0 or less: no limit. Default 4. */
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
    const scaled = div(mul(sub(upTo, first), 255), where(equal(others, 0), 1, others));
    const found = lookUpTiles(label, bytes, clip(scaled, ...BYTES), tiles);
    return toRange(found, BYTES, this.valueRange);
  }
}

/** Counts of which none is above a limit; what is above is shared by all. */
function limited(counts: Tensor, limit: number): Tensor {
  const clipped = minimum(counts, limit);
  return add(clipped, div(sum(sub(counts, clipped), -1, true), BINS));
}
