import { checkBoolean, checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `InverseTimeDecay`. */
export interface InverseTimeDecayOptions extends ScheduleOptions {
  /** Whether the rate changes only every `decaySteps` steps. Default false. */
  readonly staircase?: boolean;
}

const OPTIONS = [
  'staircase',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof InverseTimeDecayOptions)[];

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps); with `staircase` the quotient step /
 * decaySteps is rounded down.
 *
 * @example new optimizers.schedules.InverseTimeDecay(0.1, 1000, 0.5)
 */
export class InverseTimeDecay extends LearningRateSchedule {
  static override readonly className = 'InverseTimeDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;

  /** @throws ValueError for an argument out of range or an unknown option. */
  constructor(
    initialLearningRate: number,
    decaySteps: number,
    decayRate: number,
    options: InverseTimeDecayOptions = {},
  ) {
    super();
    const owner = 'InverseTimeDecay';
    checkOptions(owner, options, OPTIONS);
    this.initialLearningRate = checkInitialRate(owner, initialLearningRate);
    this.decaySteps = checkSteps(owner, 'decaySteps', decaySteps);
    this.decayRate = checkNumber(owner, 'decayRate', decayRate, { min: 0 });
    this.staircase = checkBoolean(owner, 'staircase', options.staircase ?? false);
    this.name = checkScheduleName(owner, options.name ?? owner);
  }

  override call(step: number): number {
    const periods = step / this.decaySteps;
    const elapsed = this.staircase ? Math.floor(periods) : periods;
    return this.initialLearningRate / (1 + this.decayRate * elapsed);
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
  static fromConfig(config: Config): InverseTimeDecay {
    const known = ['initialLearningRate', 'decaySteps', 'decayRate', ...OPTIONS];
    const { initialLearningRate, decaySteps, decayRate, ...options } = optionsFromConfig(
      'InverseTimeDecay',
      config,
      known,
    );
    return new InverseTimeDecay(
      initialLearningRate as number,
      decaySteps as number,
      decayRate as number,
      options,
    );
  }
}
