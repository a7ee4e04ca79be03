import { checkBoolean, checkNumber } from '../../config/check-number.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { checkInitialRate, checkScheduleName, checkSteps, checkStep } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/** Options of `PolynomialDecay`. */
export interface PolynomialDecayOptions extends ScheduleOptions {
  /** The rate after `decaySteps` steps. Default 0.0001. */
  readonly endLearningRate?: number;
  /** The exponent; 1 is a straight line. Default 1. */
  readonly power?: number;
  /** Whether it begins anew, over a longer stretch, where it ends. Default false. */
  readonly cycle?: boolean;
}

const OPTIONS = [
  'endLearningRate',
  'power',
  'cycle',
  ...SCHEDULE_OPTIONS,
] as const satisfies readonly (keyof PolynomialDecayOptions)[];

/**
 * (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate, then
 * endLearningRate. With `cycle`, decaySteps is the first multiple of itself that is not below step.
 *
 * @example new optimizers.schedules.PolynomialDecay(0.1, 10000, { endLearningRate: 0.01, power: 0.5 })
 */
export class PolynomialDecay extends LearningRateSchedule {
  static override readonly className = 'PolynomialDecay';
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly endLearningRate: number;
  readonly power: number;
  readonly cycle: boolean;
  readonly name: string;

  /** @throws ValueError for an argument out of range or an unknown option. */
  constructor(
    initialLearningRate: number,
    decaySteps: number,
    options: PolynomialDecayOptions = {},
  ) {
    super();
    const owner = 'PolynomialDecay';
    checkOptions(owner, options, OPTIONS);
    const { endLearningRate = 0.0001, power = 1, cycle = false, name = owner } = options;
    this.initialLearningRate = checkInitialRate(owner, initialLearningRate);
    this.decaySteps = checkSteps(owner, 'decaySteps', decaySteps);
    this.endLearningRate = checkNumber(owner, 'endLearningRate', endLearningRate, { min: 0 });
    this.power = checkNumber(owner, 'power', power, { min: 0 });
    this.cycle = checkBoolean(owner, 'cycle', cycle);
    this.name = checkScheduleName(owner, name);
  }

  override call(step: number): number {
    checkStep('PolynomialDecay', step);
    const { decaySteps, endLearningRate } = this;
    const stretch = this.cycle
      ? decaySteps * Math.max(1, Math.ceil(step / decaySteps))
      : decaySteps;
    const left = 1 - Math.min(step, stretch) / stretch;
    return (this.initialLearningRate - endLearningRate) * left ** this.power + endLearningRate;
  }

  override getConfig(): Config {
    return {
      initial_learning_rate: this.initialLearningRate,
      decay_steps: this.decaySteps,
      end_learning_rate: this.endLearningRate,
      power: this.power,
      cycle: this.cycle,
      name: this.name,
    };
  }

  /** The schedule that a Keras config describes. */
  static fromConfig(config: Config): PolynomialDecay {
    const known = ['initialLearningRate', 'decaySteps', ...OPTIONS];
    const { initialLearningRate, decaySteps, ...options } = optionsFromConfig(
      'PolynomialDecay',
      config,
      known,
    );
    return new PolynomialDecay(initialLearningRate as number, decaySteps as number, options);
  }
}
