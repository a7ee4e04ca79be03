import { describeValue } from '../../../config/describe-value.js';
import { isPlainObject } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  firstNonFiniteRow,
  neighbouringRows,
} from '../../../engine/ops/linalg/products/batch-rows.js';
import {
  formatShape,
  isValue,
  sizeOf,
  Tensor,
  tidy,
  toTensor,
  toValue,
} from '../../../engine/tensor/index.js';
import type { PartialShape, Value } from '../../../engine/tensor/index.js';
import type { TypedArray } from '../../../config/dtype.js';

/**
 * `value` as a tensor, or as an array of strings, with one entry a sample. A flat typed array is cut into samples of
 * `sampleShape`, if that is known.
 *
 * @param name its name in messages: 'fit: x'
 * @throws ValueError for anything but an array, ShapeError for a single number.
 */
export function toSamples(name: string, value: unknown, sampleShape?: PartialShape): Value {
  const isArray = Array.isArray(value) || ArrayBuffer.isView(value) || isValue(value);
  if (!isArray && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ValueError(
      `${name} must be a tensor, nested arrays or a typed array, got ${describeValue(value)}.`,
    );
  }
  const tensor = ArrayBuffer.isView(value)
    ? flatSamples(name, value as TypedArray, sampleShape)
    : toValue(value);
  if (tensor.ndim === 0) {
    throw new ShapeError(
      `${name} must have one entry a sample along its first axis, got a single number.`,
    );
  }
  // As in Keras: samples of one value need no axis of their own.
  return tensor.ndim === 1 && String(sampleShape) === '1'
    ? tensor.reshape([tensor.size, 1])
    : tensor;
}

/** What `predict` was given, where an object of single values is one row of a table: a batch of that row. */
export function rowAsBatch(x: unknown): unknown {
  if (!isPlainObject(x)) return x;
  const entries = Object.entries(x);
  const isRow = entries.length > 0 && entries.every(([, value]) => isSingle(value));
  return isRow ? Object.fromEntries(entries.map(([name, value]) => [name, [value]])) : x;
}

const isSingle = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

function flatSamples(
  name: string,
  value: TypedArray,
  sampleShape: PartialShape | undefined,
): Tensor {
  const flat = toTensor(value);
  const lengths = sampleShape?.filter((length) => length !== null) ?? [];
  if (sampleShape === undefined || lengths.length === 0 || lengths.length < sampleShape.length) {
    return flat;
  }
  const size = sizeOf(lengths);
  if (size === 0 || flat.size % size !== 0) {
    throw new ShapeError(
      `${name} is a typed array of ${flat.size} elements, which are not a whole number of samples of ` +
        `shape ${formatShape(lengths)} (${size} elements each).`,
    );
  }
  return flat.reshape([flat.size / size, ...lengths]);
}

/**
 * @param harm what one of them would do
 * @throws ValueError naming the first sample that holds NaN or infinity.
 */
export function requireFinite(name: string, tensor: Value, harm: string): void {
  const sample = firstNonFiniteRow(tensor);
  if (sample === undefined || !(tensor instanceof Tensor)) return;
  const samples = tensor.shape[0] ?? 1;
  const bad = tidy(() => neighbouringRows(tensor, sample, 1).data()).find(
    (value) => !Number.isFinite(value),
  );
  throw new ValueError(
    `${name} holds ${String(bad)} in sample ${sample} of ${samples}. ${harm}: remove or replace it.`,
  );
}

/** A tensor or an array of strings of a batch, and its name in messages: `x`, or of several `x 'image'`. */
export interface NamedSamples {
  readonly name: string;
  readonly tensor: Value | undefined;
}

/** @throws ShapeError unless all have as many entries as the first. */
export function requireSameLength(op: string, samples: readonly NamedSamples[]): void {
  const [first] = samples;
  const x = first?.tensor;
  if (x === undefined) return;
  for (const { name, tensor } of samples) {
    if (tensor === undefined || tensor.shape[0] === x.shape[0]) continue;
    throw new ShapeError(
      `${op}: ${first?.name} has ${String(x.shape[0])} samples (shape ${formatShape(x.shape)}), but ${name} has ` +
        `${String(tensor.shape[0])} (shape ${formatShape(tensor.shape)}). They must be equally long.`,
    );
  }
}
