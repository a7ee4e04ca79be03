export { countOf, mapBatch, tensorsOf } from './batch.js';
export type { Batch, BatchIterator, BatchMaker, BatchPosition, BatchSource } from './batch.js';
export { classWeightToSampleWeight } from './class-weight.js';
export type { ClassWeight } from './class-weight.js';
export { isBatchIterable } from './batch.js';
export type { BatchIterable, BatchLike, BatchPart } from './batch.js';
export { requireFinite, requireSameLength, rowAsBatch, toSamples } from './samples.js';
export type { NamedSamples } from './samples.js';
