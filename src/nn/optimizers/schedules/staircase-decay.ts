import { power } from '../../../config/elementary.js';
import { boolean, configurable, number, text } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { initialRate, LearningRateSchedule, steps } from './learning-rate-schedule.js';

/** A learning rate that falls with the number of periods of `decaySteps` steps, evenly or period by period. */
abstract class StaircaseDecay extends configurable(
  LearningRateSchedule,
  'StaircaseDecay',
  {
    /** The rate at step 0, at least 0. */
    initialLearningRate: initialRate(),
    /** Steps of a period, above 0. */
    decaySteps: steps(),
    /** How much a period changes, at least 0. */
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
   * @param decayRate how much a period changes
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

  /** Periods after that many steps. */
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
