import type { TypedArray } from '../../config/dtype.js';
import type { FileArray } from '../../files/formats/elements.js';
import { fileArray } from '../../nn/data/file-tensors.js';
import {
  detach,
  isStrings,
  StringArray,
  stringArray,
  tensor,
  Tensor,
} from '../../engine/tensor/index.js';
import type { TensorLike, Value } from '../../engine/tensor/index.js';
import { holdsStrings } from '../../engine/tensor/string-array.js';

/** An array of strings. */
export interface WireStrings {
  readonly shape: readonly number[];
  readonly dtype: 'string';
  readonly strings: readonly string[];
}

/** A tensor or an array of strings that was sent whole. */
export type WireArray = FileArray | WireStrings;

/** A value in a batch of an iterable: the data of one tensor, or strings. */
export type WireValue =
  | { readonly kind: 'array'; readonly array: WireArray }
  | { readonly kind: 'typed'; readonly typed: TypedArray }
  | { readonly kind: 'nested'; readonly nested: unknown };

/** Whether a value is the data of one tensor, not a structure of them. */
export function isWireValue(value: unknown): value is WireValue {
  return typeof (value as Readonly<Record<string, unknown>>)['kind'] === 'string';
}

/** Whether a value is a tensor or strings sent whole, not a structure of them. */
export function isWireArray(value: unknown): value is WireArray {
  return typeof (value as Readonly<Record<string, unknown>>)['dtype'] === 'string';
}

/** A copy that can be moved to another thread. */
export function wireArray(value: Value): WireArray {
  if (!isStrings(value)) return fileArray(value);
  return { shape: value.shape, dtype: 'string', strings: value.strings };
}

/** What was sent. It belongs to the caller. */
export function valueOfArray(array: WireArray): Value {
  if (array.dtype === 'string') return new StringArray(array.strings, array.shape);
  const { data, shape, dtype } = array;
  return tensor(data, { shape, dtype });
}

/** A copy of a value of a batch that can be moved to another thread. */
export function wireValue(value: unknown): WireValue {
  if (holdsStrings(value)) return { kind: 'array', array: wireArray(stringArray(value)) };
  if (value instanceof Tensor) return { kind: 'array', array: fileArray(value) };
  if (ArrayBuffer.isView(value) && 'slice' in value) {
    return { kind: 'typed', typed: (value as Float32Array).slice() };
  }
  return { kind: 'nested', nested: value };
}

/** A value of a batch that was sent. */
export function valueOf(value: WireValue): TensorLike | Value {
  if (value.kind === 'typed') return value.typed;
  if (value.kind === 'nested') return value.nested as TensorLike;
  const made = valueOfArray(value.array);
  return made instanceof Tensor ? detach(made) : made;
}
