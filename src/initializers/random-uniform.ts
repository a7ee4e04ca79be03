import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import { uniform } from '../random/index.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { drawn } from './drawn.js';
import { RandomInitializer } from './seed.js';
import type { InitializerSeed } from './seed.js';

/** Options of `RandomUniform`. */
export interface UniformOptions {
  /** Smallest value. Default −0.05. */
  readonly minval?: number;
  /** All values are below. Default 0.05. */
  readonly maxval?: number;
  /** A number gives the same values at each call. Default: derived from the global seed. */
  readonly seed?: InitializerSeed;
}

const OPTIONS = ['minval', 'maxval', 'seed'] as const;

/** Independent numbers, uniform in [minval, maxval). Keras: `RandomUniform`, `'random_uniform'`. */
export class RandomUniform extends RandomInitializer {
  static override readonly className = 'RandomUniform';
  readonly minval: number;
  readonly maxval: number;

  /** @throws ValueError if an option is unknown or out of range, or minval > maxval. */
  constructor(options: UniformOptions = {}) {
    checkOptions('RandomUniform', options, OPTIONS);
    super('RandomUniform', options.seed);
    this.minval = checkNumber('RandomUniform', 'minval', options.minval ?? -0.05);
    this.maxval = checkNumber('RandomUniform', 'maxval', options.maxval ?? 0.05);
    if (this.minval > this.maxval) {
      throw new ValueError(
        `RandomUniform: minval must not exceed maxval, got ${this.minval} and ${this.maxval}.`,
      );
    }
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    const { minval, maxval, source: seed } = this;
    return drawn(uniform(shape, { minval, maxval, seed }), dtype);
  }

  override getConfig(): Config {
    return { seed: this.seedConfig(), minval: this.minval, maxval: this.maxval };
  }

  static fromConfig(config: Config): RandomUniform {
    return new RandomUniform(optionsFromConfig('RandomUniform', config, OPTIONS));
  }
}
