import { checkBoolean, checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `ExponentialDecay`. */
export interface ExponentialDecayOptions extends ScheduleOptions {
  /** Whether the rate changes only every `decaySteps` steps. Default false. */
  readonly staircase?: boolean;
}

const OPTIONS = [
  'staircase',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof ExponentialDecayOptions)[];

/**
 * initialLearningRate · decayRate^(step / decaySteps); with `staircase` the quotient is rounded down.
 *
 * @example new optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96, { staircase: true })
 */
export class ExponentialDecay extends LearningRateSchedule {
  static override readonly className = 'ExponentialDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;

  /**
   * @param decaySteps steps in which the rate is multiplied by `decayRate`
   * @throws ValueError for an argument out of range or an unknown option.
   */
  constructor(
    initialLearningRate: number,
    decaySteps: number,
    decayRate: number,
    options: ExponentialDecayOptions = {},
  ) {
    super();
    const owner = 'ExponentialDecay';
    checkOptions(owner, options, OPTIONS);
    this.initialLearningRate = checkInitialRate(owner, initialLearningRate);
    this.decaySteps = checkSteps(owner, 'decaySteps', decaySteps);
    this.decayRate = checkNumber(owner, 'decayRate', decayRate, { min: 0 });
    this.staircase = checkBoolean(owner, 'staircase', options.staircase ?? false);
    this.name = checkScheduleName(owner, options.name ?? owner);
  }

  override call(step: number): number {
    const periods = step / this.decaySteps;
    const exponent = this.staircase ? Math.floor(periods) : periods;
    return this.initialLearningRate * this.decayRate ** exponent;
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      decay_rate: this.decayRate,
      staircase: this.staircase,
      name: this.name,
    };
  }

  /** The schedule that a Keras config describes. */
  static fromConfig(config: Config): ExponentialDecay {
    const known = ['initialLearningRate', 'decaySteps', 'decayRate', ...OPTIONS];
    const { initialLearningRate, decaySteps, decayRate, ...options } = optionsFromConfig(
      'ExponentialDecay',
      config,
      known,
    );
    return new ExponentialDecay(
      initialLearningRate as number,
      decaySteps as number,
      decayRate as number,
      options,
    );
  }
}
