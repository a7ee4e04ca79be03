/**
 * Data sets to begin with. Large ones are downloaded, small ones are built in: the comment of each says which.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/datasets.js';
export type { TestSplitOptions } from './embedded.js';
export type { LoadDataOptions } from './load-files.js';
export type { TrainTestTensors } from './tensors.js';
export type { HousingOptions, HousingSplits } from './housing-types.js';
export type { SequenceOptions, SequenceSplits } from './sequence-types.js';
