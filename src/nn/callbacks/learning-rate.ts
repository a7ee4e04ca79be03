import { ValueError } from '../../errors.js';
import type { CallbackModel, Logs } from './callback.js';
import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions } from '../../config/index.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { Callback } from './callback.js';
import { MonitorCallback } from './monitor.js';
import type { MonitorOptions } from './monitor.js';

/** The optimizer of the model that is trained. @throws ValueError without one. */
function optimizerOf(owner: string, model: CallbackModel | undefined): { learningRate: number } {
  const optimizer = model?.optimizer;
  if (optimizer !== undefined) return optimizer;
  throw new ValueError(
    `${owner}: the model has no optimizer. Compile it, and use the callback in fit.`,
  );
}

/** Adds the learning rate to the logs of an epoch, from where it comes into the history. */
function logLearningRate(logs: Logs, rate: number): void {
  // The loop's own object, which callbacks after this one see.
  (logs as Record<string, number>)['learning_rate'] = rate;
}

/** Options of `LearningRateScheduler`. */
export interface LearningRateSchedulerOptions {
  /** 1 prints the learning rate of each epoch. Default 0. */
  readonly verbose?: 0 | 1;
  /** The destination of messages. Default: the terminal or the console. */
  readonly writer?: Writer;
}

/**
 * Sets the learning rate at the beginning of each epoch, and adds it to the logs as `learning_rate`.
 *
 * @example new callbacks.LearningRateScheduler((epoch, lr) => (epoch < 10 ? lr : lr * Math.exp(-0.1)))
 */
export class LearningRateScheduler extends Callback {
  /** A function that returns the learning rate, given the epoch (counted from 0) and the current rate. */
  readonly schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;
  readonly #writer: Writer;

  /**
   * @param schedule a function that returns the learning rate, given the epoch (counted from 0) and the current rate
   * @throws ValueError if `schedule` is not a function.
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

  /** @throws ValueError if the schedule returns anything but a learning rate. */
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

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The factor by which the learning rate is multiplied, below 1. Default 0.1. */
  readonly factor?: number;
  /** The number of epochs without improvement after which the rate is reduced. Default 10. */
  readonly patience?: number;
  /** 1 prints a message when the rate is reduced. Default 0. */
  readonly verbose?: 0 | 1;
  /** The smallest change that counts as an improvement. Default 0.0001. */
  readonly minDelta?: number;
  /** The number of epochs after a reduction that are not counted. Default 0. */
  readonly cooldown?: number;
  /** The lower limit of the learning rate. Default 0. */
  readonly minLr?: number;
}

const OPTIONS = ['factor', 'patience', 'minDelta', 'cooldown', 'minLr'];

const COUNT = { min: 0, integer: true };
const NAME = 'ReduceLROnPlateau';

/**
 * Reduces the learning rate when a monitored value has stopped improving, and adds the rate to the logs as
 * `learning_rate`.
 *
 * @example new callbacks.ReduceLROnPlateau({ monitor: 'val_loss', factor: 0.2, patience: 5, minLr: 0.001 })
 */
export class ReduceLROnPlateau extends MonitorCallback {
  readonly factor: number;
  readonly patience: number;
  readonly minDelta: number;
  readonly cooldown: number;
  readonly minLr: number;
  /** The number of epochs since the last improvement. */
  wait = 0;
  /** The number of epochs that still will not be counted. */
  cooldownCounter = 0;

  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    super(NAME, options, OPTIONS);
    this.factor = checkNumber(NAME, 'factor', options.factor ?? 0.1, { min: 0, below: 1 });
    this.patience = checkNumber(NAME, 'patience', options.patience ?? 10, COUNT);
    this.minDelta = Math.abs(checkNumber(NAME, 'minDelta', options.minDelta ?? 1e-4));
    this.cooldown = checkNumber(NAME, 'cooldown', options.cooldown ?? 0, COUNT);
    this.minLr = checkNumber(NAME, 'minLr', options.minLr ?? 0, { min: 0 });
  }

  override onTrainBegin(): void {
    this.forget();
    this.wait = 0;
    this.cooldownCounter = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const optimizer = optimizerOf(NAME, this.model);
    const isBetter = this.comparison(logs, this.minDelta);
    logLearningRate(logs, optimizer.learningRate);
    const current = this.watched(logs);
    if (current === undefined) return;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.wait = 0;
    }
    if (this.best === undefined || isBetter(current, this.best)) {
      this.best = current;
      this.wait = 0;
    } else if (this.cooldownCounter === 0) {
      this.wait++;
      if (this.wait >= this.patience) this.#reduce(epoch, optimizer);
    }
  }

  #reduce(epoch: number, optimizer: { learningRate: number }): void {
    const rate = optimizer.learningRate;
    // The optimizer keeps its rate in float32.
    if (rate <= Math.fround(this.minLr)) return;
    const reduced = Math.max(rate * this.factor, this.minLr);
    optimizer.learningRate = reduced;
    this.cooldownCounter = this.cooldown;
    this.wait = 0;
    if (!this.isVerbose) return;
    this.writer.write(
      `\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${reduced}.\n`,
    );
  }
}
