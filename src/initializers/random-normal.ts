import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { normal, truncatedNormal } from '../random/index.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { drawn } from './drawn.js';
import { RandomInitializer } from './seed.js';
import type { InitializerSeed } from './seed.js';

/** Options of `RandomNormal` and `TruncatedNormal`. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.05. */
  readonly stddev?: number;
  /** A number gives the same values at each call. Default: derived from the global seed. */
  readonly seed?: InitializerSeed;
}

const OPTIONS = ['mean', 'stddev', 'seed'] as const;

abstract class NormalInitializer extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;

  constructor(owner: string, options: NormalOptions) {
    checkOptions(owner, options, OPTIONS);
    super(owner, options.seed);
    this.mean = checkNumber(owner, 'mean', options.mean ?? 0);
    this.stddev = checkNumber(owner, 'stddev', options.stddev ?? 0.05, { min: 0 });
  }

  override getConfig(): Config {
    return { seed: this.seedConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/** Independent normal numbers N(mean, stddev²). Keras: `RandomNormal`, `'random_normal'`. */
export class RandomNormal extends NormalInitializer {
  static override readonly className = 'RandomNormal';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: NormalOptions = {}) {
    super('RandomNormal', options);
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { mean, stddev, source: seed } = this;
    return drawn(normal(shape, { mean, stddev, seed }), dtype);
  }

  static fromConfig(config: Config): RandomNormal {
    return new RandomNormal(optionsFromConfig('RandomNormal', config, OPTIONS));
  }
}

/**
 * Independent normal numbers N(mean, stddev²), those farther than two standard deviations from the
 * mean drawn again. Keras: `TruncatedNormal`, `'truncated_normal'`.
 */
export class TruncatedNormal extends NormalInitializer {
  static override readonly className = 'TruncatedNormal';

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: NormalOptions = {}) {
    super('TruncatedNormal', options);
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { mean, stddev, source: seed } = this;
    return drawn(truncatedNormal(shape, { mean, stddev, seed }), dtype);
  }

  static fromConfig(config: Config): TruncatedNormal {
    return new TruncatedNormal(optionsFromConfig('TruncatedNormal', config, OPTIONS));
  }
}
