import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { rescaled } from '../../../engine/ops/image/rescale.js';
import { less, sub, where } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { BYTES, RandomColorLayer, toRange } from './colors.js';
import { factor } from './factor.js';
import type { NumberPair } from './factor.js';

/** Options of `Solarization`. */
export interface SolarizationOptions extends OptionsOf<typeof Solarization> {}

/** What is added to each image, and where its numbers begin to be turned round, from 0 to 255: [batch, 1, 1, 1]. */
interface Exposure {
  readonly additions: Tensor;
  readonly thresholds: Tensor;
}

/**
 * While training, turns the light tones of each image round, as a film does that gets too much light; otherwise the identity. The
 * numbers count from 0 to 255, whatever the `valueRange`: y = x + addition, cut to this range, stays where it is less than the
 * threshold and becomes 255 − y elsewhere. Addition and threshold are drawn for each image, as parts of 255. float32, of the
 * shape of the images; bounding boxes and masks stay. Keras: `Solarization`.
 *
 * @example new layers.Solarization({ thresholdFactor: [0.5, 0.5] }).apply([[[100], [200]]]).flatten() // [100, 55]
 */
export class Solarization extends configurable(RandomColorLayer, 'Solarization', {
  /** The smallest and the largest part of 255 that is added, from 0 to 1; a number f is [0, f]. Default 0. */
  additionFactor: factor({ default: 0, min: 0, max: 1 }),
  /** The smallest and the largest threshold, as a part of 255, from 0 to 1; a number f is [0, f]. Default 0: all is turned round. */
  thresholdFactor: factor({ default: 0, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: SolarizationOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Exposure {
    const draw = ([lower, upper]: NumberPair): Tensor =>
      between([count, 1, 1, 1], [lower * 255, upper * 255], generator);
    return { additions: draw(this.additionFactor), thresholds: draw(this.thresholdFactor) };
  }

  override transformImages(images: Tensor, { additions, thresholds }: Exposure): Tensor {
    const bytes = toRange(images, this.valueRange, BYTES);
    const lighter = rescaled(this.label, bytes, { shift: additions }, BYTES);
    const turned = where(less(lighter, thresholds), lighter, sub(255, lighter));
    return toRange(turned, BYTES, this.valueRange);
  }
}
