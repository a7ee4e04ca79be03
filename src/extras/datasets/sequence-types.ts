import type { Tensor } from '../../engine/tensor/index.js';
import type { LoadDataOptions } from './load-files.js';

/** Options of data sets of texts: which words are kept, and where the files come from. */
export interface SequenceOptions extends LoadDataOptions {
  /** Only words of smaller numbers are kept: the most frequent ones. Default: all but the last. */
  readonly numWords?: number | null | undefined;
  /** Numbers below this one are left out: the most frequent words. Default 0. */
  readonly skipTop?: number | undefined;
  /** Only texts of fewer words, the mark at the beginning counted, are kept. Default: all. */
  readonly maxlen?: number | null | undefined;
  /** The seed of NumPy's `RandomState` that orders the texts. Default 113. */
  readonly seed?: number | undefined;
  /** The number that stands before each text; null: none does. Default 1. */
  readonly startChar?: number | null | undefined;
  /** The number in the place of words that are not kept; null: they are left out. Default 2. */
  readonly oovChar?: number | null | undefined;
  /** What is added to the number of each word. Default 3. */
  readonly indexFrom?: number | undefined;
}

/** Texts as lists of the numbers of their words, and a label each, int32: those to train with and those to test with. */
export type SequenceSplits = [
  train: [sequences: number[][], labels: Tensor],
  test: [sequences: number[][], labels: Tensor],
];
