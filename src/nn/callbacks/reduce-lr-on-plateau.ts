import { checkNumber } from '../../config/index.js';
import type { Logs } from './callback.js';
import { logLearningRate, optimizerOf } from './learning-rate.js';
import { MonitorCallback } from './monitor.js';
import type { MonitorOptions } from './monitor.js';

/** Options of `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement after which it is. Default 10. */
  readonly patience?: number;
  /** 1 says when it is. Default 0. */
  readonly verbose?: 0 | 1;
  /** The least change that counts as better. Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs after a reduction that are not counted. Default 0. */
  readonly cooldown?: number;
  /** The learning rate never falls below. Default 0. */
  readonly minLr?: number;
}

const OPTIONS = ['factor', 'patience', 'minDelta', 'cooldown', 'minLr'];

const COUNT = { min: 0, integer: true };
const NAME = 'ReduceLROnPlateau';

/**
 * Lowers the learning rate when a watched value has stopped improving, and adds the rate to the logs as
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
  /** Epochs since the last improvement. */
  wait = 0;
  /** Epochs that are still not counted. */
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
