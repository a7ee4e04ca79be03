import { checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps, checkStep } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `CosineDecayRestarts`. */
export interface CosineDecayRestartsOptions extends ScheduleOptions {
  /** How many times longer each period is than the one before, at least 1. Default 2. */
  readonly tMul?: number;
  /** The rate at the start of each period, as a share of that of the one before. Default 1. */
  readonly mMul?: number;
  /** The rate at the end of a period, as a share of initialLearningRate. Default 0. */
  readonly alpha?: number;
}

const OPTIONS = [
  'tMul',
  'mMul',
  'alpha',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof CosineDecayRestartsOptions)[];

/**
 * Cosine decay that begins anew again and again (Loshchilov and Hutter 2017). Period i = 0, 1, … has
 * firstDecaySteps · tMulⁱ steps; at fraction f of it the rate is
 * initialLearningRate · ((1 − alpha) · mMulⁱ · (1 + cos(π f)) / 2 + alpha).
 *
 * @example new optimizers.schedules.CosineDecayRestarts(0.1, 1000, { tMul: 1.5, mMul: 0.9 })
 */
export class CosineDecayRestarts extends LearningRateSchedule {
  static override readonly className = 'CosineDecayRestarts';
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  readonly tMul: number;
  readonly mMul: number;
  readonly alpha: number;
  readonly name: string;

  /** @throws ValueError for an argument out of range or an unknown option. */
  constructor(
    initialLearningRate: number,
    firstDecaySteps: number,
    options: CosineDecayRestartsOptions = {},
  ) {
    super();
    const owner = 'CosineDecayRestarts';
    checkOptions(owner, options, OPTIONS);
    const { tMul = 2, mMul = 1, alpha = 0, name = 'SGDRDecay' } = options;
    this.initialLearningRate = checkInitialRate(owner, initialLearningRate);
    this.firstDecaySteps = checkSteps(owner, 'firstDecaySteps', firstDecaySteps);
    // Below 1 all periods together would have an end, and nothing is defined beyond it.
    this.tMul = checkNumber(owner, 'tMul', tMul, { min: 1 });
    this.mMul = checkNumber(owner, 'mMul', mMul, { min: 0 });
    this.alpha = checkNumber(owner, 'alpha', alpha, { min: 0 });
    this.name = checkScheduleName(owner, name);
  }

  override call(step: number): number {
    checkStep('CosineDecayRestarts', step);
    const { alpha } = this;
    const { period, fraction } = this.#position(step / this.firstDecaySteps);
    const cosine = 0.5 * this.mMul ** period * (1 + Math.cos(Math.PI * fraction));
    return this.initialLearningRate * ((1 - alpha) * cosine + alpha);
  }

  /** Where it is after `elapsed` lengths of the first period. */
  #position(elapsed: number): { readonly period: number; readonly fraction: number } {
    const { tMul } = this;
    if (tMul === 1) {
      const period = Math.floor(elapsed);
      return { period, fraction: elapsed - period };
    }
    /** All periods before period i, in lengths of the first. */
    const before = (i: number): number => (tMul ** i - 1) / (tMul - 1);
    let period = Math.floor(Math.log(1 + elapsed * (tMul - 1)) / Math.log(tMul));
    // Where a period begins, rounding of the logarithms must not choose its neighbour.
    if (before(period + 1) <= elapsed) period++;
    else if (before(period) > elapsed) period--;
    return { period, fraction: (elapsed - before(period)) / tMul ** period };
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      first_decay_steps: this.firstDecaySteps,
      t_mul: this.tMul,
      m_mul: this.mMul,
      alpha: this.alpha,
      name: this.name,
    };
  }

  /** The schedule that a Keras config describes. */
  static fromConfig(config: Config): CosineDecayRestarts {
    const known = ['initialLearningRate', 'firstDecaySteps', ...OPTIONS];
    const { initialLearningRate, firstDecaySteps, ...options } = optionsFromConfig(
      'CosineDecayRestarts',
      config,
      known,
    );
    return new CosineDecayRestarts(
      initialLearningRate as number,
      firstDecaySteps as number,
      options,
    );
  }
}
