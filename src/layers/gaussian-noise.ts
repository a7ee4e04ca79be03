import { configurable, number } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { add, cast } from '../ops/index.js';
import { normal, SeedGenerator } from '../random/index.js';
import type { Tensor } from '../tensor/tensor.js';
import type { CallOptions } from './layer.js';
import { seed } from './option-kinds.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `GaussianNoise`. */
export interface GaussianNoiseOptions extends OptionsOf<typeof GaussianNoise> {}

/**
 * While training, adds independent normal numbers of mean 0 and standard deviation `stddev`;
 * otherwise the identity. float32, of x's shape. Keras: `GaussianNoise`.
 *
 * @example new layers.GaussianNoise(0.1, { seed: 1 }).apply([1, 2], { training: true })
 */
export class GaussianNoise extends configurable(
  ShapePreservingLayer,
  'GaussianNoise',
  {
    /** The standard deviation, from 0 to 1. */
    stddev: number({ min: 0, max: 1 }),
    /** Starts the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
  { positional: ['stddev'] },
) {
  /** Where the random numbers come from; each call while training advances it. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /**
   * @param stddev the standard deviation, from 0 to 1
   * @throws ValueError if `stddev` or `seed` is out of range, or an option is unknown.
   */
  constructor(stddev: number, options: GaussianNoiseOptions = {}) {
    super(options, [stddev]);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.stddev === 0) return x;
    const { stddev, seedGenerator } = this;
    return add(cast(x, 'float32'), normal(x.shape, { stddev, seed: seedGenerator }));
  }
}
