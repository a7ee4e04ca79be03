export { ArrayBatches } from './array-batches.js';
export type { ArrayBatchesOptions, ArrayData } from './array-batches.js';
export type { Batch, BatchIterator, BatchMaker, BatchSource } from './batch.js';
export { classWeightToSampleWeight } from './class-weight.js';
export type { ClassWeight } from './class-weight.js';
export { isBatchIterable, IterableBatches } from './iterable-batches.js';
export type { BatchIterable, BatchLike, IterableBatchesOptions } from './iterable-batches.js';
export { RepeatedBatches } from './repeated-batches.js';
export { requireFinite, requireSameLength, toSamples } from './samples.js';
