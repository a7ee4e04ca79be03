import { describeValue } from '../../../config/describe-value.js';
import { configurable, isListOf, requireLengths } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { slideAlongWith } from '../../../engine/ops/image/filters.js';
import { add, clip, div, exp, mul, reshape, slice, square, sub, sum, where } from '../../../engine/ops/index.js'; // prettier-ignore
import { arange } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between, chosen, factor } from './factor.js';
import { RandomColorLayer } from './colors.js';

/** Options of `RandomGaussianBlur`. */
export interface RandomGaussianBlurOptions extends OptionsOf<typeof RandomGaussianBlur> {}

interface Blur {
  /** Which images are blurred: bool [batch]. */
  readonly shouldApplyBlur: Tensor;
  /** The standard deviations along width and height, in the order of Keras on PyTorch: [2], the same for all images. */
  readonly blurFactor: Tensor;
}

const isOdd = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) % 2 === 1;

/** Height and width of a window that has a centre, or one number for both. */
const oddSizes = (): Option<number | readonly number[], readonly number[]> => ({
  default: 3,
  check: (given, { label, name }) => {
    const sizes = isOdd(given) ? [given, given] : given;
    if (isListOf(sizes, isOdd) && sizes.length === 2) {
      requireLengths(label, name, sizes);
      return [...sizes];
    }
    throw new ValueError(
      `${label}: ${name} must be an odd number above 0 or a pair [height, width] of them, got ${describeValue(given)}.`,
    );
  },
});

/**
 * During training, blurs random images, as `ops.image.gaussianBlur` does. Otherwise the identity. The standard deviations along height and
 * width are drawn for the batch. float32, of the images' shape, clipped to `valueRange`; bounding boxes and masks do not change. Keras:
 * `RandomGaussianBlur`.
 *
 * @example new layers.RandomGaussianBlur({ factor: [1, 1], sigma: [1, 1] }).apply([[[0], [100], [0]]]).flatten() // [12.3841, 20.418, 12.3841]
 */
export class RandomGaussianBlur extends configurable(RandomColorLayer, 'RandomGaussianBlur', {
  /** Limits of the probability, which is drawn for each image, from 0 to 1; a number f stands for [0, f]. Default 1. */
  factor: factor({ default: 1, min: 0, max: 1 }),
  /** Height and width of the window in pixels, odd numbers; a single number applies to both. Default 3. */
  kernelSize: oddSizes(),
  /** The smallest and the largest standard deviation in pixels, from 0 to 1; a number s stands for [0, s]. Default 1. */
  sigma: factor({ default: 1, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomGaussianBlurOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Blur {
    return {
      shouldApplyBlur: chosen(count, this.factor, generator),
      // As Keras: a standard deviation of 0 has no weights.
      blurFactor: add(between([2], this.sigma, generator), 1e-6),
    };
  }

  override transformImages(images: Tensor, { shouldApplyBlur, blurFactor }: Blur): Tensor {
    const [height = 1, width = 1] = this.kernelSize;
    const alongHeight = weightsOf(height, slice(blurFactor, 1));
    const alongWidth = weightsOf(width, slice(blurFactor, 0));
    const down = slideAlongWith(this.label, images, 1, alongHeight);
    const blurred = slideAlongWith(this.label, down, 2, alongWidth);
    const chosenImages = where(reshape(shouldApplyBlur, [-1, 1, 1, 1]), blurred, images);
    return clip(chosenImages, ...this.valueRange);
  }
}

/** The weights of a normal distribution at `size` pixels around its mean, which add up to 1: [size]. */
function weightsOf(size: number, sigma: Tensor): Tensor {
  const fromCenter = sub(arange(size, undefined, 1, 'float32'), (size - 1) / 2);
  const bell = exp(mul(square(div(fromCenter, sigma)), -0.5));
  return div(bell, sum(bell));
}
