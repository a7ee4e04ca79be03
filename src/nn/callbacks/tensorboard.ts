import { describeValue, printable } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkNumber,
  checkOptions,
  isPlainObject,
  messageOf,
} from '../../config/index.js';
import { tidy } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import { checkLogLocation } from '../../files/locations/log-folder.js';
import type { LogLocation } from '../../files/locations/log-folder.js';
import { Callback } from './callback.js';
import type { CallbackModel, HookResult, Logs } from './callback.js';
import type { TensorBoardLogs } from './tensorboard-logs.js';

/** Options of `TensorBoard`. */
export interface TensorBoardOptions {
  /**
   * The folder for the logs of this `fit`: a path (in a browser, in the origin private file system), or in a browser the handle of a
   * folder. Default `'logs'`.
   */
  readonly logDir?: LogLocation;
  /** The number of epochs between histograms of the weights; 0: none. Default 0. */
  readonly histogramFreq?: number;
  /** Whether to write the model's description, from which TensorBoard draws the graph. Default true. */
  readonly writeGraph?: boolean;
  /** Whether to write weights as images too, whenever histograms are written. Default false. */
  readonly writeImages?: boolean;
  /** Whether to write the steps per second of epochs and batches. Default false. */
  readonly writeStepsPerSecond?: boolean;
  /**
   * When to write logs: `'epoch'` after each epoch, `'batch'` also after each batch, a number n also after every n batches.
   * Default `'epoch'`.
   */
  readonly updateFreq?: 'batch' | 'epoch' | number;
  /** The batches to profile. Only 0, as there is no profiler. */
  readonly profileBatch?: 0;
  /** The number of epochs between snapshots of the weights of `Embedding` layers for the projector; 0: none. Default 0. */
  readonly embeddingsFreq?: number;
  /**
   * The file with a label for each row of an embedding, relative to `logDir`: one file for all `Embedding` layers, or an object
   * with a file for each layer's name. Default null: none.
   */
  readonly embeddingsMetadata?: string | Readonly<Record<string, string>> | null;
}

const NAME = 'TensorBoard';

const FLAGS = ['writeGraph', 'writeImages', 'writeStepsPerSecond'] as const;

/**
 * Writes logs for TensorBoard (`tensorboard --logdir logs`): losses and metrics of training (`logs/train`) and validation
 * (`logs/validation`), the learning rate, the graph of the model and, on request, histograms and images of weights, times and
 * embeddings. Names, steps and values are those of Keras's callback.
 *
 * If the folder is not writable or the disk is full, a warning is shown once in a `fit`, nothing more is written, and training
 * continues. Embeddings are also written as a table (`train/LAYER.tsv`), since TensorBoard's projector cannot read
 * `.weights.h5`.
 *
 * @example
 * await model.fit(x, y, {
 *   epochs: 10,
 *   callbacks: [new callbacks.TensorBoard({ logDir: 'logs/run-1', histogramFreq: 1 })],
 * });
 */
export class TensorBoard extends Callback {
  readonly logDir: LogLocation;
  readonly histogramFreq: number;
  readonly writeGraph: boolean;
  readonly writeImages: boolean;
  readonly writeStepsPerSecond: boolean;
  readonly updateFreq: 'epoch' | number;
  readonly embeddingsFreq: number;
  readonly embeddingsMetadata: string | Readonly<Record<string, string>> | null;
  #logs: TensorBoardLogs | undefined;
  #isNewModel = true;
  #isInFit = false;
  #hasFailed = false;
  #batches = 0;
  #batchStart = 0;
  #epochStart = 0;
  #iterationsBefore = 0;

  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(options: TensorBoardOptions = {}) {
    super();
    checkOptions(NAME, options, ['logDir', 'histogramFreq', ...FLAGS, 'updateFreq', 'profileBatch', 'embeddingsFreq', 'embeddingsMetadata']); // prettier-ignore
    const { logDir = 'logs', profileBatch = 0, updateFreq = 'epoch' } = options;
    checkLogLocation(NAME, 'logDir', logDir);
    this.logDir = logDir;
    const count = { min: 0, integer: true };
    this.histogramFreq = checkNumber(NAME, 'histogramFreq', options.histogramFreq ?? 0, count);
    this.embeddingsFreq = checkNumber(NAME, 'embeddingsFreq', options.embeddingsFreq ?? 0, count);
    this.writeGraph = checkBoolean(NAME, 'writeGraph', options.writeGraph ?? true);
    this.writeImages = checkBoolean(NAME, 'writeImages', options.writeImages ?? false);
    const { writeStepsPerSecond = false } = options;
    this.writeStepsPerSecond = checkBoolean(NAME, 'writeStepsPerSecond', writeStepsPerSecond);
    this.updateFreq = checkFrequency(updateFreq);
    if (profileBatch !== 0) {
      throw new ValueError(
        `${NAME}: profileBatch must be 0, got ${describeValue(profileBatch)}: TensorFlow's profiler is not here. Use the ` +
          `profiler of the browser or of Node: node --cpu-prof.`,
      );
    }
    this.embeddingsMetadata = checkMetadata(options.embeddingsMetadata ?? null);
    // Hooks of batches cost the logs of each batch, so they are there only where they are needed.
    if (this.updateFreq !== 'epoch') {
      this.onTrainBatchBegin = () => this.#beginBatch();
      this.onTrainBatchEnd = (_batch, logs) => this.#endBatch(logs);
    }
  }

