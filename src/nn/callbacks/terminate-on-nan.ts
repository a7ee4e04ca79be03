import { checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { defaultWriter } from '../../config/platform.js';
import type { Writer } from '../../config/platform.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';

/** Options of `TerminateOnNaN`. */
export interface TerminateOnNaNOptions {
  /** Whether an error is thrown instead of ending training quietly. Default false. */
  readonly raiseError?: boolean;
  /** Where the message goes. Default: the terminal or the console. */
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

  /** @throws ValueError with `raiseError`, for a loss that is no finite number. */
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
