import { describeValue, printable } from '../config/describe-value.js';
import { checkNumber, checkOptions, checkText } from '../config/index.js';
import { ValueError } from '../errors.js';
import { defaultWriter } from '../terminal/platform.js';
import type { Writer } from '../terminal/platform.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';
import { logLearningRate, optimizerOf } from './learning-rate.js';
import { checkMode, shouldFall } from './monitor.js';
import type { MonitorMode } from './monitor.js';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions {
  /** The entry of the logs that is watched. Default `'val_loss'`. */
  readonly monitor?: string;
  /** What the learning rate is multiplied by, below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement after which it is. Default 10. */
  readonly patience?: number;
  /** 1 says when it is. Default 0. */
  readonly verbose?: 0 | 1;
  /** Default `'auto'`: falling for losses and errors, rising for accuracies. */
  readonly mode?: MonitorMode;
  /** The least change that counts as better. Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs after a reduction that are not counted. Default 0. */
  readonly cooldown?: number;
  /** The learning rate never falls below. Default 0. */
  readonly minLr?: number;
  /** Where messages go. Default: the terminal or the console. */
  readonly writer?: Writer;
}

const OPTIONS = [
  'monitor',
  'factor',
  'patience',
  'verbose',
  'mode',
  'minDelta',
  'cooldown',
  'minLr',
  'writer',
];

const COUNT = { min: 0, integer: true };
const NAME = 'ReduceLROnPlateau';

/**
 * Lowers the learning rate when a watched value has stopped improving, and adds the rate to the logs as
 * `learning_rate`.
 *
 * @example new callbacks.ReduceLROnPlateau({ monitor: 'val_loss', factor: 0.2, patience: 5, minLr: 0.001 })
 */
export class ReduceLROnPlateau extends Callback {
  readonly monitor: string;
  readonly factor: number;
  readonly patience: number;
  readonly mode: MonitorMode;
  readonly minDelta: number;
  readonly cooldown: number;
  readonly minLr: number;
  readonly #verbose: 0 | 1;
  readonly #writer: Writer;
  /** Epochs since the last improvement. */
  wait = 0;
  /** Epochs that are still not counted. */
  cooldownCounter = 0;
  /** The best value so far. */
  best: number | undefined;
  #hasWarned = false;

  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    checkOptions(NAME, options, OPTIONS);
    this.monitor = checkText(NAME, 'monitor', options.monitor ?? 'val_loss');
    this.factor = checkNumber(NAME, 'factor', options.factor ?? 0.1, { min: 0 });
    if (this.factor >= 1) {
      throw new ValueError(`${NAME}: factor must be below 1, got ${describeValue(this.factor)}.`);
    }
    this.patience = checkNumber(NAME, 'patience', options.patience ?? 10, COUNT);
    this.mode = checkMode(NAME, options.mode ?? 'auto');
    this.minDelta = Math.abs(checkNumber(NAME, 'minDelta', options.minDelta ?? 1e-4));
    this.cooldown = checkNumber(NAME, 'cooldown', options.cooldown ?? 0, COUNT);
    this.minLr = checkNumber(NAME, 'minLr', options.minLr ?? 0, { min: 0 });
    this.#verbose = options.verbose ?? 0;
    this.#writer = options.writer ?? defaultWriter();
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooldownCounter = 0;
    this.best = undefined;
    this.#hasWarned = false;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const optimizer = optimizerOf(NAME, this.model);
    const falls = shouldFall(NAME, this.monitor, this.mode, this.model);
    logLearningRate(logs, optimizer.learningRate);
    const current = logs[this.monitor];
    if (current === undefined) {
      this.#warn(logs);
      return;
    }
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.wait = 0;
    }
    const isBetter = (than: number): boolean =>
      falls ? current + this.minDelta < than : current - this.minDelta > than;
    if (this.best === undefined || isBetter(this.best)) {
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
    if (this.#verbose === 0) return;
    this.#writer.write(
      `\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${reduced}.\n`,
    );
  }

  #warn(logs: Logs): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#writer.write(
      `${NAME} watches '${printable(this.monitor)}', which is not in the logs: ${printable(Object.keys(logs).join(', '))}. Validation ` +
        `values need validationData or validationSplit.\n`,
    );
  }
}
