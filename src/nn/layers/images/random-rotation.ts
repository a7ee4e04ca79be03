import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { add, cos, mul, neg, sin, sub } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { factor } from './factor.js';
import type { FactorOption } from './factor.js';
import { rowsOf, SampledImages } from './moved-images.js';

/** Options of `RandomRotation`. */
export interface RandomRotationOptions extends OptionsOf<typeof RandomRotation> {}

/** How far images are turned. */
interface Rotation {
  /** Degrees, [batch]. */
  readonly angle: Tensor;
}

/**
 * While training, turns each image around its middle by an angle of its own; otherwise the identity. float32, of the shape of
 * the images. Bounding boxes, then those around the turned corners, and masks follow. Keras: `RandomRotation`.
 *
 * @example new layers.RandomRotation(0.1, { seed: 1 }) // up to 36° to either side
 */
export class RandomRotation extends configurable(
  SampledImages,
  'RandomRotation',
  {
    /**
     * The smallest and the largest angle as parts of a whole turn, from −1 to 1, counter-clockwise if positive; a number f
     * stands for [−f, f].
     */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest angle as parts of a whole turn
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomRotationOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Rotation {
    const [lower, upper] = this.factor;
    const limits = { minval: lower * 360, maxval: upper * 360 };
    return { angle: uniform([count], { ...limits, seed: generator }) };
  }

  protected override originOf({ angle }: Rotation, { height, width }: ImageSize<number>): Tensor {
    const radians = mul(angle, Math.PI / 180);
    const [cosine, sine] = [cos(radians), sin(radians)];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const across = add(sub(x, mul(cosine, x)), mul(sine, y));
    const down = sub(sub(y, mul(sine, x)), mul(cosine, y));
    return rowsOf(angle.size, cosine, neg(sine), across, sine, cosine, down);
  }
}
