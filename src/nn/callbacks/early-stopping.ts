import { checkBoolean, checkNumber, checkOptions } from '../../config/index.js';
import { keep } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { Logs } from './callback.js';
import { MonitorCallback } from './monitor.js';
import type { MonitorOptions } from './monitor.js';
import { ValueError } from '../../errors.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { Callback } from './callback.js';

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** The smallest change that counts as an improvement. Default 0. */
  readonly minDelta?: number;
  /** The number of epochs without improvement after which training ends. Default 0. */
  readonly patience?: number;
  /** 1 prints a message when training is ended and weights are restored. Default 0. */
  readonly verbose?: 0 | 1;
  /** Only values better than this reset the patience. Default null: none. */
  readonly baseline?: number | null;
  /** Whether to restore the weights of the best epoch at the end. Default false. */
  readonly restoreBestWeights?: boolean;
  /** The first epoch that is monitored. Default 0. */
  readonly startFromEpoch?: number;
}

const OPTIONS = ['minDelta', 'patience', 'baseline', 'restoreBestWeights', 'startFromEpoch'];

const COUNT = { min: 0, integer: true };

/**
 * Ends training when a monitored value has stopped improving.
 *
 * @example new callbacks.EarlyStopping({ monitor: 'val_loss', patience: 3, restoreBestWeights: true })
 */
export class EarlyStopping extends MonitorCallback {
  readonly minDelta: number;
  readonly patience: number;
  readonly baseline: number | null;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
  /** The number of epochs since the last improvement. */
  wait = 0;
  /** The epoch after which training was ended; 0 if it was not. */
  stoppedEpoch = 0;
  /** The epoch with the best value so far, counted from 0. */
  bestEpoch = 0;
  #bestWeights: readonly Tensor[] | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super('EarlyStopping', options, OPTIONS);
    this.minDelta = Math.abs(checkNumber('EarlyStopping', 'minDelta', options.minDelta ?? 0));
    this.patience = checkNumber('EarlyStopping', 'patience', options.patience ?? 0, COUNT);
    const baseline = options.baseline ?? null;
    this.baseline = baseline === null ? null : checkNumber('EarlyStopping', 'baseline', baseline);
    const restores = options.restoreBestWeights ?? false;
    this.restoreBestWeights = checkBoolean('EarlyStopping', 'restoreBestWeights', restores);
    const first = options.startFromEpoch ?? 0;
    this.startFromEpoch = checkNumber('EarlyStopping', 'startFromEpoch', first, COUNT);
  }

  override onTrainBegin(): void {
    this.forget();
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.#remember(undefined);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const isBetter = this.comparison(logs, this.minDelta);
    const current = this.watched(logs);
    if (current === undefined || epoch < this.startFromEpoch) return;
    if (this.restoreBestWeights && this.#bestWeights === undefined) {
      this.#remember(this.model?.getWeights());
      this.bestEpoch = epoch;
    }
    this.wait++;
    if (this.best === undefined || isBetter(current, this.best)) {
      this.best = current;
      this.bestEpoch = epoch;
      if (this.restoreBestWeights) this.#remember(this.model?.getWeights());
      if (this.baseline === null || isBetter(current, this.baseline)) this.wait = 0;
      return;
    }
    if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      if (this.model) this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    if (this.stoppedEpoch > 0 && this.isVerbose) {
      this.writer.write(`Epoch ${this.stoppedEpoch + 1}: early stopping\n`);
    }
    if (this.#bestWeights === undefined) return;
    if (this.isVerbose) {
      this.writer.write(
        `Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.\n`,
      );
    }
    this.model?.setWeights(this.#bestWeights);
    this.#remember(undefined);
  }

  /** Holds weights until better ones come, and frees those held before. */
  #remember(weights: readonly Tensor[] | undefined): void {
    weights?.forEach((weight) => keep(weight));
    this.#bestWeights?.forEach((weight) => weight.dispose());
    this.#bestWeights = weights;
  }
}

/** Options of `TerminateOnNaN`. */
export interface TerminateOnNaNOptions {
  /** Whether to throw an error instead of ending training quietly. Default false. */
  readonly raiseError?: boolean;
  /** The destination of the message. Default: the terminal or the console. */
  readonly writer?: Writer;
}

/**
 * Ends training when the loss is NaN or infinite.
 *
 * @example await model.fit(x, y, { callbacks: [new callbacks.TerminateOnNaN({ raiseError: true })] });
 */
export class TerminateOnNaN extends Callback {
  readonly #raiseError: boolean;
  readonly #writer: Writer;

  constructor(options: TerminateOnNaNOptions = {}) {
    super();
    checkOptions('TerminateOnNaN', options, ['raiseError', 'writer']);
    this.#raiseError = options.raiseError ?? false;
    this.#writer = options.writer ?? defaultWriter();
  }

  /** @throws ValueError with `raiseError`, for a loss that is not a finite number. */
  override onBatchEnd(batch: number, logs: Logs = {}): void {
    const loss = logs['loss'];
    if (loss === undefined || Number.isFinite(loss)) return;
    if (this.#raiseError) {
      throw new ValueError(
        `TerminateOnNaN: the loss of batch ${batch} is ${loss}. A smaller learning rate, clipped gradients or ` +
          `scaled inputs often help.`,
      );
    }
    this.#writer.write(`Batch ${batch}: Invalid loss, terminating training\n`);
    if (this.model) this.model.stopTraining = true;
  }
}
