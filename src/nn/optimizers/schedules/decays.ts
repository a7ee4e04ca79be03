import { power } from '../../../config/elementary.js';
import { boolean, checkNumber, configurable, number, text } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { initialRate, LearningRateSchedule, steps } from './learning-rate-schedule.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';

/** Options of `PolynomialDecay`. */
export interface PolynomialDecayOptions extends OptionsOf<typeof PolynomialDecay> {}

/**
 * (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate, then
 * endLearningRate. With `cycle`, decaySteps is the first multiple of itself that is not below step. Keras:
 * `PolynomialDecay`.
 *
 * @example new optimizers.schedules.PolynomialDecay(0.1, 10000, { endLearningRate: 0.01, power: 0.5 })
 */
export class PolynomialDecay extends configurable(
  LearningRateSchedule,
  'PolynomialDecay',
  {
    /** The rate at step 0, at least 0. */
    initialLearningRate: initialRate(),
    /** Steps of the decay, above 0. */
    decaySteps: steps(),
    /** The rate after `decaySteps` steps. Default 0.0001. */
    endLearningRate: number({ default: 0.0001, min: 0 }),
    /** The exponent; 1 is a straight line. Default 1. */
    power: number({ default: 1, min: 0 }),
    /** Whether the decay restarts, over a longer period, when it ends. Default false. */
    cycle: boolean({ default: false }),
    /** Only kept for the config. Default `'PolynomialDecay'`. */
    name: text({ default: 'PolynomialDecay' }),
  },
  { positional: ['initialLearningRate', 'decaySteps'] },
) {
  /**
   * @param initialLearningRate the rate at step 0
   * @param decaySteps steps of the decay
   * @throws ValueError for an argument out of range or an unknown option.
   */
  constructor(
    initialLearningRate: number,
    decaySteps: number,
    options: PolynomialDecayOptions = {},
  ) {
    super(options, [initialLearningRate, decaySteps]);
  }

  override call(step: number): number {
    this.requireStep(step);
    const { decaySteps, endLearningRate } = this;
    const stretch = this.cycle
      ? decaySteps * Math.max(1, Math.ceil(step / decaySteps))
      : decaySteps;
    const left = 1 - Math.min(step, stretch) / stretch;
    return (this.initialLearningRate - endLearningRate) * power(left, this.power) + endLearningRate;
  }
}

/** A list of numbers of at least 0. */
const numbers = (): Option<readonly number[]> => ({
  check: (list, { owner, name }) => {
    if (!Array.isArray(list)) {
      throw new ValueError(
        `${owner}: ${name} must be a list of numbers, got ${describeValue(list)}.`,
      );
    }
    return list.map((value, i) => checkNumber(owner, `${name}[${i}]`, value, { min: 0 }));
  },
});

/** Options of `PiecewiseConstantDecay`. */
export interface ScheduleOptions extends OptionsOf<typeof PiecewiseConstantDecay> {}

/**
 * values[i] while step ≤ boundaries[i], for the first such i; the last value beyond all boundaries. Keras:
 * `PiecewiseConstantDecay`.
 *
 * @example new optimizers.schedules.PiecewiseConstantDecay([1000, 2000], [0.1, 0.05, 0.01])
 */
export class PiecewiseConstantDecay extends configurable(
  LearningRateSchedule,
  'PiecewiseConstantDecay',
  {
    /** Step numbers in ascending order. */
    boundaries: numbers(),
    /** Learning rates, one more than there are boundaries. */
    values: numbers(),
    /** Only kept for the config. Default `'PiecewiseConstant'`. */
    name: text({ default: 'PiecewiseConstant' }),
  },
  { positional: ['boundaries', 'values'] },
) {
  /**
   * @param boundaries step numbers in ascending order
   * @param values learning rates, one more than there are boundaries
   * @throws ValueError if boundaries and values do not match, or for an unknown option.
   */
  constructor(
    boundaries: readonly number[],
    values: readonly number[],
    options: ScheduleOptions = {},
  ) {
    super(options, [boundaries, values]);
    const owner = 'PiecewiseConstantDecay';
    if (this.values.length !== this.boundaries.length + 1) {
      throw new ValueError(
        `${owner}: values must be one more than boundaries, got ${this.values.length} values for ` +
          `${this.boundaries.length} boundaries.`,
      );
    }
    if (this.boundaries.some((boundary, i) => boundary <= (this.boundaries[i - 1] ?? -Infinity))) {
      throw new ValueError(`${owner}: boundaries must rise, got ${describeValue(boundaries)}.`);
    }
  }

  override call(step: number): number {
    this.requireStep(step);
    const interval = this.boundaries.findIndex((boundary) => step <= boundary);
    return this.values.at(interval) ?? NaN;
  }
}

/** A learning rate that falls with the number of periods of `decaySteps` steps, evenly or period by period. */
abstract class StaircaseDecay extends configurable(
  LearningRateSchedule,
  'StaircaseDecay',
  {
    /** The rate at step 0, at least 0. */
    initialLearningRate: initialRate(),
    /** Steps of a period, above 0. */
    decaySteps: steps(),
    /** The size of the change per period, at least 0. */
    decayRate: number({ min: 0 }),
    /** Whether the rate changes only every `decaySteps` steps. Default false. */
    staircase: boolean({ default: false }),
    /** Only kept for the config. Default: the name of the class. */
    name: text(),
  },
  { positional: ['initialLearningRate', 'decaySteps', 'decayRate'] },
) {
  /**
   * @param initialLearningRate the rate at step 0
   * @param decaySteps steps of a period
   * @param decayRate the size of the change per period
   * @throws ValueError for an argument out of range or an unknown option.
   */
  constructor(
    initialLearningRate: number,
    decaySteps: number,
    decayRate: number,
    options: StaircaseOptions = {},
  ) {
    super(options, [initialLearningRate, decaySteps, decayRate]);
  }

  /** Periods after that many steps. @internal */
  protected periods(step: number): number {
    this.requireStep(step);
    const periods = step / this.decaySteps;
    return this.staircase ? Math.floor(periods) : periods;
  }
}

/** Options of `ExponentialDecay` and `InverseTimeDecay`. */
export interface StaircaseOptions extends OptionsOf<typeof StaircaseDecay> {}

/** Options of `ExponentialDecay`. */
export type ExponentialDecayOptions = StaircaseOptions;

/** Options of `InverseTimeDecay`. */
export type InverseTimeDecayOptions = StaircaseOptions;

/**
 * initialLearningRate · decayRate^(step / decaySteps); with `staircase` the quotient is rounded down. Keras:
 * `ExponentialDecay`.
 *
 * @example new optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96, { staircase: true })
 */
export class ExponentialDecay extends configurable(StaircaseDecay, 'ExponentialDecay', {
  name: text({ default: 'ExponentialDecay' }),
}) {
  override call(step: number): number {
    return this.initialLearningRate * power(this.decayRate, this.periods(step));
  }
}

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps); with `staircase` the quotient step /
 * decaySteps is rounded down. Keras: `InverseTimeDecay`.
 *
 * @example new optimizers.schedules.InverseTimeDecay(0.1, 1000, 0.5)
 */
export class InverseTimeDecay extends configurable(StaircaseDecay, 'InverseTimeDecay', {
  name: text({ default: 'InverseTimeDecay' }),
}) {
  override call(step: number): number {
    return this.initialLearningRate / (1 + this.decayRate * this.periods(step));
  }
}
