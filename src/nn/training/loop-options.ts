import type { Callbacks } from '../callbacks/callback-list.js';
import type { PartialSamples } from './data-types.js';

/** How often a long computation lets others run. */
export type YieldEvery = 'auto' | 'batch' | 'epoch' | 'never' | number;

/** Options that all loops share. */
export interface LoopOptions {
  /** Samples of a batch. Default 32. An iterable gives batches as they are. */
  readonly batchSize?: number | null;
  /** `'auto'` (a bar on a terminal, else a line), 0 silent, 1 bar, 2 one line. Default `'auto'`. */
  readonly verbose?: 'auto' | 0 | 1 | 2;
  /**
   * How often the loop lets the rest of the program run: `'auto'` (after at most 16 ms of batches, or one that takes
   * longer), after at most so many milliseconds, after each `'batch'` or `'epoch'`, or `'never'`. Default `'auto'`.
   */
  readonly yieldEvery?: YieldEvery;
  /**
   * Ends the loop: between two batches, or at once while it waits for data or for a hook. The promise is rejected with
   * the signal's reason.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions<ReturnDict extends boolean = boolean> extends LoopOptions {
  /** One weight a sample, [n]. Of several outputs one for all, or a list or an object with one for each. */
  readonly sampleWeight?: PartialSamples;
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** An object of results by name instead of a list. Default false. */
  readonly returnDict?: ReturnDict;
}

/** Options of `predict`. */
export interface PredictOptions extends LoopOptions {
  /** Batches to take; default all. */
  readonly steps?: number | null;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
}
