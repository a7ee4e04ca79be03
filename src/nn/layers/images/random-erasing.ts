import { describeValue } from '../../../config/describe-value.js';
import { configurable, isListOf } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { clip, logicalAnd, mul, reshape, slice, sqrt, where } from '../../../engine/ops/index.js';
import { normal } from '../../../engine/random/draw.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../../engine/tensor/index.js';
import { between, chosen, factor } from './factor.js';
import { RandomColorLayer } from './colors.js';
import { sideLengths } from './image-preprocessing.js';
import { rectangles } from './rectangles.js';

/** Options of `RandomErasing`. */
export interface RandomErasingOptions extends OptionsOf<typeof RandomErasing> {}

interface Erasing {
  /** Which images lose a rectangle: bool [batch]. */
  readonly applyErasing: Tensor;
  /** The pixels of the erased rectangle: bool [batch, height, width, 1]. */
  readonly batchMasks: Tensor;
  /** The values in the rectangle afterwards, of a shape that broadcasts to that of the images. */
  readonly fillValue: Tensor;
}

/** A number, or one for each channel; null: noise. */
const fill = (): Option<number | readonly number[] | null> => ({
  default: null,
  check: (given, { label, name }) => {
    if (typeof given === 'number' && Number.isFinite(given)) return given;
    if (isListOf(given, Number.isFinite) && given.length > 0) return [...given] as number[];
    throw new ValueError(
      `${label}: ${name} must be a finite number, a list of one for each channel, or null for noise, got ` +
        `${describeValue(given)}.`,
    );
  },
});

/**
 * During training, erases a rectangle in random images (Zhong et al., 2017). Otherwise the identity. The height and width of the
 * rectangle are √a and √b times those of the image, where a and b are drawn from `scale` for each image, and its position is random. It
 * is filled with `fillValue`, or with normally distributed noise times the upper end of `valueRange`, clipped to this range. float32, of
 * the images' shape; bounding boxes and masks do not change. Keras: `RandomErasing`.
 *
 * @example new layers.RandomErasing({ factor: [1, 1], scale: [1, 1], fillValue: 7 }).apply([[[1], [2]]]).flatten() // [7, 7]
 */
export class RandomErasing extends configurable(RandomColorLayer, 'RandomErasing', {
  /** Limits of the probability, which is drawn for each image, from 0 to 1; a number f stands for [0, f]. Default 1. */
  factor: factor({ default: 1, min: 0, max: 1 }),
  /** The smallest and the largest a and b, from 0 to 1; a number s stands for [0, s]. Default [0.02, 0.33]. */
  scale: factor({ default: [0.02, 0.33], min: 0, max: 1 }),
  /** What fills the rectangle: a number, or a number for each channel. Default null: noise. */
  fillValue: fill(),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomErasingOptions = {}) {
    super(options);
  }

  override getRandomTransformation({ shape }: Tensor, generator = this.generator): Erasing {
    const [count = 0] = shape;
    const parts = sqrt(between([count, 2], this.scale, generator));
    const [across, down] = [slice(parts, ':', 0), slice(parts, ':', 1)];
    return {
      batchMasks: rectangles(sideLengths(shape), across, down, generator),
      applyErasing: chosen(count, this.factor, generator),
      fillValue: this.#filling(shape, generator),
    };
  }

  #filling(shape: Shape, seed: SeedGenerator): Tensor {
    const { fillValue: given, valueRange } = this;
    if (given === null) return clip(mul(normal(shape, { seed }), valueRange[1]), ...valueRange);
    const numbers = typeof given === 'number' ? [given] : given;
    const channels = shape[3] ?? 0;
    if (numbers.length !== 1 && numbers.length !== channels) {
      throw new ShapeError(
        `${this.label}: fillValue has ${numbers.length} numbers, but the images have ${channels} channels. Give one ` +
          `number, or one for each channel.`,
      );
    }
    return clip(tensor(numbers, { shape: [1, 1, 1, numbers.length], dtype: 'float32' }), ...valueRange); // prettier-ignore
  }

  override transformImages(images: Tensor, transformation: Erasing): Tensor {
    const { applyErasing, batchMasks, fillValue } = transformation;
    const isErased = logicalAnd(batchMasks, reshape(applyErasing, [-1, 1, 1, 1]));
    return where(isErased, fillValue, images);
  }
}
