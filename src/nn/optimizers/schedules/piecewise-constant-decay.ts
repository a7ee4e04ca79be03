import { checkNumber, configurable, text } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { LearningRateSchedule } from './learning-rate-schedule.js';

/** A list of numbers of at least 0. */
const numbers = (): Option<readonly number[]> => ({
  check: (list, { owner, name }) => {
    if (!Array.isArray(list)) {
      throw new ValueError(
        `${owner}: ${name} must be a list of numbers, got ${describeValue(list)}.`,
      );
    }
    return list.map((value, i) => checkNumber(owner, `${name}[${i}]`, value, { min: 0 }));
  },
});

/** Options of `PiecewiseConstantDecay`. */
export interface ScheduleOptions extends OptionsOf<typeof PiecewiseConstantDecay> {}

/**
 * values[i] while step ≤ boundaries[i], for the first such i; the last value beyond all boundaries. Keras:
 * `PiecewiseConstantDecay`.
 *
 * @example new optimizers.schedules.PiecewiseConstantDecay([1000, 2000], [0.1, 0.05, 0.01])
 */
export class PiecewiseConstantDecay extends configurable(
  LearningRateSchedule,
  'PiecewiseConstantDecay',
  {
    /** Numbers of steps, each greater than the one before. */
    boundaries: numbers(),
    /** Learning rates, one more than boundaries. */
    values: numbers(),
    /** Only kept for the config. Default `'PiecewiseConstant'`. */
    name: text({ default: 'PiecewiseConstant' }),
  },
  { positional: ['boundaries', 'values'] },
) {
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
    super(options, [boundaries, values]);
    const owner = 'PiecewiseConstantDecay';
    if (this.values.length !== this.boundaries.length + 1) {
      throw new ValueError(
        `${owner}: values must be one more than boundaries, got ${this.values.length} values for ` +
          `${this.boundaries.length} boundaries.`,
      );
    }
    if (this.boundaries.some((boundary, i) => boundary <= (this.boundaries[i - 1] ?? -Infinity))) {
      throw new ValueError(`${owner}: boundaries must rise, got ${describeValue(boundaries)}.`);
    }
  }

  override call(step: number): number {
    this.requireStep(step);
    const interval = this.boundaries.findIndex((boundary) => step <= boundary);
    return this.values.at(interval) ?? NaN;
  }
}
