import { configurable, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, clip, less, mul, rgbToGrayscale, sub, where } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';
import { RandomImageLayer } from './image-preprocessing.js';

/** Options of `RandomGrayscale`. */
export interface RandomGrayscaleOptions extends OptionsOf<typeof RandomGrayscale> {}

/**
 * While training, makes some of the images gray by chance: all channels are 0.2989 red + 0.587 green + 0.114 blue; otherwise the
 * identity. float32, of the shape of the images, which have three channels, or one and stay; bounding boxes and masks stay.
 * Keras: `RandomGrayscale`.
 *
 * @example new layers.RandomGrayscale({ factor: 1 }).apply([[[100, 100, 0]]]).flatten() // [88.59, 88.59, 88.59]
 */
export class RandomGrayscale extends configurable(RandomImageLayer, 'RandomGrayscale', {
  /** The probability that an image gets gray, from 0 to 1. Default 0.5. */
  factor: number({ default: 0.5, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomGrayscaleOptions = {}) {
    super(options);
  }

  protected override get channels(): readonly number[] {
    return [1, 3];
  }

  /** Which images get gray: bool [batch, 1, 1, 1]. */
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

/** How gray each image gets: [batch, 1, 1, 1]. */
interface Degeneration {
  readonly factor: Tensor;
}

/**
 * While training, makes each image paler: x + f · (gray − x), cut to `valueRange`, where gray is 0.2989 red + 0.587 green + 0.114
 * blue and f is drawn from [lower, upper) for each image; otherwise the identity. f = 1 is gray, and colours get stronger below 0.
 * float32, of the shape of the images; bounding boxes and masks stay. Keras: `RandomColorDegeneration`.
 *
 * @example new layers.RandomColorDegeneration([1, 1]).apply([[[100, 100, 0]]]).flatten() // [88.59, 88.59, 88.59]
 */
export class RandomColorDegeneration extends configurable(
  RandomColorLayer,
  'RandomColorDegeneration',
  {
    /** The smallest and the largest f, from −1 to 1; a number f is [−f, f]. */
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
