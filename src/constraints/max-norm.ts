import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { minimum } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { Constraint } from './constraint.js';
import { checkNormAxis, normsAlong, scaleTo } from './norm.js';
import type { NormAxis } from './norm.js';

/** Options of `MaxNorm`. */
export interface MaxNormOptions {
  /**
   * Axes along which the norm adds up. Default 0: each unit's weights in a Dense kernel [in,
   * units].
   */
  readonly axis?: NormAxis;
}

const OPTIONS = ['axis'] as const;

/**
 * Scales weights whose Euclidean norm along `axis` exceeds `maxValue` (default 2) down to it.
 * Keras: `MaxNorm`, `'max_norm'`.
 */
export class MaxNorm extends Constraint {
  static override readonly className = 'MaxNorm';
  readonly maxValue: number;
  readonly axis: NormAxis;

  /** @throws ValueError if `maxValue` is negative or `axis` is not made of whole numbers. */
  constructor(maxValue = 2, options: MaxNormOptions = {}) {
    super();
    checkOptions('MaxNorm', options, OPTIONS);
    this.maxValue = checkNumber('MaxNorm', 'maxValue', maxValue, { min: 0 });
    this.axis = checkNormAxis('MaxNorm', options.axis ?? 0);
  }

  override call(w: Tensor): Tensor {
    const norms = normsAlong(w, this.axis);
    return scaleTo(w, norms, minimum(norms, this.maxValue));
  }

  override getConfig(): Config {
    return { max_value: this.maxValue, axis: this.axis };
  }

  static fromConfig(config: Config): MaxNorm {
    const { maxValue, ...options } = optionsFromConfig('MaxNorm', config, ['maxValue', ...OPTIONS]);
    return new MaxNorm(maxValue as number | undefined, options);
  }
}
