import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { checkBoolean, checkNumber } from '../../config/index.js';
import { checkModelLocation, isWeightsName, weightsFormatName } from '../../files/formats/names.js';
import type { Logs } from './callback.js';
import { MonitorCallback } from './monitor.js';
import type { MonitorOptions } from './monitor.js';
import { formatTemplate } from './python-format.js';

/** When to save: after each epoch, or after every n batches. */
export type SaveFreq = 'epoch' | number;

/** Counts batches from one saving to the next. */
export class SaveSchedule {
  readonly #every: SaveFreq;
  #seen = 0;

  /** @throws ValueError unless it is 'epoch' or a whole number of at least 1. */
  constructor(owner: string, saveFreq: SaveFreq) {
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq >= 1)) {
      throw new ValueError(
        `${owner}: saveFreq must be 'epoch' or a whole number of batches of at least 1, got ` +
          `${describeValue(saveFreq)}.`,
      );
    }
    this.#every = saveFreq;
  }

  get isEpoch(): boolean {
    return this.#every === 'epoch';
  }

  /** After a batch: whether it is time to save. Counting goes on from epoch to epoch. */
  afterBatch(): boolean {
    if (this.#every === 'epoch') return false;
    this.#seen++;
    if (this.#seen < this.#every) return false;
    this.#seen = 0;
    return true;
  }
}

/** Options of `ModelCheckpoint`. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** The entry of the logs to monitor with `saveBestOnly`. Default `'val_loss'`. */
  readonly monitor?: string;
  /** 1 prints a message when something is saved. Default 0. */
  readonly verbose?: 0 | 1;
  /** Whether to save only when the monitored value is better than ever before. Default false. */
  readonly saveBestOnly?: boolean;
  /** Whether to save only the weights, with `model.saveWeights`, instead of the whole model, with `model.save`. Default false. */
  readonly saveWeightsOnly?: boolean;
  /** When to save: `'epoch'` after each epoch, a number n after every n batches. Default `'epoch'`. */
  readonly saveFreq?: SaveFreq;
  /** With `saveBestOnly`, the value that the first checkpoint has to beat. Default null: none. */
  readonly initialValueThreshold?: number | null;
}

const OPTIONS = ['saveBestOnly', 'saveWeightsOnly', 'saveFreq', 'initialValueThreshold'];

const NAME = 'ModelCheckpoint';

/**
 * Saves the model, or only its weights, during training. An older file of the same name stays intact until the new
 * checkpoint is complete. The name may contain the epoch (counted from 1), the batch if `saveFreq` is a number, and
 * entries of the logs. Keras: `ModelCheckpoint`.
 *
 * @example
 * new callbacks.ModelCheckpoint('best', { monitor: 'val_accuracy', saveBestOnly: true })
 * new callbacks.ModelCheckpoint('weights/{epoch:02d}-{val_loss:.4f}.safetensors', { saveWeightsOnly: true })
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly filepath: string;
  readonly saveBestOnly: boolean;
  readonly saveWeightsOnly: boolean;
  readonly #schedule: SaveSchedule;
  #epoch = 0;

  /**
   * @param filepath the target of `model.save` or, with `saveWeightsOnly`, of `model.saveWeights`, with fields as in
   * Python: {epoch:02d}, {batch}, {val_loss:.4f}
   * @throws ValueError for an option that is unknown or out of range, and for a format that cannot be written.
   */
  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super(NAME, options, OPTIONS);
    if (typeof filepath !== 'string') {
      throw new ValueError(`${NAME}: filepath must be a path, got ${describeValue(filepath)}.`);
    }
    this.saveWeightsOnly = checkBoolean(NAME, 'saveWeightsOnly', options.saveWeightsOnly ?? false);
    // Now, rather than after the first epoch.
    if (this.saveWeightsOnly) weightsFormatName(NAME, filepath, undefined);
    else checkModelName(filepath);
    this.filepath = filepath;
    this.saveBestOnly = checkBoolean(NAME, 'saveBestOnly', options.saveBestOnly ?? false);
    this.#schedule = new SaveSchedule(NAME, options.saveFreq ?? 'epoch');
    const threshold = options.initialValueThreshold ?? null;
    if (threshold !== null) this.best = checkNumber(NAME, 'initialValueThreshold', threshold);
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
    const method = this.saveWeightsOnly ? 'saveWeights' : 'save';
    if (model?.[method] === undefined) {
      throw new ValueError(`${NAME} is a callback of fit: there is no model to save.`);
    }
    await model[method](path);
    this.#say(epoch, `finished saving model to ${path}`);
  }

  /** Whether to save; with `saveBestOnly` the value becomes the best one. */
  #isDue(epoch: number, logs: Logs, path: string): boolean {
    // Without the value Keras saves each time, and so does this.
    const current = this.saveBestOnly ? this.watched(logs, ' It saves each time.') : undefined;
    if (current === undefined) {
      this.#say(epoch, `saving model to ${path}`);
      return true;
    }
    const { best, monitor } = this;
    const isBetter = this.comparison(logs);
    const before = best === undefined ? 'None' : best.toFixed(5);
    if (best !== undefined && !isBetter(current, best)) {
      this.#say(epoch, `${monitor} did not improve from ${before}`);
      return false;
    }
    const change = `${monitor} improved from ${before} to ${current.toFixed(5)}`;
    this.#say(epoch, `${change}, saving model to ${path}`);
    this.best = current;
    return true;
  }

  #say(epoch: number, text: string): void {
    if (this.isVerbose) this.writer.write(`\nEpoch ${epoch + 1}: ${text}\n`);
  }
}

function checkModelName(filepath: string): void {
  if (isWeightsName(filepath)) {
    throw new ValueError(
      `${NAME}: '${filepath}' is the name of a file of weights. Set saveWeightsOnly: true, or give the name of a ` +
        `model, as model.save takes it.`,
    );
  }
  checkModelLocation(NAME, filepath);
}
