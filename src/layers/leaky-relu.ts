import { leakyRelu } from '../activations/functions.js';
import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig, requireObject } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3. */
  readonly negativeSlope?: number;
}

const OPTIONS = ['negativeSlope'] as const;

/** x where x > 0, else negativeSlope · x. float32, of x's shape. Keras: `LeakyReLU`. */
export class LeakyReLU extends ShapePreservingLayer {
  static override readonly className = 'LeakyReLU';
  readonly negativeSlope: number;

  /** @throws ValueError if `negativeSlope` is negative. */
  constructor(options: LeakyReLUOptions = {}) {
    super(options, OPTIONS);
    const { negativeSlope = 0.3 } = options;
    this.negativeSlope = checkNumber('LeakyReLU', 'negativeSlope', negativeSlope, { min: 0 });
  }

  override call(x: Tensor): Tensor {
    return leakyRelu(cast(x, 'float32'), this.negativeSlope);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), negative_slope: this.negativeSlope };
  }

  static override fromConfig(config: Config): LeakyReLU {
    // Files older than Keras 3 call the slope `alpha`.
    const { alpha, ...rest } = requireObject('LeakyReLU', 'config', config);
    const renamed = alpha === undefined ? rest : { ...rest, negative_slope: alpha };
    return new LeakyReLU(optionsFromConfig('LeakyReLU', renamed, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}
