import type { Nest } from '../../../config/index.js';
import { isValue } from '../../../engine/tensor/index.js';
import type { StringArray, StringsLike, Tensor, TensorLike } from '../../../engine/tensor/index.js';
import type { Dataset } from '../dataset/dataset.js';

/** What a batch of an iterable has for each of its parts: a tensor or strings, or a list or an object of tensors. */
export type BatchPart = Nest<TensorLike | StringsLike | null | undefined>;

/**
 * One batch of an iterable: x, or [x, y], or [x, y, sampleWeight]. Of a model with several inputs or outputs each is a list
 * or an object, and x alone an object.
 */
export type BatchLike =
  | Tensor
  | StringArray
  | Readonly<Record<string, BatchPart>>
  | readonly [x: BatchPart]
  | readonly [x: BatchPart, y: BatchPart]
  | readonly [x: BatchPart, y: BatchPart, sampleWeight: BatchPart];

/** Batches from anything that can be iterated, once or many times. */
export type BatchIterable = Iterable<BatchLike> | AsyncIterable<BatchLike> | Dataset;

/** True for what gives batches rather than being all samples at once. */
export function isBatchIterable(value: unknown): value is BatchIterable {
  if (typeof value !== 'object' || value === null) return false;
  if (isValue(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}
