import { checkNumber, configurable, isSerializedObject, number } from '../../config/index.js';
import type { Option, OptionsOf, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { cast } from '../../engine/ops/index.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { normal, truncatedNormal, uniform } from '../../engine/random/draw.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { Initializer } from './initializer.js';

/** The type of an initializer's `seed`. */
export type InitializerSeed = number | SeedGenerator | null;

function checkSeed(owner: string, seed: unknown): number | SeedGenerator {
  if (seed instanceof SeedGenerator) return seed;
  if (isSerializedObject(seed) && seed.class_name === 'SeedGenerator') {
    return new SeedGenerator(checkSeedNumber(owner, seed.config['seed']));
  }
  return checkSeedNumber(owner, seed);
}

const checkSeedNumber = (owner: string, seed: unknown): number =>
  checkNumber(owner, 'seed', seed, { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });

/** A generator as Keras writes it into JSON. */
const serializeGenerator = (seed: SeedGenerator): SerializedObject => ({
  module: 'keras.random',
  class_name: 'SeedGenerator',
  config: { seed: seed.getState().seed },
  registered_name: null,
});

const seedOption: Option<InitializerSeed> = {
  default: null,
  check: (seed, { owner }) => checkSeed(owner, seed),
  toConfig: (seed) => (seed instanceof SeedGenerator ? serializeGenerator(seed) : seed),
};

/** An initializer of random values. */
export abstract class RandomInitializer extends configurable(Initializer, 'RandomInitializer', {
  /**
   * Seed of the random numbers. A number gives the same values in each call; a generator advances. Default null:
   * derived from the global seed when the initializer is created.
   */
  seed: seedOption,
}) {
  /** The source of the random values. */
  protected readonly source: number | SeedGenerator =
    this.seed ?? new SeedGenerator(null).getState().seed;

  /** New float32 values of the given shape. */
  protected abstract draw(shape: Shape): Tensor;

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    const values = this.draw(shape);
    if (dtype === values.dtype) return values;
    const converted = cast(values, dtype);
    values.dispose();
    return converted;
  }
}

/** A distribution with mean and standard deviation. */
abstract class NormalInitializer extends configurable(RandomInitializer, 'NormalInitializer', {
  /** Mean of the distribution. Default 0. */
  mean: number({ default: 0 }),
  /** Standard deviation of the distribution, at least 0. Default 0.05. */
  stddev: number({ default: 0.05, min: 0 }),
}) {}

/** Options of `RandomNormal` and `TruncatedNormal`. */
export interface NormalOptions extends OptionsOf<typeof NormalInitializer> {}

/**
 * Independent normally distributed numbers N(mean, stddev²). Keras: `RandomNormal`, `'random_normal'`.
 *
 * @example new initializers.RandomNormal({ stddev: 0.01, seed: 1 }).apply([2, 3])
 */
export class RandomNormal extends configurable(NormalInitializer, 'RandomNormal', undefined, {
  aliases: ['normal'],
}) {
  protected override draw(shape: Shape): Tensor {
    const { mean, stddev, source: seed } = this;
    return normal(shape, { mean, stddev, seed });
  }
}

/**
 * Independent normally distributed numbers N(mean, stddev²); those more than two standard deviations from the mean are
 * redrawn. Keras: `TruncatedNormal`, `'truncated_normal'`.
 *
 * @example new initializers.TruncatedNormal({ stddev: 0.01 }).apply([2, 3])
 */
export class TruncatedNormal extends configurable(NormalInitializer, 'TruncatedNormal') {
  protected override draw(shape: Shape): Tensor {
    const { mean, stddev, source: seed } = this;
    return truncatedNormal(shape, { mean, stddev, seed });
  }
}

/** Options of `RandomUniform`. */
export interface UniformOptions extends OptionsOf<typeof RandomUniform> {}

/**
 * Independent numbers, uniformly distributed in [minval, maxval). Keras: `RandomUniform`, `'random_uniform'`,
 * `'uniform'`.
 *
 * @throws ValueError if minval > maxval.
 * @example new initializers.RandomUniform({ minval: -1, maxval: 1 }).apply([2, 3])
 */
export class RandomUniform extends configurable(
  RandomInitializer,
  'RandomUniform',
  {
    /** Lower limit, included. Default −0.05. */
    minval: number({ default: -0.05 }),
    /** Upper limit, excluded. Default 0.05. */
    maxval: number({ default: 0.05 }),
  },
  { aliases: ['uniform'] },
) {
  constructor(options: UniformOptions = {}) {
    super(options);
    if (this.minval <= this.maxval) return;
    throw new ValueError(
      `RandomUniform: minval must not exceed maxval, got ${this.minval} and ${this.maxval}.`,
    );
  }

  protected override draw(shape: Shape): Tensor {
    const { minval, maxval, source: seed } = this;
    return uniform(shape, { minval, maxval, seed });
  }
}
