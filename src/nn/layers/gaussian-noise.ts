import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { add, cast, mul } from '../../engine/ops/index.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { normal } from '../../engine/random/draw.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { CallOptions } from './core/call-options.js';
import { seed } from './core/layer-options.js';
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

/** Options of `GaussianDropout`. */
export interface GaussianDropoutOptions extends OptionsOf<typeof GaussianDropout> {}

/**
 * While training, multiplies by independent normal numbers of mean 1 and standard deviation √(rate / (1 − rate)), so
 * that mean and variance are those that `Dropout` of that rate gives; otherwise the identity. float32, of x's shape.
 * Keras: `GaussianDropout` (Srivastava et al., 2014).
 *
 * @example new layers.GaussianDropout(0.5, { seed: 1 }).apply([1, 2], { training: true })
 */
export class GaussianDropout extends configurable(
  ShapePreservingLayer,
  'GaussianDropout',
  {
    /** The probability of a dropout of the same variance, at least 0 and below 1, where the variance has no bound. */
    rate: number({ min: 0, below: 1 }),
    /** Starts the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
  { positional: ['rate'] },
) {
  /** Where the random numbers come from; each call while training advances it. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /**
   * @param rate the probability of a dropout of the same variance
   * @throws ValueError if `rate` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: GaussianDropoutOptions = {}) {
    super(options, [rate]);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate, seedGenerator } = this;
    if (!training || rate === 0) return x;
    const noise = { mean: 1, stddev: Math.sqrt(rate / (1 - rate)), seed: seedGenerator };
    return mul(cast(x, 'float32'), normal(x.shape, noise));
  }
}
