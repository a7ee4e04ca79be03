import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { slideAlong } from '../../../engine/ops/image/blur.js';
import { add, clip, div, mul, reshape, sub } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomSharpness`. */
export interface RandomSharpnessOptions extends OptionsOf<typeof RandomSharpness> {}

/** Whether each image is smoothed, below 0.5, or sharpened: [batch]. */
interface SharpnessChange {
  readonly factor: Tensor;
}

/**
 * While training, makes each image smoother or sharper: x + (1 − 2f) · (smooth − x), cut to `valueRange`, where f is drawn from
 * [lower, upper) for each image; otherwise the identity. A pixel of the smooth image is 5/13 of its own value and 1/13 of those of
 * its eight neighbours, zeros beyond the border. So f = 0 is smooth, f = 0.5 changes nothing, and f = 1 is sharp. float32, of
 * the shape of the images; bounding boxes and masks stay. Keras: `RandomSharpness`.
 *
 * @example new layers.RandomSharpness([0, 0]).apply([[[0], [130], [0]]]).flatten() // [10, 50, 10]
 */
export class RandomSharpness extends configurable(
  RandomColorLayer,
  'RandomSharpness',
  {
    /** The smallest and the largest f, from 0 to 1; a number f is [0, f]. */
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
    const part = sub(1, mul(reshape(transformation.factor, [-1, 1, 1, 1]), 2));
    return clip(add(images, mul(part, towardsSmooth)), ...this.valueRange);
  }
}
