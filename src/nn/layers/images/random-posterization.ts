import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { cast, clip, div, floor, mul, pow, reshape, sub } from '../../../engine/ops/index.js';
import { randint } from '../../../engine/random/draw.js';
import { full } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { BYTES, RandomColorLayer, toRange } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomPosterization`. */
export interface RandomPosterizationOptions extends OptionsOf<typeof RandomPosterization> {}

/** How many of the eight bits of each image are set to zero: [batch]. */
interface Posterization {
  readonly shiftFactor: Tensor;
}

/** Bits of a byte. */
const BITS = 8;

/**
 * While training, leaves fewer tones to each image: of the eight bits of a number from 0 to 255 the first n stay and the others are
 * zero, where n is drawn for each image from lower … upper − 1, or is lower where both are equal; otherwise the identity. float32,
 * of the shape of the images; bounding boxes and masks stay. Keras: `RandomPosterization`.
 *
 * @example new layers.RandomPosterization([2, 2]).apply([[[63], [64], [200]]]).flatten() // [0, 64, 192]
 */
export class RandomPosterization extends configurable(
  RandomColorLayer,
  'RandomPosterization',
  {
    /** How many bits stay: the lower limit, and the upper one, which is not reached, from 1 to 8; a number f is [1, f]. */
    factor: factor({ min: 1, max: BITS, integer: true }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor how many bits stay
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
    const kept =
      minval === maxval
        ? full([count], minval, 'int32')
        : randint([count], minval, maxval, { seed: generator });
    return { shiftFactor: sub(BITS, kept) };
  }

  override transformImages(images: Tensor, { shiftFactor }: Posterization): Tensor {
    const step = pow(2, cast(reshape(shiftFactor, [-1, 1, 1, 1]), 'float32'));
    const bytes = clip(toRange(images, this.valueRange, BYTES), ...BYTES);
    return toRange(mul(floor(div(bytes, step)), step), BYTES, this.valueRange);
  }
}
