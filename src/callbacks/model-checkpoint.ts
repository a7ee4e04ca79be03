import { checkBoolean, checkNumber, describeValue } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import { weightsFormat } from '../io/weights-format.js';
import { defaultWriter } from '../terminal/writer.js';
import type { Writer } from '../terminal/writer.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';
import { checkMode, shouldFall } from './monitor.js';
import type { MonitorMode } from './monitor.js';
import { formatTemplate } from './python-format.js';
import { SaveSchedule } from './save-freq.js';
import type { SaveFreq } from './save-freq.js';

/** Options of `ModelCheckpoint`. */
export interface ModelCheckpointOptions {
  /** The entry of the logs that is watched with `saveBestOnly`. Default `'val_loss'`. */
  readonly monitor?: string;
  /** 1 says when weights are saved. Default 0. */
  readonly verbose?: 0 | 1;
  /** Save only when the watched value is better than ever before. Default false. */
  readonly saveBestOnly?: boolean;
  /** Must be true: this callback writes weights. */
  readonly saveWeightsOnly: true;
  /** Default `'auto'`: falling for losses and errors, rising for accuracies. */
  readonly mode?: MonitorMode;
  /** `'epoch'`: after each epoch; a number: after every so many batches. Default `'epoch'`. */
  readonly saveFreq?: SaveFreq;
  /** With `saveBestOnly`, only what is better than it is saved. Default null: none. */
  readonly initialValueThreshold?: number | null;
  /** Where messages go. Default: the terminal or the console. */
  readonly writer?: Writer;
}

const OPTIONS = [
  'monitor',
  'verbose',
  'saveBestOnly',
  'saveWeightsOnly',
  'mode',
  'saveFreq',
  'initialValueThreshold',
  'writer',
];

const NAME = 'ModelCheckpoint';

/**
 * Saves the model's weights while it trains, each file written so that it is there whole or not at all. The name may
 * hold the epoch (counted from 1), with a numeric `saveFreq` the batch, and what is in the logs.
 *
 * @example
 * new callbacks.ModelCheckpoint('weights/{epoch:02d}-{val_loss:.4f}.safetensors', { saveWeightsOnly: true })
 */
export class ModelCheckpoint extends Callback {
  readonly filepath: string;
  readonly monitor: string;
  readonly saveBestOnly: boolean;
  readonly mode: MonitorMode;
  readonly #verbose: 0 | 1;
  readonly #writer: Writer;
  readonly #schedule: SaveSchedule;
  /** The best value so far. */
  best: number | undefined;
  #epoch = 0;
  #hasWarned = false;

  /**
   * @param filepath ends in .safetensors or .npz; fields as in Python: {epoch:02d}, {batch}, {val_loss:.4f}
   * @throws ValueError for an option that is unknown or out of range, and without `saveWeightsOnly: true`.
   */
  constructor(filepath: string, options: ModelCheckpointOptions) {
    super();
    const given: Partial<ModelCheckpointOptions> = options ?? {};
    checkOptions(NAME, given, OPTIONS);
    if (typeof filepath !== 'string') {
      throw new ValueError(`${NAME}: filepath must be a path, got ${describeValue(filepath)}.`);
    }
    if (given.saveWeightsOnly !== true) {
      throw new ValueError(
        `${NAME}: only weights are saved, not whole models: set saveWeightsOnly: true and give a path that ` +
          `ends in .safetensors or .npz.`,
      );
    }
    weightsFormat(NAME, filepath, undefined);
    this.filepath = filepath;
    this.monitor = given.monitor ?? 'val_loss';
    this.saveBestOnly = checkBoolean(NAME, 'saveBestOnly', given.saveBestOnly ?? false);
    this.mode = checkMode(NAME, given.mode ?? 'auto');
    this.#schedule = new SaveSchedule(NAME, given.saveFreq ?? 'epoch');
    const threshold = given.initialValueThreshold ?? null;
    if (threshold !== null) this.best = checkNumber(NAME, 'initialValueThreshold', threshold);
    this.#verbose = given.verbose ?? 0;
    this.#writer = given.writer ?? defaultWriter();
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override onTrainBatchEnd(batch: number, logs: Logs = {}): Promise<void> | undefined {
    return this.#schedule.afterBatch() ? this.#save(this.#epoch, batch, logs) : undefined;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> | undefined {
    return this.#schedule.isEpoch ? this.#save(epoch, undefined, logs) : undefined;
  }

  async #save(epoch: number, batch: number | undefined, logs: Logs): Promise<void> {
    const counts = batch === undefined ? {} : { batch: batch + 1 };
    const path = formatTemplate(NAME, this.filepath, {
      integers: { epoch: epoch + 1, ...counts },
      floats: logs,
    });
    if (!this.#isDue(epoch, logs, path)) return;
    const { model } = this;
    if (model?.saveWeights === undefined) {
      throw new ValueError(`${NAME} is a callback of fit: there is no model to save.`);
    }
    await model.saveWeights(path);
    this.#say(epoch, `finished saving model to ${path}`);
  }

  /** Whether to save; with `saveBestOnly` the value becomes the best one. */
  #isDue(epoch: number, logs: Logs, path: string): boolean {
    const current = logs[this.monitor];
    if (!this.saveBestOnly || current === undefined) {
      if (this.saveBestOnly) this.#warn(logs);
      this.#say(epoch, `saving model to ${path}`);
      return true;
    }
    const { best, monitor } = this;
    const falls = shouldFall(NAME, monitor, this.mode, this.model);
    const before = best === undefined ? 'None' : best.toFixed(5);
    if (best !== undefined && !(falls ? current < best : current > best)) {
      this.#say(epoch, `${monitor} did not improve from ${before}`);
      return false;
    }
    const change = `${monitor} improved from ${before} to ${current.toFixed(5)}`;
    this.#say(epoch, `${change}, saving model to ${path}`);
    this.best = current;
    return true;
  }

  #say(epoch: number, text: string): void {
    if (this.#verbose > 0) this.#writer.write(`\nEpoch ${epoch + 1}: ${text}\n`);
  }

  /** Without the value Keras saves each time, and so does this. */
  #warn(logs: Logs): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#writer.write(
      `${NAME} watches '${this.monitor}', which is not in the logs: ${Object.keys(logs).join(', ')}. Weights are ` +
        `saved each time.\n`,
    );
  }
}
