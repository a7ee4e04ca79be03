import type { Tensor } from '../../tensor/index.js';

/** What one step works on. Inputs and targets have one length along the first axis. */
export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor | undefined;
  /** One weight a sample, [n]; undefined counts as 1. */
  readonly sampleWeight: Tensor | undefined;
}

/**
 * Makes the batch's tensors in the scope of the caller: they are freed at the end of the step, and
 * nothing is held in between.
 */
export type BatchMaker = () => Batch;

/** Where batches come from. */
export interface BatchSource {
  /** Steps of one epoch, if that is known beforehand. */
  readonly steps: number | undefined;
  /** Samples of one epoch, if that is known beforehand. */
  readonly samples: number | undefined;
  /** The batches of the next epoch. */
  epoch(): BatchIterator;
  /** After the last epoch: lets go of all that it holds. */
  close(): void | Promise<void>;
}

/** Gives one batch after the other; undefined at the end. Waits only where the data do. */
export interface BatchIterator {
  next(): BatchMaker | undefined | Promise<BatchMaker | undefined>;
  /** After the epoch, at its end or before: lets go of what only this epoch needs. */
  close(): void | Promise<void>;
}
