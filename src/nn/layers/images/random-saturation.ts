import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import {
  add,
  clip,
  concat,
  div,
  hsvToRgb,
  mul,
  reshape,
  rgbToHsv,
  split,
  sub,
} from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomSaturation`. */
export interface RandomSaturationOptions extends OptionsOf<typeof RandomSaturation> {}

/** By what the saturation of each image is multiplied: [batch]. */
interface SaturationChange {
  readonly factor: Tensor;
}

/**
 * While training, makes the colours of each image paler or stronger: their saturation times f / (1 − f), where f is drawn from
 * [lower, upper) for each image; otherwise the identity. So f = 0 and less is gray, f = 0.5 changes nothing, and f = 1 is as
 * strong as can be. float32, of the shape of the images; bounding boxes and masks stay. As in Keras the product is cut to
 * `valueRange`, though saturation is from 0 to 1: with the default range colours may leave it, so give images from 0 to 1 and
 * their `valueRange`. Keras: `RandomSaturation`.
 *
 * @example new layers.RandomSaturation([0, 0], { valueRange: [0, 1] }).apply([[[0.5, 0.2, 0.1]]]).flatten() // [0.5, 0.5, 0.5]
 */
export class RandomSaturation extends configurable(
  RandomColorLayer,
  'RandomSaturation',
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
