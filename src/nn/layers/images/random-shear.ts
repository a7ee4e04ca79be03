import { describeValue } from '../../../config/describe-value.js';
import { configurable } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { cast, concat, greater, mul, slice, sub } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { factor, numberOrPair } from './factor.js';
import type { FactorOption, NumberPair } from './factor.js';
import { rowsOf, SampledImages } from './moved-images.js';

/** Options of `RandomShear`. */
export interface RandomShearOptions extends OptionsOf<typeof RandomShear> {}

/** How far rows and columns are moved. */
interface Shear {
  /** Pixels to the left for each row, and upwards for each column: [batch, 2]. */
  readonly shearFactor: Tensor;
}

/** A range of shears. Keras reads no pair with a negative number, so what is as far to either side is written as a number. */
const shear = (): Option<FactorOption, NumberPair> => {
  const { check, ...rest } = factor({ min: -1, max: 1, default: 0 });
  return {
    ...rest,
    check: (given, place) => {
      const [lower, upper] = check(given, place);
      if (lower >= 0 || lower === -upper) return [lower, upper];
      throw new ValueError(
        `${place.label}: ${place.name} must be a number from 0 to 1 or a pair [lower, upper] of them, got ` +
          `${describeValue(given)}. Half of the images are slanted to the other side anyway.`,
      );
    },
    toConfig: (pair: NumberPair) => (pair[0] < 0 ? numberOrPair(pair) : pair),
  };
};

/**
 * While training, slants each image: rows are moved the further the lower they are, and columns the further they are to the
 * right; otherwise the identity. Half of the images are slanted to the other side. float32, of the shape of the images. Bounding
 * boxes, then those around the moved corners, and masks follow. Keras: `RandomShear`.
 *
 * @example new layers.RandomShear({ xFactor: 0.2, seed: 1 })
 */
export class RandomShear extends configurable(SampledImages, 'RandomShear', {
  /** By how many pixels a row is moved further than the one above, from 0 to 1; a number f stands for [−f, f]. Default 0. */
  xFactor: shear(),
  /** By how many pixels a column is moved further than the one before. Default 0. */
  yFactor: shear(),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomShearOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Shear {
    const drawn = ([minval, maxval]: NumberPair): Tensor =>
      uniform([count, 1], { minval, maxval, seed: generator });
    const side = sub(1, mul(cast(greater(drawn([0, 1]), 0.5), 'float32'), 2));
    const [down, across] = [drawn(this.yFactor), drawn(this.xFactor)];
    return { shearFactor: mul(concat([across, down], 1), side) };
  }

  protected override originOf({ shearFactor }: Shear): Tensor {
    const [across, down] = [slice(shearFactor, ':', ':1'), slice(shearFactor, ':', '1:')];
    return rowsOf(shearFactor.shape[0] ?? 0, 1, across, 0, down, 1, 0);
  }
}
