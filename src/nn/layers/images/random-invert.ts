import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/rescale.js';
import { reshape, where } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { chosen } from './chance.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';

/** Options of `RandomInvert`. */
export interface RandomInvertOptions extends OptionsOf<typeof RandomInvert> {}

/** Which images become negatives: bool [batch]. */
interface Inversion {
  readonly applyInversion: Tensor;
}

/**
 * While training, turns some of the images into negatives by chance: high − x for the `valueRange` [low, high]; otherwise the
 * identity. float32, of the shape of the images; bounding boxes and masks stay. Keras: `RandomInvert`.
 *
 * @example new layers.RandomInvert({ factor: [1, 1] }).apply([[[0], [100]]]).flatten() // [255, 155]
 */
export class RandomInvert extends configurable(RandomColorLayer, 'RandomInvert', {
  /** Limits of the probability, which is drawn anew for each image, from 0 to 1; a number f is [0, f]. Default 1. */
  factor: factor({ default: 1, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomInvertOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Inversion {
    return { applyInversion: chosen(count, this.factor, generator) };
  }

  override transformImages(images: Tensor, { applyInversion }: Inversion): Tensor {
    const isInverted = reshape(applyInversion, [-1, 1, 1, 1]);
    const [, high] = this.valueRange;
    const scale = where(isInverted, -1, 1);
    const shift = where(isInverted, high, 0);
    return rescaled(this.label, images, { scale, shift }, [-Infinity, Infinity]);
  }
}
