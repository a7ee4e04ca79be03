import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/rescale.js';
import { mean } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomContrast`. */
export interface RandomContrastOptions extends OptionsOf<typeof RandomContrast> {}

/** How much further from their means the numbers of each image are afterwards: [batch, 1, 1, 1]. */
interface ContrastChange {
  readonly contrastFactor: Tensor;
}

/**
 * While training, changes the contrast of each image: (x − mean) · f + mean, cut to `valueRange`, where f is drawn from [1 − lower,
 * 1 + upper) for each image and the mean is that of each of its channels; otherwise the identity. float32, of the shape of the
 * images; bounding boxes and masks stay. As in Keras a single number f stands for the pair [0, f], so that contrast never
 * decreases. Keras: `RandomContrast`.
 *
 * @example new layers.RandomContrast([0.3, 0.3], { seed: 1 }).apply([[[100], [150]]]).shape // [1, 2, 1]
 */
export class RandomContrast extends configurable(
  RandomColorLayer,
  'RandomContrast',
  {
    /** How much less and how much more contrast there is at most, [lower, upper], from 0 to 1. */
    factor: factor({ min: 0, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor how much less and how much more contrast there is at most
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
