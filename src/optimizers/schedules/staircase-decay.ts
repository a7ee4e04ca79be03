import { checkBoolean, checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps, checkStep } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `ExponentialDecay` and `InverseTimeDecay`. */
export interface StaircaseOptions extends ScheduleOptions {
  /** Whether the rate changes only every `decaySteps` steps. Default false. */
  readonly staircase?: boolean;
}

const OPTIONS = [
  'staircase',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof StaircaseOptions)[];

/** A class of them. */
interface DecayClass<T> {
  readonly className: string;
  new (rate: number, decaySteps: number, decayRate: number, options: StaircaseOptions): T;
}

/** A learning rate that falls with the number of periods of `decaySteps` steps, evenly or period by period. */
export abstract class StaircaseDecay extends LearningRateSchedule {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  readonly staircase: boolean;
  readonly name: string;

  /**
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
    super();
    const { className } = this.constructor as typeof StaircaseDecay;
    checkOptions(className, options, OPTIONS);
    this.initialLearningRate = checkInitialRate(className, initialLearningRate);
    this.decaySteps = checkSteps(className, 'decaySteps', decaySteps);
    this.decayRate = checkNumber(className, 'decayRate', decayRate, { min: 0 });
    this.staircase = checkBoolean(className, 'staircase', options.staircase ?? false);
    this.name = checkScheduleName(className, options.name ?? className);
  }

  /** Periods after that many steps. */
  protected periods(step: number): number {
    checkStep((this.constructor as typeof StaircaseDecay).className, step);
    const periods = step / this.decaySteps;
    return this.staircase ? Math.floor(periods) : periods;
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
  static fromConfig<T>(this: DecayClass<T>, config: Config): T {
    const known = ['initialLearningRate', 'decaySteps', 'decayRate', ...OPTIONS];
    const given = optionsFromConfig(this.className, config, known);
    const { initialLearningRate, decaySteps, decayRate, ...options } = given;
    return new this(
      initialLearningRate as number,
      decaySteps as number,
      decayRate as number,
      options,
    );
  }
}
