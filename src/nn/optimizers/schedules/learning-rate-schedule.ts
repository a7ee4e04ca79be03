import {
  checkNumber,
  classNameOf,
  configure,
  declaredConfig,
  isDeclared,
  KerasObject,
  number,
} from '../../../config/index.js';
import type { Config, Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';

/**
 * A learning rate that depends on the number of steps. Give an instance to an optimizer as its `learningRate`; the
 * optimizer calls it before each step.
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

  constructor(options: object = {}) {
    super();
    configure(this, options);
  }

  /**
   * The learning rate of a step.
   *
   * @param step the number of earlier steps, 0 for the first
   */
  abstract call(step: number): number;

  /** @throws ValueError for a step that is not a number. @internal */
  protected requireStep(step: unknown): void {
    checkNumber(classNameOf(this), 'step', step);
  }

  /**
   * The constructor's arguments in Keras's spelling.
   *
   * @throws ValueError for your own class, unless it overrides `getConfig`.
   */
  override getConfig(): Config {
    const className = classNameOf(this);
    if (isDeclared(this.constructor)) return declaredConfig(this);
    throw new ValueError(
      `${className} has no getConfig(), so it cannot be saved. Give the class one that returns its arguments.`,
    );
  }
}

/** The learning rate that a schedule begins with. */
export const initialRate = (): Option<number> => number({ min: 0 });

/** A number of steps, above 0. */
export const steps = (): Option<number> => number({ above: 0 });
