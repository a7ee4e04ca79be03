import { describeValue } from '../../config/describe-value.js';
import { checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';
import { logLearningRate, optimizerOf } from './learning-rate.js';

/** Options of `LearningRateScheduler`. */
export interface LearningRateSchedulerOptions {
  /** 1 says each epoch's learning rate. Default 0. */
  readonly verbose?: 0 | 1;
  /** Where messages go. Default: the terminal or the console. */
  readonly writer?: Writer;
}

/**
 * Sets the learning rate at the beginning of each epoch, and adds it to the logs as `learning_rate`.
 *
 * @example new callbacks.LearningRateScheduler((epoch, lr) => (epoch < 10 ? lr : lr * Math.exp(-0.1)))
 */
export class LearningRateScheduler extends Callback {
  /** The learning rate of an epoch (counted from 0), given the one before. */
  readonly schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;
  readonly #writer: Writer;

  /**
   * @param schedule the new learning rate, given the epoch (counted from 0) and the present one
   * @throws ValueError if it is no function.
   */
  constructor(
    schedule: (epoch: number, learningRate: number) => number,
    options: LearningRateSchedulerOptions = {},
  ) {
    super();
    checkOptions('LearningRateScheduler', options, ['verbose', 'writer']);
    if (typeof schedule !== 'function') {
      throw new ValueError(
        `LearningRateScheduler: schedule must be a function (epoch, learningRate) => number, got ` +
          `${describeValue(schedule)}.`,
      );
    }
    this.schedule = schedule;
    this.#verbose = options.verbose ?? 0;
    this.#writer = options.writer ?? defaultWriter();
  }

  /** @throws ValueError if the schedule gives something that is no learning rate. */
  override onEpochBegin(epoch: number): void {
    const optimizer = optimizerOf('LearningRateScheduler', this.model);
    const rate: unknown = this.schedule(epoch, optimizer.learningRate);
    if (typeof rate !== 'number' || !(rate >= 0 && rate < Infinity)) {
      throw new ValueError(
        `LearningRateScheduler: the schedule must give a number of at least 0, it gave ${describeValue(rate)} for ` +
          `epoch ${epoch}.`,
      );
    }
    optimizer.learningRate = rate;
    if (this.#verbose === 0) return;
    this.#writer.write(
      `\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.\n`,
    );
  }

  override onEpochEnd(_epoch: number, logs: Logs = {}): void {
    logLearningRate(logs, optimizerOf('LearningRateScheduler', this.model).learningRate);
  }
}
