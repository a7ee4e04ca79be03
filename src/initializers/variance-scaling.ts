import { checkNumber } from '../config/check-number.js';
import { describeValue } from '../config/describe-value.js';
import { checkOptions, oneOf, optionsFromConfig } from '../config/index.js';
import { checkShape } from '../tensor/shape.js';
import type { Config, EitherSpelling } from '../config/index.js';
import { MAX_FLOAT32 } from '../config/limits.js';
import { ValueError } from '../errors.js';
import { normal, truncatedNormal, uniform } from '../random/index.js';
import type { DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { drawn } from './drawn.js';
import { computeFans } from './fans.js';
import { RandomInitializer } from './seed.js';
import type { InitializerSeed } from './seed.js';

const MODES = ['fan_in', 'fan_out', 'fan_avg'] as const;
const DISTRIBUTIONS = ['truncated_normal', 'untruncated_normal', 'uniform'] as const;

/**
 * What the variance is divided by: the inputs of a unit, the outputs of an input, or their mean.
 */
export type FanMode = (typeof MODES)[number];

/** What the values are drawn from; `'normal'` is `'truncated_normal'`. */
export type ScalingDistribution = (typeof DISTRIBUTIONS)[number];

/** Options of `GlorotUniform` and its five relatives. */
export interface FanOptions {
  /** A number gives the same values at each call. Default: derived from the global seed. */
  readonly seed?: InitializerSeed;
  /**
   * Axes whose lengths multiply to the fan-in; needs `outputAxes` beside it. Default: all but the
   * last.
   */
  readonly inputAxes?: readonly number[] | null;
  /**
   * Axes whose lengths multiply to the fan-out; needs `inputAxes` beside it. Default: window and
   * last axis.
   */
  readonly outputAxes?: readonly number[] | null;
}

/** Options of `VarianceScaling`. */
export interface VarianceScalingOptions extends FanOptions {
  /** Default 1. */
  readonly scale?: number;
  /** Default `'fan_in'`. */
  readonly mode?: EitherSpelling<FanMode>;
  /** Default `'truncated_normal'`. */
  readonly distribution?: EitherSpelling<ScalingDistribution> | 'normal';
}

export const FAN_OPTIONS = ['seed', 'inputAxes', 'outputAxes'] as const;
const OPTIONS = ['scale', 'mode', 'distribution', ...FAN_OPTIONS] as const;

/** Standard deviation of a standard normal distribution that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978;

/**
 * Random values of variance scale / n with mean 0, where n is the fan that `mode` names: normal,
 * normal and cut off at two standard deviations (widened so that the variance holds), or uniform in
 * ±√(3 · scale / n). Keras: `VarianceScaling`, `'variance_scaling'`.
 */
export class VarianceScaling extends RandomInitializer {
  static override readonly className: string = 'VarianceScaling';
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: ScalingDistribution;
  readonly inputAxes: readonly number[] | null;
  readonly outputAxes: readonly number[] | null;

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: VarianceScalingOptions = {}, owner = 'VarianceScaling') {
    checkOptions(owner, options, OPTIONS);
    super(owner, options.seed);
    const { mode = 'fan_in', distribution = 'truncated_normal' } = options;
    this.scale = checkNumber(owner, 'scale', options.scale ?? 1, {
      above: 0,
      max: MAX_FLOAT32,
    });
    this.mode = oneOf(owner, 'mode', mode, MODES);
    this.distribution =
      distribution === 'normal'
        ? 'truncated_normal'
        : oneOf(owner, 'distribution', distribution, DISTRIBUTIONS);
    this.inputAxes = checkAxes(owner, 'inputAxes', options.inputAxes);
    this.outputAxes = checkAxes(owner, 'outputAxes', options.outputAxes);
    if ((this.inputAxes === null) !== (this.outputAxes === null)) {
      throw new ValueError(`${owner}: give inputAxes and outputAxes together, or neither.`);
    }
  }

  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape('VarianceScaling', shape);
    const variance = this.scale / Math.max(1, this.#fan(shape));
    return drawn(this.#draw(shape, variance), dtype);
  }

  #fan(shape: Shape): number {
    const { fanIn, fanOut } = computeFans(shape, this.inputAxes, this.outputAxes);
    switch (this.mode) {
      case 'fan_in':
        return fanIn;
      case 'fan_out':
        return fanOut;
      case 'fan_avg':
        return (fanIn + fanOut) / 2;
    }
  }

  #draw(shape: Shape, variance: number): Tensor {
    const seed = this.source;
    switch (this.distribution) {
      case 'truncated_normal':
        return truncatedNormal(shape, { stddev: Math.sqrt(variance) / TRUNCATED_STDDEV, seed });
      case 'untruncated_normal':
        return normal(shape, { stddev: Math.sqrt(variance), seed });
      case 'uniform': {
        const limit = Math.sqrt(3 * variance);
        return uniform(shape, { minval: -limit, maxval: limit, seed });
      }
    }
  }

  /** The keys that the six named relatives have. */
  protected fanConfig(): Config {
    return {
      seed: this.seedConfig(),
      input_axes: this.inputAxes,
      output_axes: this.outputAxes,
    };
  }

  override getConfig(): Config {
    const { seed, ...axes } = this.fanConfig();
    return {
      seed,
      scale: this.scale,
      mode: this.mode,
      distribution: this.distribution,
      ...axes,
    };
  }

  static fromConfig(config: Config): VarianceScaling {
    return new VarianceScaling(optionsFromConfig('VarianceScaling', config, OPTIONS));
  }
}

function checkAxes(owner: string, name: string, axes: unknown): readonly number[] | null {
  if (axes === null || axes === undefined) return null;
  const isAxis = (axis: unknown): axis is number => Number.isInteger(axis);
  if (Array.isArray(axes) && axes.every(isAxis)) return [...axes];
  throw new ValueError(
    `${owner}: ${name} must be a list of whole numbers or null, got ${describeValue(axes)}.`,
  );
}
