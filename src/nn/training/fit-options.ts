import type { Callbacks } from '../callbacks/callback-list.js';
import type { BatchIterable, ClassWeight } from '../data/batches/index.js';
import type { PartialSamples, SamplesLike } from './data-types.js';
import type { LoopOptions } from './loop-options.js';

/** Data to validate with: arrays, or an (async) iterable of batches. */
export type ValidationData =
  | readonly [x: SamplesLike, y: PartialSamples]
  | readonly [x: SamplesLike, y: PartialSamples, sampleWeight: PartialSamples]
  | BatchIterable;

/** Options of `fit`. */
export interface FitOptions extends LoopOptions {
  /** Epochs in all, those before `initialEpoch` included. Default 1. */
  readonly epochs?: number;
  /** A callback or a list of them; a plain object of hooks is one, too. */
  readonly callbacks?: Callbacks;
  /** Part of the samples, at the end, that is set aside to validate with, 0 … 1. Default 0. */
  readonly validationSplit?: number;
  readonly validationData?: ValidationData | null;
  /** A new order of the samples in each epoch. Default true; an iterable keeps its own order. */
  readonly shuffle?: boolean;
  /** Weight of each class in the loss, of a model with one output; classes that are not named count 1. */
  readonly classWeight?: ClassWeight | null;
  /** One weight a sample, [n]. Of several outputs one for all, or a list or an object with one for each. */
  readonly sampleWeight?: PartialSamples;
  /** Number of the first epoch, to go on with earlier training. Default 0. */
  readonly initialEpoch?: number;
  /**
   * Batches of an epoch. The next epoch goes on where it stopped, and at the end of the data from the start.
   * Default: all there are.
   */
  readonly stepsPerEpoch?: number | null;
  /** Batches of a validation, which begins anew each time. Default: all there are. */
  readonly validationSteps?: number | null;
  /** Samples of a batch of arrays to validate with. Default `batchSize`. */
  readonly validationBatchSize?: number | null;
  /** Validate after every so many epochs, or after the epochs in the list (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[];
}
