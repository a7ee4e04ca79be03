import { checkNumber } from '../../config/check-number.js';
import { describeValue } from '../../config/describe-value.js';
import { checkOptions, optionsFromConfig } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { checkScheduleName, checkStep } from './check-arguments.js';
import { LearningRateSchedule, SCHEDULE_OPTIONS } from './learning-rate-schedule.js';
import type { ScheduleOptions } from './learning-rate-schedule.js';

/**
 * values[i] while step ≤ boundaries[i], for the first such i; the last value beyond all boundaries.
 *
 * @example new optimizers.schedules.PiecewiseConstantDecay([1000, 2000], [0.1, 0.05, 0.01])
 */
export class PiecewiseConstantDecay extends LearningRateSchedule {
  static override readonly className = 'PiecewiseConstantDecay';
  readonly boundaries: readonly number[];
  readonly values: readonly number[];
  readonly name: string;

  /**
   * @param boundaries numbers of steps, each greater than the one before
   * @param values learning rates, one more than boundaries
   * @throws ValueError if they do not fit each other, or for an unknown option.
   */
  constructor(
    boundaries: readonly number[],
    values: readonly number[],
    options: ScheduleOptions = {},
  ) {
    super();
    const owner = 'PiecewiseConstantDecay';
    checkOptions(owner, options, SCHEDULE_OPTIONS);
    this.boundaries = checkNumbers(owner, 'boundaries', boundaries);
    this.values = checkNumbers(owner, 'values', values);
    if (this.values.length !== this.boundaries.length + 1) {
      throw new ValueError(
        `${owner}: values must be one more than boundaries, got ${this.values.length} values for ` +
          `${this.boundaries.length} boundaries.`,
      );
    }
    if (this.boundaries.some((boundary, i) => boundary <= (this.boundaries[i - 1] ?? -Infinity))) {
      throw new ValueError(`${owner}: boundaries must rise, got ${describeValue(boundaries)}.`);
    }
    this.name = checkScheduleName(owner, options.name ?? 'PiecewiseConstant');
  }

  override call(step: number): number {
    checkStep('PiecewiseConstantDecay', step);
    const interval = this.boundaries.findIndex((boundary) => step <= boundary);
    return this.values.at(interval) ?? NaN;
  }

  override getConfig(): Config {
    return { boundaries: this.boundaries, values: this.values, name: this.name };
  }

  /** The schedule that a Keras config describes. */
  static fromConfig(config: Config): PiecewiseConstantDecay {
    const known = ['boundaries', 'values', ...SCHEDULE_OPTIONS];
    const { boundaries, values, ...options } = optionsFromConfig(
      'PiecewiseConstantDecay',
      config,
      known,
    );
    return new PiecewiseConstantDecay(
      boundaries as readonly number[],
      values as readonly number[],
      options,
    );
  }
}

function checkNumbers(owner: string, name: string, list: unknown): readonly number[] {
  if (!Array.isArray(list)) {
    throw new ValueError(
      `${owner}: ${name} must be a list of numbers, got ${describeValue(list)}.`,
    );
  }
  return list.map((value, i) => checkNumber(owner, `${name}[${i}]`, value, { min: 0 }));
}
