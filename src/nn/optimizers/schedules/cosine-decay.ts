import { cosPi, log, power } from '../../../config/elementary.js';
import { configurable, number, text } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { initialRate, LearningRateSchedule, steps } from './learning-rate-schedule.js';

/** Options of `CosineDecay`. */
export interface CosineDecayOptions extends OptionsOf<typeof CosineDecay> {}

/**
 * rate · ((1 − alpha) · (1 + cos(π · step / decaySteps)) / 2 + alpha), then rate · alpha (Loshchilov
 * and Hutter 2017). Without `warmupTarget`, rate is initialLearningRate. With it, the schedule first rises from
 * initialLearningRate to warmupTarget, and rate is warmupTarget. Keras: `CosineDecay`.
 *
 * @example new optimizers.schedules.CosineDecay(0, 10000, { warmupTarget: 0.1, warmupSteps: 500 })
 */
export class CosineDecay extends configurable(
  LearningRateSchedule,
  'CosineDecay',
  {
    /** The rate at step 0, at least 0. */
    initialLearningRate: initialRate(),
    /** Steps of the decay, above 0. */
    decaySteps: steps(),
    /** The rate at the end, as a share of the rate at the start of the decay. Default 0. */
    alpha: number({ default: 0, min: 0 }),
    /** Only kept for the config. Default `'CosineDecay'`. */
    name: text({ default: 'CosineDecay' }),
    /** The rate to which the schedule first rises linearly. Default null: the decay starts at once. */
    warmupTarget: number({ default: null, min: 0 }),
    /** Steps of the rise; they come before `decaySteps`. Default 0. */
    warmupSteps: number({ default: 0, min: 0 }),
  },
  { positional: ['initialLearningRate', 'decaySteps'] },
) {
  /**
   * @param initialLearningRate the rate at step 0
   * @param decaySteps steps of the decay
   * @throws ValueError for an argument out of range or an unknown option.
   */
  constructor(initialLearningRate: number, decaySteps: number, options: CosineDecayOptions = {}) {
    super(options, [initialLearningRate, decaySteps]);
  }

  override call(step: number): number {
    this.requireStep(step);
    const { initialLearningRate, warmupTarget, warmupSteps } = this;
    if (warmupTarget === null) return this.#decayed(step, initialLearningRate);
    if (step >= warmupSteps) return this.#decayed(step - warmupSteps, warmupTarget);
    return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
  }

  #decayed(step: number, rate: number): number {
    const { alpha, decaySteps } = this;
    const cosine = 0.5 * (1 + cosPi(Math.min(step, decaySteps) / decaySteps));
    return rate * ((1 - alpha) * cosine + alpha);
  }
}

/** Options of `CosineDecayRestarts`. */
export interface CosineDecayRestartsOptions extends OptionsOf<typeof CosineDecayRestarts> {}

/**
 * Cosine decay with restarts (Loshchilov and Hutter 2017). Period i = 0, 1, … has
 * firstDecaySteps · tMulⁱ steps; at fraction f of it the rate is
 * initialLearningRate · ((1 − alpha) · mMulⁱ · (1 + cos(π f)) / 2 + alpha). Keras: `CosineDecayRestarts`.
 *
 * @example new optimizers.schedules.CosineDecayRestarts(0.1, 1000, { tMul: 1.5, mMul: 0.9 })
 */
export class CosineDecayRestarts extends configurable(
  LearningRateSchedule,
  'CosineDecayRestarts',
  {
    /** The rate at step 0, at least 0. */
    initialLearningRate: initialRate(),
    /** Steps of the first period, above 0. */
    firstDecaySteps: steps(),
    /**
     * The length of each period as a multiple of the one before, at least 1: with less, all periods together would have
     * an end. Default 2.
     */
    tMul: number({ default: 2, min: 1 }),
    /** The rate at the start of each period, as a multiple of that of the period before. Default 1. */
    mMul: number({ default: 1, min: 0 }),
    /** The rate at the end of a period, as a share of initialLearningRate. Default 0. */
    alpha: number({ default: 0, min: 0 }),
    /** Only kept for the config. Default `'SGDRDecay'`. */
    name: text({ default: 'SGDRDecay' }),
  },
  { positional: ['initialLearningRate', 'firstDecaySteps'] },
) {
  /**
   * @param initialLearningRate the rate at step 0
   * @param firstDecaySteps steps of the first period
   * @throws ValueError for an argument out of range or an unknown option.
   */
  constructor(
    initialLearningRate: number,
    firstDecaySteps: number,
    options: CosineDecayRestartsOptions = {},
  ) {
    super(options, [initialLearningRate, firstDecaySteps]);
  }

  override call(step: number): number {
    this.requireStep(step);
    const { alpha } = this;
    const { period, fraction } = this.#position(step / this.firstDecaySteps);
    const cosine = 0.5 * power(this.mMul, period) * (1 + cosPi(fraction));
    return this.initialLearningRate * ((1 - alpha) * cosine + alpha);
  }

  /** Where the schedule is after `elapsed` lengths of the first period. */
  #position(elapsed: number): { readonly period: number; readonly fraction: number } {
    const { tMul } = this;
    if (tMul === 1) {
      const period = Math.floor(elapsed);
      return { period, fraction: elapsed - period };
    }
    /** All periods before period i, in lengths of the first. */
    const before = (i: number): number => (power(tMul, i) - 1) / (tMul - 1);
    let period = Math.floor(log(1 + elapsed * (tMul - 1)) / log(tMul));
    // Where a period begins, rounding of the logarithms must not choose its neighbour.
    if (before(period + 1) <= elapsed) period++;
    else if (before(period) > elapsed) period--;
    return { period, fraction: (elapsed - before(period)) / power(tMul, period) };
  }
}
