import { printable } from '../config/describe-value.js';
import { checkBoolean, checkNumber, checkOptions, checkText } from '../config/index.js';
import { keep } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { defaultWriter } from '../terminal/platform.js';
import type { Writer } from '../terminal/platform.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';
import { checkMode, shouldFall } from './monitor.js';
import type { MonitorMode } from './monitor.js';

/** Options of `EarlyStopping`. */
export interface EarlyStoppingOptions {
  /** The entry of the logs that is watched. Default `'val_loss'`. */
  readonly monitor?: string;
  /** The least change that counts as better. Default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement after which training ends. Default 0. */
  readonly patience?: number;
  /** 1 says when training was ended and weights were restored. Default 0. */
  readonly verbose?: 0 | 1;
  /** Default `'auto'`: falling for losses and errors, rising for accuracies. */
  readonly mode?: MonitorMode;
  /** Only values better than it reset the patience. Default null: none. */
  readonly baseline?: number | null;
  /** Whether the weights of the best epoch come back at the end. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before it are not watched. Default 0. */
  readonly startFromEpoch?: number;
  /** Where messages go. Default: the terminal or the console. */
  readonly writer?: Writer;
}

const OPTIONS = [
  'monitor',
  'minDelta',
  'patience',
  'verbose',
  'mode',
  'baseline',
  'restoreBestWeights',
  'startFromEpoch',
  'writer',
];

const COUNT = { min: 0, integer: true };

/**
 * Ends training when a watched value has stopped improving.
 *
 * @example new callbacks.EarlyStopping({ monitor: 'val_loss', patience: 3, restoreBestWeights: true })
 */
export class EarlyStopping extends Callback {
  readonly monitor: string;
  readonly minDelta: number;
  readonly patience: number;
  readonly mode: MonitorMode;
  readonly baseline: number | null;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
  readonly #verbose: 0 | 1;
  readonly #writer: Writer;
  /** Epochs since the last improvement. */
  wait = 0;
  /** The epoch after which training was ended; 0: it was not. */
  stoppedEpoch = 0;
  /** The best value so far. */
  best: number | undefined;
  bestEpoch = 0;
  #bestWeights: readonly Tensor[] | undefined;
  #hasWarned = false;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    checkOptions('EarlyStopping', options, OPTIONS);
    this.monitor = checkText('EarlyStopping', 'monitor', options.monitor ?? 'val_loss');
    this.minDelta = Math.abs(checkNumber('EarlyStopping', 'minDelta', options.minDelta ?? 0));
    this.patience = checkNumber('EarlyStopping', 'patience', options.patience ?? 0, COUNT);
    this.mode = checkMode('EarlyStopping', options.mode ?? 'auto');
    const baseline = options.baseline ?? null;
    this.baseline = baseline === null ? null : checkNumber('EarlyStopping', 'baseline', baseline);
    const restores = options.restoreBestWeights ?? false;
    this.restoreBestWeights = checkBoolean('EarlyStopping', 'restoreBestWeights', restores);
    const first = options.startFromEpoch ?? 0;
    this.startFromEpoch = checkNumber('EarlyStopping', 'startFromEpoch', first, COUNT);
    this.#verbose = options.verbose ?? 0;
    this.#writer = options.writer ?? defaultWriter();
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.best = undefined;
    this.bestEpoch = 0;
    this.#hasWarned = false;
    this.#remember(undefined);
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const falls = shouldFall('EarlyStopping', this.monitor, this.mode, this.model);
    const current = logs[this.monitor];
    if (current === undefined) {
      this.#warn(logs);
      return;
    }
    if (epoch < this.startFromEpoch) return;
    if (this.restoreBestWeights && this.#bestWeights === undefined) {
      this.#remember(this.model?.getWeights());
      this.bestEpoch = epoch;
    }
    this.wait++;
    const isBetter = (than: number): boolean =>
      falls ? current + this.minDelta < than : current - this.minDelta > than;
    if (this.best === undefined || isBetter(this.best)) {
      this.best = current;
      this.bestEpoch = epoch;
      if (this.restoreBestWeights) this.#remember(this.model?.getWeights());
      if (this.baseline === null || isBetter(this.baseline)) this.wait = 0;
      return;
    }
    if (this.wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      if (this.model) this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    const isVerbose = this.#verbose > 0;
    if (this.stoppedEpoch > 0 && isVerbose) {
      this.#writer.write(`Epoch ${this.stoppedEpoch + 1}: early stopping\n`);
    }
    if (this.#bestWeights === undefined) return;
    if (isVerbose) {
      this.#writer.write(
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

  #warn(logs: Logs): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#writer.write(
      `EarlyStopping watches '${printable(this.monitor)}', which is not in the logs: ${printable(Object.keys(logs).join(', '))}. ` +
        `Validation values need validationData or validationSplit.\n`,
    );
  }
}
