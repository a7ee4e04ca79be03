import { configurable, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/colors.js';
import {
  add,
  clip,
  concat,
  div,
  greater,
  hsvToRgb,
  less,
  mean,
  mul,
  reshape,
  rgbToGrayscale,
  rgbToHsv,
  split,
  sub,
  where,
} from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between, factor } from './factor.js';
import { UNIT_RANGE, RandomColorLayer, toRange } from './colors.js';
import type { FactorOption } from './factor.js';
import { uniform } from '../../../engine/random/draw.js';
import { RandomImageLayer } from './image-preprocessing.js';

/** Options of `RandomBrightness`. */
export interface RandomBrightnessOptions extends OptionsOf<typeof RandomBrightness> {}

/** By how much each image gets lighter. */
interface BrightnessChange {
  /** What is added to the numbers of each image: [batch, 1, 1, 1]. */
  readonly rgbDelta: Tensor;
}

/**
 * During training, makes each image darker or lighter: x + f · (high − low), clipped to the `valueRange` [low, high], where f is
 * drawn from [lower, upper) for each image. Otherwise the identity. float32, of the images' shape; bounding boxes and masks do
 * not change. Keras: `RandomBrightness`.
 *
 * @example new layers.RandomBrightness([0.2, 0.2], { valueRange: [0, 1] }).apply([[[0.5], [0.9]]]).flatten() // [0.7, 1]
 */
export class RandomBrightness extends configurable(
  RandomColorLayer,
  'RandomBrightness',
  {
    /** The smallest and the largest change as a share of the range, from −1 (black) to 1 (white); a number f stands for [−f, f]. */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest change as a share of the range
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomBrightnessOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): BrightnessChange {
    const [low, high] = this.valueRange;
    return { rgbDelta: mul(between([count, 1, 1, 1], this.factor, generator), high - low) };
  }

  override transformImages(images: Tensor, { rgbDelta: shift }: BrightnessChange): Tensor {
    return rescaled(this.label, images, { shift }, this.valueRange);
  }
}

/** Options of `RandomContrast`. */
export interface RandomContrastOptions extends OptionsOf<typeof RandomContrast> {}

/** How the contrast of each image changes. */
interface ContrastChange {
  /** The factor by which the distance of each number from its mean is multiplied, for each image: [batch, 1, 1, 1]. */
  readonly contrastFactor: Tensor;
}

/**
 * During training, changes the contrast of each image: (x − mean) · f + mean, cut to `valueRange`, where f is drawn from [1 −
 * lower, 1 + upper) for each image and the mean is that of each of its channels; otherwise the identity. float32, of the images'
 * shape; bounding boxes and masks do not change. As in Keras, a single number f stands for [0, f], so that contrast never
 * decreases. Keras: `RandomContrast`.
 *
 * @example new layers.RandomContrast([0.3, 0.3], { seed: 1 }).apply([[[100], [150]]]).shape // [1, 2, 1]
 */
