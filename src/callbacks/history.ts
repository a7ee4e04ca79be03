import { Callback } from './callback.js';
import type { Logs } from './callback.js';

/** What `fit` returns: the logs of each epoch. A model that is trained again continues it. */
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
