import { ElementType } from '../../assembly/codes.js';
import { DTypeError } from '../errors.js';
import { describeValue } from './describe-value.js';
import { didYouMean } from './advice.js';

/**
 * Element types: float32 for computation; int32, uint8 and bool for labels, indices, images and masks.
 */
export type DType = 'float32' | 'int32' | 'uint8' | 'bool';

/** The type of a tensor's elements, or `'string'` for an array of strings, which is not a tensor. */
export type ValueType = DType | 'string';

/**
 * A type as programs name it. `int64` and `int`, the default for whole numbers in NumPy and Keras, stand for int32; numbers
 * outside the range of int32 are errors.
 */
export type DTypeName = DType | 'int64' | 'int';

/** A copy of a tensor's elements; bool as bytes 0 and 1. */
export type TensorData =
  Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Typed arrays from which tensors can be created. float64 is rounded to float32; smaller types are widened. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

interface DTypeFacts {
  readonly bytes: number;
  readonly code: ElementType;
  /** What combines with what: the higher rank wins. */
  readonly rank: number;
}

const FACTS: Readonly<Record<DType, DTypeFacts>> = {
  bool: { bytes: 1, code: ElementType.Bool, rank: 0 },
  uint8: { bytes: 1, code: ElementType.Uint8, rank: 1 },
  int32: { bytes: 4, code: ElementType.Int32, rank: 2 },
  float32: { bytes: 4, code: ElementType.Float32, rank: 3 },
};

/** The number of bytes of one element. */
export function bytesOf(dtype: DType): number {
  return FACTS[dtype].bytes;
}

/** The number by which kernels know the type. */
export function codeOf(dtype: DType): number {
  return FACTS[dtype].code;
}

/** Whether `dtype` stands for int32 and promises more. */
export function isWideInteger(dtype: unknown): dtype is 'int64' | 'int' {
  return dtype === 'int64' || dtype === 'int';
}

/** The type that `dtype` names, else a DTypeError that lists all. */
export function checkDType(dtype: unknown): DType {
  if (isWideInteger(dtype)) return 'int32';
  if (typeof dtype === 'string' && Object.hasOwn(FACTS, dtype)) return dtype as DType;
  const known = Object.keys(FACTS);
  const near = typeof dtype === 'string' ? didYouMean(dtype, known) : '';
  throw new DTypeError(`Unknown dtype ${describeValue(dtype)}.${near} Known: ${known.join(', ')}.`);
}

/** The type two operands are brought to: the higher of bool < uint8 < int32 < float32. */
export function promote(a: DType, b: DType): DType {
  return FACTS[a].rank >= FACTS[b].rank ? a : b;
}

/** The element type that holds a typed array's values; values beyond int32 are checked on copying. */
export function dtypeOfArray(array: TypedArray): DType {
  // The name, as the array may be of another realm's class.
  const name = array[Symbol.toStringTag];
  if (name === 'Float32Array' || name === 'Float64Array') return 'float32';
  return name === 'Uint8Array' || name === 'Uint8ClampedArray' ? 'uint8' : 'int32';
}
