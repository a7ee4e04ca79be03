import { checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps, checkStep } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `CosineDecay`. */
export interface CosineDecayOptions extends ScheduleOptions {
  /** The rate at the end, as a share of the rate from which it decays. Default 0. */
  readonly alpha?: number;
  /** The rate to which it first rises in a straight line. Default null: it decays from the start. */
  readonly warmupTarget?: number | null;
  /** Steps of the rise; they come before `decaySteps`. Default 0. */
  readonly warmupSteps?: number;
}

const OPTIONS = [
  'alpha',
  'warmupTarget',
  'warmupSteps',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof CosineDecayOptions)[];

/**
 * rate · ((1 − alpha) · (1 + cos(π · step / decaySteps)) / 2 + alpha), then rate · alpha (Loshchilov
 * and Hutter 2017). Without `warmupTarget` the rate is initialLearningRate; with it, the schedule
 * first rises from initialLearningRate to warmupTarget, and that is the rate.
 *
 * @example new optimizers.schedules.CosineDecay(0, 10000, { warmupTarget: 0.1, warmupSteps: 500 })
 */
export class CosineDecay extends LearningRateSchedule {
  static override readonly className = 'CosineDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly alpha: number;
  readonly warmupTarget: number | null;
  readonly warmupSteps: number;
  readonly name: string;

  /** @throws ValueError for an argument out of range or an unknown option. */
  constructor(initialLearningRate: number, decaySteps: number, options: CosineDecayOptions = {}) {
    super();
    const owner = 'CosineDecay';
    checkOptions(owner, options, OPTIONS);
    const { alpha = 0, warmupTarget = null, warmupSteps = 0, name = owner } = options;
    this.initialLearningRate = checkInitialRate(owner, initialLearningRate);
    this.decaySteps = checkSteps(owner, 'decaySteps', decaySteps);
    this.alpha = checkNumber(owner, 'alpha', alpha, { min: 0 });
    this.warmupTarget =
      warmupTarget === null ? null : checkNumber(owner, 'warmupTarget', warmupTarget, { min: 0 });
    this.warmupSteps = checkNumber(owner, 'warmupSteps', warmupSteps, { min: 0 });
    this.name = checkScheduleName(owner, name);
  }

  override call(step: number): number {
    checkStep('CosineDecay', step);
    const { initialLearningRate, warmupTarget, warmupSteps } = this;
    if (warmupTarget === null) return this.#decayed(step, initialLearningRate);
    if (step >= warmupSteps) return this.#decayed(step - warmupSteps, warmupTarget);
    return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
  }

  #decayed(step: number, rate: number): number {
    const { alpha, decaySteps } = this;
    const cosine = 0.5 * (1 + Math.cos((Math.PI * Math.min(step, decaySteps)) / decaySteps));
    return rate * ((1 - alpha) * cosine + alpha);
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      alpha: this.alpha,
      name: this.name,
      warmup_target: this.warmupTarget,
      warmup_steps: this.warmupSteps,
    };
  }

  /** The schedule that a Keras config describes. */
  static fromConfig(config: Config): CosineDecay {
    const known = ['initialLearningRate', 'decaySteps', ...OPTIONS];
    const { initialLearningRate, decaySteps, ...options } = optionsFromConfig(
      'CosineDecay',
      config,
      known,
    );
    return new CosineDecay(initialLearningRate as number, decaySteps as number, options);
  }
}