  override setModel(model: CallbackModel): void {
    super.setModel(model);
    this.#isNewModel = true;
  }

  override async onTrainBegin(): Promise<void> {
    this.#isInFit = true;
    this.#batches = 0;
    await this.#begin();
  }

  override onEpochBegin(): void {
    this.#epochStart = performance.now();
    this.#iterationsBefore = this.model?.optimizer?.iterations ?? 0;
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const seconds = (performance.now() - this.#epochStart) / 1000;
    await this.#write(async (out) => {
      const optimizer = this.model?.optimizer;
      const rates = optimizer === undefined ? {} : out.learningRates(optimizer);
      const times: Record<string, number> = {};
      if (this.writeStepsPerSecond) {
        const steps = (optimizer?.iterations ?? 0) - this.#iterationsBefore;
        times['steps_per_second'] = steps / Math.max(seconds, 1e-9);
      }
      const entries = Object.entries(logs);
      const train = entries.filter(([name]) => !name.startsWith('val_'));
      const validation = entries.filter(([name]) => name.startsWith('val_'));
      if (entries.length > 0) {
        out.scalars('train', 'epoch_', { ...Object.fromEntries(train), ...rates, ...times }, epoch);
      }
      const values = validation.map(([name, value]) => [name.slice(4), value] as const);
      out.scalars('validation', 'epoch_', Object.fromEntries(values), epoch);
      await this.#writeWeights(out, epoch);
      await out.flush();
    });
  }

  override onTestBegin(): HookResult {
    return this.#isInFit ? undefined : this.#begin();
  }

  override async onTestEnd(logs: Logs = {}): Promise<void> {
    const step = this.model?.optimizer?.iterations;
    await this.#write(async (out) => {
      if (step !== undefined) {
        const named = Object.entries(logs).map(
          ([name, value]) => [`${name}_vs_iterations`, value] as const,
        );
        out.scalars('validation', 'evaluation_', Object.fromEntries(named), step);
      }
      if (!this.#isInFit) await out.flush();
    });
  }

  override async onTrainEnd(): Promise<void> {
    this.#isInFit = false;
    await this.#write((out) => out.flush());
  }

  /** Opens the files of a loop, and writes what is said of its model. */
  async #begin(): Promise<void> {
    if (!this.#isNewModel) return;
    this.#isNewModel = false;
    this.#hasFailed = false;
    const { model } = this;
    // First, as a wrong name is the program's mistake.
    const { embeddingsConfig, TensorBoardLogs } = await import('./tensorboard-logs.js');
    const config =
      this.embeddingsFreq === 0
        ? undefined
        : embeddingsConfig(NAME, model?.layers ?? [], this.embeddingsMetadata);
    this.#logs = new TensorBoardLogs(NAME, this.logDir);
    await this.#write(async (out) => {
      if (this.writeGraph && model !== undefined) out.graph(model);
      if (config !== undefined) await out.writeFile('projector_config.pbtxt', config);
    });
  }

  #beginBatch(): void {
    this.#batches++;
    this.#batchStart = performance.now();
  }

  #endBatch(logs: Logs): HookResult {
    const seconds = (performance.now() - this.#batchStart) / 1000;
    if (this.updateFreq === 'epoch' || this.#batches % this.updateFreq !== 0) return undefined;
    return this.#write((out) => {
      const times = this.writeStepsPerSecond
        ? { steps_per_second: 1 / Math.max(seconds, 1e-9) }
        : {};
      out.scalars('train', 'batch_', { ...times, ...logs }, this.#batches);
      return Promise.resolve();
    });
  }

  async #writeWeights(out: TensorBoardLogs, epoch: number): Promise<void> {
    const isDue = (every: number): boolean => every > 0 && epoch % every === 0;
    const { model } = this;
    if (model?.layers === undefined) return;
    if (isDue(this.histogramFreq)) {
      for (const { weights } of model.layers) {
        for (const weight of weights) tidy(() => out.weight(weight, epoch, this.writeImages));
      }
    }
    if (isDue(this.embeddingsFreq)) await out.embeddings(model, epoch);
  }

  /** Writes, and says once if it fails. */
  async #write(write: (out: TensorBoardLogs) => Promise<void>): Promise<void> {
    const logs = this.#logs;
    if (logs === undefined || this.#hasFailed) return;
    try {
      await write(logs);
    } catch (error) {
      this.#hasFailed = true;
      // eslint-disable-next-line no-console
      console.warn(`lanegrad: ${printable(messageOf(error))} Training goes on without these logs.`);
    }
  }
}

function checkFrequency(frequency: unknown): 'epoch' | number {
  if (frequency === 'epoch') return 'epoch';
  if (frequency === 'batch') return 1;
  if (typeof frequency === 'number' && Number.isInteger(frequency) && frequency >= 1) {
    return frequency;
  }
  throw new ValueError(
    `${NAME}: updateFreq must be 'epoch', 'batch' or a whole number of batches of at least 1, got ${describeValue(frequency)}.`,
  );
}

function checkMetadata(metadata: unknown): string | Readonly<Record<string, string>> | null {
  const isText = (value: unknown): boolean => typeof value === 'string';
  if (metadata === null || typeof metadata === 'string') return metadata;
  if (isPlainObject(metadata) && Object.values(metadata).every(isText)) {
    return { ...(metadata as Readonly<Record<string, string>>) };
  }
  throw new ValueError(
    `${NAME}: embeddingsMetadata must be the name of a file, or an object of names of layers and files, got ` +
      `${describeValue(metadata)}.`,
  );
}
