import type { Tensor } from '../tensor/index.js';
import type { LoadDataOptions } from './load-files.js';

/** Options of the data sets of houses. */
export interface HousingOptions extends LoadDataOptions {
  /** The share of rows to test with, 0 to below 1. Default 0.2. */
  readonly testSplit?: number | undefined;
  /** The seed of NumPy's `RandomState` that orders the rows. Default 113. */
  readonly seed?: number | undefined;
}

/** Rows of features and a price each, float32: those to train with and those to test with. */
export type HousingSplits = [
  train: [features: Tensor, prices: Tensor],
  test: [features: Tensor, prices: Tensor],
];
