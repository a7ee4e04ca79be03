import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import {
  add,
  clip,
  concat,
  greater,
  hsvToRgb,
  mul,
  reshape,
  rgbToHsv,
  split,
  where,
} from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { PARTS, RandomColorLayer, toRange } from './colors.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';

/** Options of `RandomHue`. */
export interface RandomHueOptions extends OptionsOf<typeof RandomHue> {}

/** How far the hues of each image move around the circle, whose length is 1: [batch]. */
interface HueChange {
  readonly factor: Tensor;
}

/**
 * While training, moves the hues of each image around the circle of colours: by f / 2 of it, one way or the other by chance, where
 * f is drawn from [lower, upper) for each image; otherwise the identity. float32, of the shape of the images, cut to `valueRange`;
 * bounding boxes and masks stay. Keras: `RandomHue`.
 *
 * @example new layers.RandomHue([1, 1], { valueRange: [0, 1] }).apply([[[1, 0, 0]]]).flatten() // [0, 1, 1]
 */
export class RandomHue extends configurable(
  RandomColorLayer,
  'RandomHue',
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
    const colors = rgbToHsv(toRange(images, this.valueRange, PARTS));
    const [hue, saturation, value] = split(colors, 3, -1) as [Tensor, Tensor, Tensor];
    // Hues beyond 1 and below 0 are those of one turn less or more.
    const turned = add(hue, reshape(transformation.factor, [-1, 1, 1, 1]));
    const all = hsvToRgb(concat([turned, saturation, value], -1));
    return toRange(clip(all, ...PARTS), PARTS, this.valueRange);
  }
}
