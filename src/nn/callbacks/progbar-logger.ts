import type { Writer } from '../../config/platform.js';
import { checkOptions } from '../../config/index.js';
import { defaultWriter } from '../../config/platform.js';
import { Callback } from './callback.js';
import type { CallbackParams, Logs } from './callback.js';
import { ProgressBar } from './progress-bar.js';

/** Options of `ProgbarLogger`. */
export interface ProgbarLoggerOptions {
  /** The destination of lines. Default: the terminal or the console. */
  readonly writer?: Writer;
  /** A function that returns the time in seconds. */
  readonly now?: () => number;
}

/**
 * Shows progress as Keras does. `params.verbose`: 0 shows nothing, 1 or `'auto'` a bar that is redrawn in place, with the
 * remaining time, and 2 one line per epoch. Without a terminal, as in a log file, 1 shows one line per epoch too.
 *
 * @example await model.fit(x, y, { verbose: 0, callbacks: [new callbacks.ProgbarLogger()] });
 */
export class ProgbarLogger extends Callback {
  readonly #writer: Writer;
  readonly #now: () => number;
  #verbose: 0 | 1 | 2 = 1;
  #bar: ProgressBar | undefined;
  #seen = 0;
  /** Steps of a loop; where they are not known, those of the loop before. */
  #steps: number | null = null;
  #epochTitle = '';
  /** Validation inside of `fit` is silent. */
  #isInFit = false;

  constructor(options: ProgbarLoggerOptions = {}) {
    super();
    checkOptions('ProgbarLogger', options, ['writer', 'now']);
    this.#writer = options.writer ?? defaultWriter();
    this.#now = options.now ?? (() => performance.now() / 1000);
  }

  override setParams(params: CallbackParams): void {
    super.setParams(params);
    const { verbose = 'auto' } = params;
    this.#steps = params.steps ?? null;
    const isPlain = !this.#writer.isTerminal && verbose !== 0;
    this.#verbose = isPlain ? 2 : verbose === 'auto' ? 1 : verbose;
  }

  override onTrainBegin(): void {
    this.#isInFit = true;
  }

  override onTrainEnd(): void {
    this.#isInFit = false;
  }

  override onEpochBegin(epoch: number): void {
    const { epochs = 1 } = this.params;
    this.#epochTitle = epochs > 1 ? `Epoch ${epoch + 1}/${epochs}` : '';
    if (this.#verbose === 1 && this.#epochTitle !== '') this.#writer.write(`${this.#epochTitle}\n`);
    this.#begin();
  }

  override onTestBegin(): void {
    if (this.#isInFit) return;
    this.#epochTitle = '';
    this.#begin();
  }

  override onPredictBegin(): void {
    this.#epochTitle = '';
    this.#begin();
  }

  override onTrainBatchEnd(batch: number, logs: Logs = {}): void {
    this.#update(batch, logs);
  }

  override onTestBatchEnd(batch: number, logs: Logs = {}): void {
    if (!this.#isInFit) this.#update(batch, logs);
  }

  override onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  override onEpochEnd(_epoch: number, logs: Logs = {}): void {
    this.#finish(logs);
  }

  override onTestEnd(logs: Logs = {}): void {
    if (!this.#isInFit) this.#finish(logs);
  }

  override onPredictEnd(): void {
    this.#finish({});
  }

  #begin(): void {
    this.#seen = 0;
    if (this.#verbose === 0) return;
    this.#bar = new ProgressBar(this.#steps, this.#writer, this.#now);
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    this.#bar?.update(this.#seen, logs, this.#verbose === 1);
  }

  #finish(logs: Logs): void {
    const bar = this.#bar;
    this.#bar = undefined;
    if (bar === undefined) return;
    this.#steps ??= this.#seen;
    if (this.#verbose === 1) {
      bar.finish(this.#seen, logs);
      return;
    }
    const title = this.#epochTitle === '' ? '' : `${this.#epochTitle} - `;
    this.#writer.write(`${title}${bar.summary(this.#seen, logs)}\n`);
  }
}