export class RandomContrast extends configurable(
  RandomColorLayer,
  'RandomContrast',
  {
    /** The largest decrease and the largest increase in contrast, [lower, upper], from 0 to 1. */
    factor: factor({ min: 0, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the largest decrease and the largest increase in contrast
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomContrastOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): ContrastChange {
    const [lower, upper] = this.factor;
    return { contrastFactor: between([count, 1, 1, 1], [1 - lower, 1 + upper], generator) };
  }

  override transformImages(images: Tensor, { contrastFactor: scale }: ContrastChange): Tensor {
    // Along the height first: there as many numbers as a row has are added side by side, along both axes only the channels.
    const center = mean(mean(images, 1, true), 2, true);
    return rescaled(this.label, images, { center, scale, shift: center }, this.valueRange);
  }
}

/** Options of `RandomHue`. */
export interface RandomHueOptions extends OptionsOf<typeof RandomHue> {}

/** How far the hues of each image move. */
interface HueChange {
  /** How far the hues of each image move around the circle, whose length is 1: [batch]. */
  readonly factor: Tensor;
}

/**
 * During training, moves the hues of each image around the colour circle by f / 2 of its length, in a random direction, where
 * f is drawn from [lower, upper) for each image. Otherwise the identity. float32, of the images' shape, clipped to
 * `valueRange`; bounding boxes and masks do not change. Keras: `RandomHue`.
 *
 * @example new layers.RandomHue([1, 1], { valueRange: [0, 1] }).apply([[[1, 0, 0]]]).flatten() // [0, 1, 1]
 */
export class RandomHue extends configurable(
  RandomColorLayer,
  'RandomHue',
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
  constructor(factor: FactorOption, options: RandomHueOptions = {}) {
    super(options, [factor]);
  }

  protected override get channels(): readonly number[] {
    return [3];
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): HueChange {
    const direction = where(greater(uniform([count], { seed: generator }), 0.5), -0.5, 0.5);
    return { factor: mul(direction, between([count], this.factor, generator)) };
  }

  override transformImages(images: Tensor, transformation: HueChange): Tensor {
    const colors = rgbToHsv(toRange(images, this.valueRange, UNIT_RANGE));
    const [hue, saturation, value] = split(colors, 3, -1) as [Tensor, Tensor, Tensor];
    // Hues beyond 1 and below 0 are those of one turn less or more.
    const turned = add(hue, reshape(transformation.factor, [-1, 1, 1, 1]));
    const all = hsvToRgb(concat([turned, saturation, value], -1));
    return toRange(clip(all, ...UNIT_RANGE), UNIT_RANGE, this.valueRange);
  }
}

/** Options of `RandomSaturation`. */
export interface RandomSaturationOptions extends OptionsOf<typeof RandomSaturation> {}

/** How the saturation of each image changes. */
interface SaturationChange {
  /** The factor by which the saturation of each image is multiplied: [batch]. */
  readonly factor: Tensor;
}

/**
 * During training, makes the colours of each image paler or stronger: their saturation is multiplied by f / (1 − f), where f
 * is drawn from [lower, upper) for each image. Otherwise the identity. f ≤ 0 is gray, f = 0.5 changes nothing, and f = 1 gives
 * the strongest colours. float32, of the images' shape; bounding boxes and masks do not change. As in Keras the product is
 * clipped to `valueRange`, although saturation is from 0 to 1: with the default range, colours may exceed it. Therefore use
 * images from 0 to 1, and set `valueRange`. Keras: `RandomSaturation`.
 *
 * @example new layers.RandomSaturation([0, 0], { valueRange: [0, 1] }).apply([[[0.5, 0.2, 0.1]]]).flatten() // [0.5, 0.5, 0.5]
 */
export class RandomSaturation extends configurable(
  RandomColorLayer,
  'RandomSaturation',
  {
    /** The smallest and the largest f, from −1 to 1; a number f stands for [−f, f]. */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest f
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomSaturationOptions = {}) {
    super(options, [factor]);
  }

  protected override get channels(): readonly number[] {
    return [3];
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): SaturationChange {
    const drawn = between([count], this.factor, generator);
    // Keras's epsilon, for f = 1.
    return { factor: div(drawn, add(sub(1, drawn), 1e-7)) };
  }

  override transformImages(images: Tensor, transformation: SaturationChange): Tensor {
    const [hue, saturation, value] = split(rgbToHsv(images), 3, -1) as [Tensor, Tensor, Tensor];
    const stronger = mul(saturation, reshape(transformation.factor, [-1, 1, 1, 1]));
    return hsvToRgb(concat([hue, clip(stronger, ...this.valueRange), value], -1));
  }
}

/** Options of `RandomColorJitter`. */
export interface RandomColorJitterOptions extends OptionsOf<typeof RandomColorJitter> {}

/** The transformations of the layers inside, in order. */
type Changes = readonly unknown[];

/**
 * During training, changes the colours of each image: brightness, contrast, saturation and hue, one after the other, like
 * `RandomBrightness`, `RandomContrast`, `RandomSaturation` and `RandomHue` with the same options. Otherwise the identity. A change
 * without a factor is left out. All changes use this layer's random numbers. float32, of the images' shape; bounding boxes and
 * masks do not change. Keras: `RandomColorJitter`.
 *
 * @example new layers.RandomColorJitter({ brightnessFactor: [0.1, 0.1] }).apply([[[0, 100, 250]]]).flatten() // [25.5, 125.5, 255]
 */
export class RandomColorJitter extends configurable(RandomColorLayer, 'RandomColorJitter', {
  /** The `factor` of `RandomBrightness`. Default null: brightness does not change. */
  brightnessFactor: factor({ default: null, min: -1, max: 1 }),
  /** The `factor` of `RandomContrast`. Default null: contrast does not change. */
  contrastFactor: factor({ default: null, min: 0, max: 1 }),
  /** The `factor` of `RandomSaturation`. Default null: saturation does not change. */
  saturationFactor: factor({ default: null, min: -1, max: 1 }),
  /** The `factor` of `RandomHue`. Default null: hue does not change. */
  hueFactor: factor({ default: null, min: 0, max: 1 }),
}) {
  /** The layers inside, in order. */
  readonly jitters: readonly (RandomBrightness | RandomContrast | RandomSaturation | RandomHue)[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomColorJitterOptions = {}) {
    super(options);
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor, valueRange, seed } =
      this;
    const inner = { valueRange, seed };
    this.jitters = [
      ...(brightnessFactor === null ? [] : [new RandomBrightness(brightnessFactor, inner)]),
      ...(contrastFactor === null ? [] : [new RandomContrast(contrastFactor, inner)]),
      ...(saturationFactor === null ? [] : [new RandomSaturation(saturationFactor, inner)]),
      ...(hueFactor === null ? [] : [new RandomHue(hueFactor, inner)]),
    ];
  }

  /** Three, if saturation or hue change. */
  protected override get channels(): readonly number[] | null {
    return this.saturationFactor === null && this.hueFactor === null ? null : [3];
  }

  override getRandomTransformation(images: Tensor, generator = this.generator): Changes {
    return this.jitters.map((layer) => layer.getRandomTransformation(images, generator));
  }

  override transformImages(images: Tensor, transformation: Changes): Tensor {
    return this.jitters.reduce(
      (x, layer, i) => layer.transformImages(x, transformation[i] as never),
      images,
    );
  }
}

/** Options of `RandomGrayscale`. */
export interface RandomGrayscaleOptions extends OptionsOf<typeof RandomGrayscale> {}

/**
 * During training, makes random images gray: all channels become 0.2989 red + 0.587 green + 0.114 blue. Otherwise the identity.
 * float32, of the images' shape. Images with one channel do not change; all others need three. Bounding boxes and masks do not
 * change. Keras: `RandomGrayscale`.
 *
 * @example new layers.RandomGrayscale({ factor: 1 }).apply([[[100, 100, 0]]]).flatten() // [88.59, 88.59, 88.59]
 */
export class RandomGrayscale extends configurable(RandomImageLayer, 'RandomGrayscale', {
  /** The probability that an image becomes gray, from 0 to 1. Default 0.5. */
  factor: number({ default: 0.5, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomGrayscaleOptions = {}) {
    super(options);
  }

  protected override get channels(): readonly number[] {
    return [1, 3];
  }

  /** Which images become gray: bool [batch, 1, 1, 1]. */
  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Tensor {
    return less(uniform([count, 1, 1, 1], { seed: generator }), this.factor);
  }

  override transformImages(images: Tensor, isGray: Tensor): Tensor {
    return where(isGray, rgbToGrayscale(images), images);
  }
}

/** Options of `RandomColorDegeneration`. */
export interface RandomColorDegenerationOptions extends OptionsOf<typeof RandomColorDegeneration> {}

/** How gray each image becomes. */
interface Degeneration {
  /** How far each image moves towards its gray values, 1 for gray: [batch, 1, 1, 1]. */
  readonly factor: Tensor;
}

/**
 * During training, makes each image paler: x + f · (gray − x), clipped to `valueRange`, where gray is 0.2989 red + 0.587 green +
 * 0.114 blue and f is drawn from [lower, upper) for each image. Otherwise the identity. f = 1 is gray, and negative f make colours
 * stronger. float32, of the images' shape; bounding boxes and masks do not change. Keras: `RandomColorDegeneration`.
 *
 * @example new layers.RandomColorDegeneration([1, 1]).apply([[[100, 100, 0]]]).flatten() // [88.59, 88.59, 88.59]
 */
export class RandomColorDegeneration extends configurable(
  RandomColorLayer,
  'RandomColorDegeneration',
  {
    /** The smallest and the largest f, from −1 to 1; a number f stands for [−f, f]. */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest f
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomColorDegenerationOptions = {}) {
    super(options, [factor]);
  }

  protected override get channels(): readonly number[] {
    return [3];
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Degeneration {
    return { factor: between([count, 1, 1, 1], this.factor, generator) };
  }

  override transformImages(images: Tensor, transformation: Degeneration): Tensor {
    const paler = mul(transformation.factor, sub(rgbToGrayscale(images), images));
    return clip(add(images, paler), ...this.valueRange);
  }
}
