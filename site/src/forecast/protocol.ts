// What the page of the forecast and the worker that trains for it tell each other.
import type { Series } from './series.js';

export const NETWORKS = { gru: 'GRU', conv: 'Conv1D', dense: 'Dense' } as const;
export type Network = keyof typeof NETWORKS;

export interface Settings {
  readonly series: Series;
  readonly network: Network;
  /** From 0 to 100. */
  readonly noise: number;
}

export type Request =
  | { readonly type: 'reset'; readonly settings: Settings; readonly run: number }
  | { readonly type: 'train'; readonly steps: number };

export interface Progress {
  readonly type: 'progress';
  /** Which reset it belongs to. */
  readonly run: number;
  readonly steps: number;
  /** The mean squared error of the last batches, of values with a variance of 1. */
  readonly loss: number;
  /** The next `AHEAD` values, as they are forecast at the end of what is known. */
  readonly forecast: Float32Array;
  /** Mean absolute error of all forecasts of the last days, in the series' unit. */
  readonly error: number;
  /** The same of the forecast that it will be as it was a day before. */
  readonly naive: number;
}

/** Points that the network looks at: three days. */
export const HISTORY = 72;
/** Points that it forecasts: a day. */
export const AHEAD = 24;
/** Points at the end that it never learns from: a week. */
export const TEST = 168;
/** Where the forecast that is shown begins: the truth after it is drawn too. */
export const SHOWN = 3 * AHEAD;
export const ENOUGH = 1200;
