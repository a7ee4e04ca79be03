/**
 * Data sets to begin with. Large ones are downloaded, small ones are built in: the comment of each says which.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './extras/datasets/generated/datasets.js';
export type { TestSplitOptions } from './extras/datasets/embedded.js';
export type { LoadDataOptions } from './extras/datasets/load-files.js';
export type { TrainTestTensors } from './extras/datasets/tensors.js';
export type {
  CaliforniaHousingOptions,
  HousingOptions,
  HousingSplits,
} from './extras/datasets/housing.js';
export type { SequenceOptions, SequenceSplits } from './extras/datasets/sequences.js';
