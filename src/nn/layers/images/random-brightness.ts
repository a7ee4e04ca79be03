import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/rescale.js';
import { mul } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomBrightness`. */
export interface RandomBrightnessOptions extends OptionsOf<typeof RandomBrightness> {}

/** What is added to the numbers of each image: [batch, 1, 1, 1]. */
interface BrightnessChange {
  readonly rgbDelta: Tensor;
}

/**
 * While training, makes each image darker or lighter: x + f · (high − low), cut to the `valueRange` [low, high], where f is drawn
 * from [lower, upper) for each image; otherwise the identity. float32, of the shape of the images; bounding boxes and masks stay.
 * Keras: `RandomBrightness`.
 *
 * @example new layers.RandomBrightness([0.2, 0.2], { valueRange: [0, 1] }).apply([[[0.5], [0.9]]]).flatten() // [0.7, 1]
 */
export class RandomBrightness extends configurable(
  RandomColorLayer,
  'RandomBrightness',
  {
    /** The part of the range that is added at least and at most, from −1 (black) to 1 (white); a number f is [−f, f]. */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the part of the range that is added at least and at most
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
