import { checkNumber } from '../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import { add, clip, mul } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { Constraint } from './constraint.js';
import { checkNormAxis, normsAlong, scaleTo } from './norm.js';
import type { NormAxis } from './norm.js';

/** Options of `MinMaxNorm`. */
export interface MinMaxNormOptions {
  /** Smallest norm. Default 0. */
  readonly minValue?: number;
  /** Largest norm. Default 1. */
  readonly maxValue?: number;
  /** How far towards the allowed norm an update goes, from 0 to 1. Default 1: all the way. */
  readonly rate?: number;
  /**
   * Axes along which the norm adds up. Default 0: each unit's weights in a Dense kernel [in,
   * units].
   */
  readonly axis?: NormAxis;
}

const OPTIONS = ['minValue', 'maxValue', 'rate', 'axis'] as const;

/**
 * Scales weights to the norm rate · clip(‖w‖, minValue, maxValue) + (1 − rate) · ‖w‖, the Euclidean
 * norm along `axis`. Keras: `MinMaxNorm`, `'min_max_norm'`.
 */
export class MinMaxNorm extends Constraint {
  static override readonly className = 'MinMaxNorm';
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: NormAxis;

  /**
   * @throws ValueError if a bound is negative or minValue > maxValue, `rate` is not from 0 to 1, or
   * `axis` is bad.
   */
  constructor(options: MinMaxNormOptions = {}) {
    super();
    checkOptions('MinMaxNorm', options, OPTIONS);
    this.minValue = checkNumber('MinMaxNorm', 'minValue', options.minValue ?? 0, { min: 0 });
    this.maxValue = checkNumber('MinMaxNorm', 'maxValue', options.maxValue ?? 1, { min: 0 });
    if (this.minValue > this.maxValue) {
      throw new ValueError(
        `MinMaxNorm: minValue must not exceed maxValue, got ${this.minValue} and ${this.maxValue}.`,
      );
    }
    this.rate = checkNumber('MinMaxNorm', 'rate', options.rate ?? 1, { min: 0, max: 1 });
    this.axis = checkNormAxis('MinMaxNorm', options.axis ?? 0);
  }

  override call(w: Tensor): Tensor {
    const norms = normsAlong(w, this.axis);
    const allowed = mul(clip(norms, this.minValue, this.maxValue), this.rate);
    return scaleTo(w, norms, add(allowed, mul(norms, 1 - this.rate)));
  }

  override getConfig(): Config {
    return {
      min_value: this.minValue,
      max_value: this.maxValue,
      rate: this.rate,
      axis: this.axis,
    };
  }

  static fromConfig(config: Config): MinMaxNorm {
    return new MinMaxNorm(optionsFromConfig('MinMaxNorm', config, OPTIONS));
  }
}
