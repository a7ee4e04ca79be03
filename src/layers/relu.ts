import { relu } from '../activations/functions.js';
import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `ReLU`. */
export interface ReLUOptions extends LayerOptions {
  /** Upper limit of the output. Default none. */
  readonly maxValue?: number | null;
  /** Slope below the threshold. Default 0. */
  readonly negativeSlope?: number;
  /** Where the function starts to rise. Default 0. */
  readonly threshold?: number;
}

const OPTIONS = ['maxValue', 'negativeSlope', 'threshold'] as const;

/**
 * min(x, maxValue) where x > threshold, else negativeSlope · (x − threshold). float32, of x's
 * shape. Keras: `ReLU`.
 */
export class ReLU extends ShapePreservingLayer {
  static override readonly className = 'ReLU';
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;

  /** @throws ValueError if an option is negative or unknown. */
  constructor(options: ReLUOptions = {}) {
    super(options, OPTIONS);
    const { maxValue = null, negativeSlope = 0, threshold = 0 } = options;
    this.maxValue =
      maxValue === null ? null : checkNumber('ReLU', 'maxValue', maxValue, { min: 0 });
    this.negativeSlope = checkNumber('ReLU', 'negativeSlope', negativeSlope, { min: 0 });
    this.threshold = checkNumber('ReLU', 'threshold', threshold, { min: 0 });
  }

  override call(x: Tensor): Tensor {
    const { negativeSlope, threshold } = this;
    const maxValue = this.maxValue ?? Infinity;
    return relu(cast(x, 'float32'), { negativeSlope, threshold, maxValue });
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      max_value: this.maxValue,
      negative_slope: this.negativeSlope,
      threshold: this.threshold,
    };
  }

  static override fromConfig(config: Config): ReLU {
    return new ReLU(optionsFromConfig('ReLU', config, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}
