export { ArrayBatches } from './array-batches.js';
export type { ArrayBatchesOptions, ArrayData } from './array-batches.js';
export { countOf, mapBatch, START, tensorsOf } from './batch.js';
export type { Batch, BatchIterator, BatchMaker, BatchPosition, BatchSource } from './batch.js';
export { classWeightToSampleWeight } from './class-weight.js';
export type { ClassWeight } from './class-weight.js';
export { isBatchIterable, IterableBatches } from './iterable-batches.js';
export type {
  BatchIterable,
  BatchLike,
  BatchPart,
  BatchParts,
  IterableBatchesOptions,
} from './iterable-batches.js';
export { RepeatedBatches } from './repeated-batches.js';
export { AlikeBatches, requireFinite, requireSameLength, toSamples } from './samples.js';
export type { NamedSamples } from './samples.js';
