import { classNameOf, declaredConfig, isDeclared, KerasObject } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** The option of every schedule. */
export interface ScheduleOptions {
  /** Only kept for the config. Default: Keras's name of the schedule. */
  readonly name?: string;
}

/**
 * A learning rate that depends on the number of steps made. Give an instance to an optimizer as its
 * `learningRate`; the optimizer asks it before each step.
 *
 * @example
 * class Halving extends optimizers.schedules.LearningRateSchedule {
 *   static override readonly className = 'Halving';
 *   override call(step) {
 *     return 0.1 * 0.5 ** Math.floor(step / 1000);
 *   }
 * }
 * new optimizers.SGD({ learningRate: new Halving() });
 */
export abstract class LearningRateSchedule extends KerasObject {
  static override readonly className: string = 'LearningRateSchedule';

  /** The learning rate after `step` steps, 0 for the first. */
  abstract call(step: number): number;

  /**
   * The constructor's arguments in Keras's spelling.
   *
   * @throws ValueError for a class of your own that has none.
   */
  override getConfig(): Config {
    const className = classNameOf(this);
    if (isDeclared(this.constructor)) return declaredConfig(this);
    throw new ValueError(
      `${className} has no getConfig(), so it cannot be saved. Give the class one that returns its arguments.`,
    );
  }
}

/** Names of the options of every schedule. */
export const SCHEDULE_OPTIONS = ['name'] as const;
