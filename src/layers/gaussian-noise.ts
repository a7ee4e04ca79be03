import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { add, cast } from '../ops/index.js';
import { normal, SeedGenerator } from '../random/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import type { CallOptions } from './layer.js';
import { checkSeed } from './seed.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `GaussianNoise`. */
export interface GaussianNoiseOptions extends LayerOptions {
  /** Starts the layer's random numbers. Default: derived from the global seed. */
  readonly seed?: number | null;
}

const OPTIONS = ['seed'] as const;

/**
 * While training, adds independent normal numbers of mean 0 and standard deviation `stddev`;
 * otherwise the identity. float32, of x's shape. Keras: `GaussianNoise`.
 */
export class GaussianNoise extends ShapePreservingLayer {
  static override readonly className = 'GaussianNoise';
  readonly stddev: number;
  readonly seed: number | null;
  /** Where the random numbers come from; each call while training advances it. */
  readonly seedGenerator: SeedGenerator;

  /**
   * @param stddev the standard deviation, from 0 to 1
   * @throws ValueError if `stddev` or `seed` is out of range, or an option is unknown.
   */
  constructor(stddev: number, options: GaussianNoiseOptions = {}) {
    super(options, OPTIONS);
    this.stddev = checkNumber('GaussianNoise', 'stddev', stddev, { min: 0, max: 1 });
    this.seed = checkSeed('GaussianNoise', options.seed);
    this.seedGenerator = new SeedGenerator(this.seed);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.stddev === 0) return x;
    const { stddev, seedGenerator: seed } = this;
    return add(cast(x, 'float32'), normal(x.shape, { stddev, seed }));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seed };
  }

  static override fromConfig(config: Config): GaussianNoise {
    const known = ['stddev', ...OPTIONS, ...LAYER_OPTIONS];
    const { stddev, ...options } = optionsFromConfig('GaussianNoise', config, known);
    return new GaussianNoise(stddev as number, options);
  }
}
