// Element types of TensorFlow, and what stands for them here.
import { TYPE } from '../onnx/types.js';

/** The number in ONNX of the type that holds an element type of TensorFlow, as TensorFlow.js holds it. */
const HELD: Readonly<Record<string, number>> = {
  DT_FLOAT: TYPE.float,
  DT_HALF: TYPE.float,
  DT_BFLOAT16: TYPE.float,
  DT_DOUBLE: TYPE.float,
  DT_INT8: TYPE.int32,
  DT_INT16: TYPE.int32,
  DT_INT32: TYPE.int32,
  DT_INT64: TYPE.int32,
  DT_UINT8: TYPE.int32,
  DT_UINT16: TYPE.int32,
  DT_UINT32: TYPE.int32,
  DT_UINT64: TYPE.int32,
  DT_BOOL: TYPE.bool,
};

/** Numbers of the types in `types.proto`: files may have either. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'DT_FLOAT',
  2: 'DT_DOUBLE',
  3: 'DT_INT32',
  4: 'DT_UINT8',
  5: 'DT_INT16',
  6: 'DT_INT8',
  7: 'DT_STRING',
  8: 'DT_COMPLEX64',
  9: 'DT_INT64',
  10: 'DT_BOOL',
  14: 'DT_BFLOAT16',
  17: 'DT_UINT16',
  19: 'DT_HALF',
  20: 'DT_RESOURCE',
  21: 'DT_VARIANT',
  22: 'DT_UINT32',
  23: 'DT_UINT64',
};

/** TensorFlow's name of a type, `'DT_FLOAT'`; undefined for an invalid one. */
export function nameOfType(value: unknown): string | undefined {
  if (typeof value === 'string' && /^DT_[A-Z0-9_]{1,32}$/.test(value)) return value;
  return typeof value === 'number' && Object.hasOwn(NAMES, value) ? NAMES[value] : undefined;
}

/** TensorFlow's name of what holds a type of that number in ONNX. */
export function typeOf(type: number): string {
  if (type === TYPE.bool) return 'DT_BOOL';
  return type === TYPE.int32 ? 'DT_INT32' : 'DT_FLOAT';
}

/** The number in ONNX of what holds a type of TensorFlow; 8 for texts, 0 for what tensors do not hold. */
export function heldType(name: string | undefined): number {
  if (name === 'DT_STRING') return 8;
  return name !== undefined && Object.hasOwn(HELD, name) ? (HELD[name] ?? 0) : 0;
}
