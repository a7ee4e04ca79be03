import { indent, showAs } from '../../config/index.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';

/** The logs of all epochs: a list for each entry, with a number for each epoch. */
export interface LogsOfEpochs {
  /** The mean loss of each epoch, including losses that layers add. */
  loss: number[];
  [name: string]: number[];
}

/** Entries at each end of a long list that are shown. */
const EDGE = 3;

const short = (values: readonly number[]): string[] =>
  values.map((value) => String(Number(value.toPrecision(5))));

/**
 * The result of `fit`: the logs of each epoch. If you train the model again, its history continues.
 *
 * @example
 * const history = await model.fit(x, y, { epochs: 2 });
 * console.log(history.epoch, history.history.loss); // [0, 1] and the loss of both epochs
 */
export class History extends Callback {
  /** The numbers of the epochs of the last `fit`. */
  epoch: number[] = [];
  /** A list for each entry of the logs, with a number for each epoch: `loss`, `accuracy`, `val_loss` …; empty before the first epoch. */
  readonly history: LogsOfEpochs = {} as LogsOfEpochs;

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }

  /** The logs, a line for each entry; after many epochs, only the first and the last ones. */
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

  /** Prints the logs to the console. Use it in web pages, as a browser shows no numbers when you log the object. */
  print(): void {
    // eslint-disable-next-line no-console -- what it is for
    console.log(String(this));
  }
}

showAs(History, String);
