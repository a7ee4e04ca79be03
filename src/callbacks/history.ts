import { indent, showAs } from '../config/index.js';
import { Callback } from './callback.js';
import type { Logs } from './callback.js';

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
  /** One list an entry of the logs, one number an epoch: `loss`, `accuracy`, `val_loss` … */
  readonly history: Record<string, number[]> = {};

  override onTrainBegin(): void {
    this.epoch = [];
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }
}

/** Entries at each end of a long list that are shown. */
const EDGE = 3;

showAs(History, ({ epoch, history }) => {
  const short = (values: readonly number[]): string[] =>
    values.map((value) => String(Number(value.toPrecision(5))));
  const lines = Object.entries(history).map(([name, values]) => {
    const shown =
      values.length <= 2 * EDGE
        ? short(values)
        : [...short(values.slice(0, EDGE)), '…', ...short(values.slice(-EDGE))];
    return `${name}: ${shown.join(', ')}`;
  });
  return `<History epochs=${epoch.length}>${indent(lines)}`;
});
