import { indent, showAs } from '../../config/index.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';

/** The logs of the epochs: one list an entry, one number an epoch. */
export interface LogsOfEpochs {
  /** The mean loss of each epoch, with what layers add. */
  loss: number[];
  [name: string]: number[];
}

/** Entries at each end of a long list that are shown. */
const EDGE = 3;

const short = (values: readonly number[]): string[] =>
  values.map((value) => String(Number(value.toPrecision(5))));

/**
 * What `fit` returns: the logs of each epoch. A model that is trained again continues it.
 *
 * @example
 * const history = await model.fit(x, y, { epochs: 2 });
 * console.log(history.epoch, history.history.loss); // [0, 1] and the loss of both epochs
 */
export class History extends Callback {
  /** The numbers of the epochs of the last `fit`. */
  epoch: number[] = [];
  /** One list an entry of the logs, one number an epoch: `loss`, `accuracy`, `val_loss` …; empty before the first. */
  readonly history: LogsOfEpochs = {} as LogsOfEpochs;

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }

  /** The logs, one line an entry; of many epochs the first and the last. */
  override toString(): string {
    const lines = Object.entries(this.history).map(([name, values]) => {
      const shown =
        values.length <= 2 * EDGE
          ? short(values)
          : [...short(values.slice(0, EDGE)), '…', ...short(values.slice(-EDGE))];
      return `${name}: ${shown.join(', ')}`;
    });
    return `<History epochs=${this.epoch.length}>${indent(lines)}`;
  }

  /** Writes the logs to the console, in pages too: a browser shows no numbers of an object that is logged. */
  print(): void {
    // eslint-disable-next-line no-console -- what it is for
    console.log(String(this));
  }
}

showAs(History, String);
