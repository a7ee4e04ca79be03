import { power } from '../../../config/elementary.js';
import { boolean, configurable, number, text } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { initialRate, LearningRateSchedule, steps } from './learning-rate-schedule.js';

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
    /** Whether the decay begins anew, over a longer stretch, where it ends. Default false. */
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
