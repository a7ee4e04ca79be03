import {
  choice,
  classNameOf,
  configurable,
  isListOf,
  MAX_FLOAT32,
  number,
  oneOf,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { EitherSpelling, Stored, Option, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { normal, truncatedNormal, uniform } from '../../engine/random/draw.js';
import { checkShape } from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import { computeFans } from './fans.js';
import { RandomInitializer } from './random.js';

const MODES = ['fan_in', 'fan_out', 'fan_avg'] as const;
const DISTRIBUTIONS = ['truncated_normal', 'untruncated_normal', 'uniform'] as const;

/** The divisor of the variance: the number of inputs of a unit (fan-in), the number of outputs of an input (fan-out), or their mean. */
export type FanMode = (typeof MODES)[number];

/** The distribution of the values; `'normal'` is the same as `'truncated_normal'`. */
export type ScalingDistribution = (typeof DISTRIBUTIONS)[number];

/** Standard deviation of a standard normal distribution that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.87962566103423978;

/** An option that is a list of axes. Default null. */
const axes: Option<readonly number[] | null> = {
  default: null,
  check: (given, { owner, name }) => {
    const isAxis = (axis: unknown): axis is number => Number.isInteger(axis);
    if (isListOf(given, isAxis)) return [...given];
    throw new ValueError(
      `${owner}: ${name} must be a list of whole numbers or null, got ${describeValue(given)}.`,
    );
  },
};

const distribution: Option<EitherSpelling<ScalingDistribution> | 'normal', ScalingDistribution> = {
  default: 'truncated_normal',
  names: DISTRIBUTIONS,
  check: (given, { owner, name }) =>
    given === 'normal' ? 'truncated_normal' : oneOf(owner, name, given, DISTRIBUTIONS),
};

const FAN_OPTIONS = {
  /** Axes whose lengths are multiplied to get the fan-in; requires `outputAxes`. Default: all but the last. */
  inputAxes: axes,
  /** Axes whose lengths are multiplied to get the fan-out; requires `inputAxes`. Default: the window and the last axis. */
  outputAxes: axes,
};

function requireBothAxes(initializer: Stored<typeof FAN_OPTIONS>): void {
  if ((initializer.inputAxes === null) === (initializer.outputAxes === null)) return;
  throw new ValueError(
    `${classNameOf(initializer)}: give inputAxes and outputAxes together, or neither.`,
  );
}

/** Random values whose variance is scale / fan. */
abstract class Scaling extends RandomInitializer {
  /** The factor of the variance. */
  abstract readonly scale: number;
  /** The divisor of the variance. */
  abstract readonly mode: FanMode;
  /** The distribution of the values. */
  abstract readonly distribution: ScalingDistribution;
  abstract readonly inputAxes: readonly number[] | null;
  abstract readonly outputAxes: readonly number[] | null;

  constructor(options: object = {}) {
    super(options);
    requireBothAxes(this);
  }

  protected override draw(shape: Shape): Tensor {
    return this.applyAlong(shape, this.inputAxes, this.outputAxes);
  }

  /** New float32 values of that shape, with the fans along these axes. @internal */
  applyAlong(
    shape: Shape,
    inputAxes: readonly number[] | null,
    outputAxes: readonly number[] | null,
  ): Tensor {
    checkShape(classNameOf(this), shape);
    const { fanIn, fanOut } = computeFans(shape, inputAxes, outputAxes);
    const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[this.mode];
    const variance = this.scale / Math.max(1, fan);
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
}

/** Options of `VarianceScaling`. */
export interface VarianceScalingOptions extends OptionsOf<typeof VarianceScaling> {}

/**
 * Random values with mean 0 and variance scale / n, where n is the fan that `mode` names: normal, normal truncated at
 * two standard deviations (rescaled to keep the variance), or uniform in ±√(3 · scale / n). Keras: `VarianceScaling`,
 * `'variance_scaling'`.
 *
 * @throws ValueError if an option is unknown or out of range.
 * @example new initializers.VarianceScaling({ scale: 2, mode: 'fan_out' }).apply([3, 4])
 */
export class VarianceScaling extends configurable(Scaling, 'VarianceScaling', {
  /** Factor of the variance, above 0. Default 1. */
  scale: number({ default: 1, above: 0, max: MAX_FLOAT32 }),
  /** The divisor of the variance. Default `'fan_in'`. */
  mode: choice(MODES, { default: 'fan_in' }),
  /** The distribution of the values. Default `'truncated_normal'`. */
  distribution,
  ...FAN_OPTIONS,
}) {}

/** Variance scaling whose law the name says. */
abstract class NamedScaling extends configurable(Scaling, 'NamedScaling', FAN_OPTIONS) {}

/** Options of `GlorotUniform`, `GlorotNormal`, `HeUniform`, `HeNormal`, `LecunUniform` and `LecunNormal`. */
export interface FanOptions extends OptionsOf<typeof NamedScaling> {}

/**
 * Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). Keras: `GlorotUniform`, `'glorot_uniform'`.
 *
 * @example new initializers.GlorotUniform({ seed: 1 }).apply([3, 4])
 */
export class GlorotUniform extends configurable(NamedScaling, 'GlorotUniform') {
  override readonly scale = 1;
  override readonly mode = 'fan_avg';
  override readonly distribution = 'uniform';
}

/**
 * Normal with variance 2 / (fanIn + fanOut), truncated at two standard deviations (Glorot and Bengio, 2010). Keras:
 * `GlorotNormal`, `'glorot_normal'`.
 *
 * @example new initializers.GlorotNormal().apply([3, 4])
 */
export class GlorotNormal extends configurable(NamedScaling, 'GlorotNormal') {
  override readonly scale = 1;
  override readonly mode = 'fan_avg';
  override readonly distribution = 'truncated_normal';
}

/**
 * Uniform in ±√(6 / fanIn) (He et al., 2015). Keras: `HeUniform`, `'he_uniform'`.
 *
 * @example new initializers.HeUniform().apply([3, 4])
 */
export class HeUniform extends configurable(NamedScaling, 'HeUniform') {
  override readonly scale = 2;
  override readonly mode = 'fan_in';
  override readonly distribution = 'uniform';
}

/**
 * Normal with variance 2 / fanIn, truncated at two standard deviations (He et al., 2015). Keras: `HeNormal`,
 * `'he_normal'`.
 *
 * @example new layers.Dense(4, { kernelInitializer: new initializers.HeNormal({ seed: 1 }) })
 */
export class HeNormal extends configurable(NamedScaling, 'HeNormal') {
  override readonly scale = 2;
  override readonly mode = 'fan_in';
  override readonly distribution = 'truncated_normal';
}

/**
 * Uniform in ±√(3 / fanIn) (LeCun et al., 1998). Keras: `LecunUniform`, `'lecun_uniform'`.
 *
 * @example new initializers.LecunUniform().apply([3, 4])
 */
export class LecunUniform extends configurable(NamedScaling, 'LecunUniform') {
  override readonly scale = 1;
  override readonly mode = 'fan_in';
  override readonly distribution = 'uniform';
}

/**
 * Normal with variance 1 / fanIn, truncated at two standard deviations (LeCun et al., 1998). Keras: `LecunNormal`,
 * `'lecun_normal'`.
 *
 * @example new initializers.LecunNormal().apply([3, 4])
 */
export class LecunNormal extends configurable(NamedScaling, 'LecunNormal') {
  override readonly scale = 1;
  override readonly mode = 'fan_in';
  override readonly distribution = 'truncated_normal';
}
