// Element types of ONNX, and what stands for them here.
import type { DType } from '../../../config/dtype.js';
import type { ElementKind } from '../elements.js';

/** An element type of ONNX: its name, how files hold it, and the type of tensors that holds it here. */
export interface OnnxType {
  /** ONNX's word, `'int64'`. */
  readonly name: string;
  /** How the raw data of a file hold the elements; undefined for types of less than a byte. */
  readonly kind: ElementKind | undefined;
  /** The dtype of tensors that hold it. */
  readonly dtype: DType;
}

const of = (name: string, kind: ElementKind | undefined, dtype: DType): OnnxType => ({
  name,
  kind,
  dtype,
});

/** The element types that can be held here, by their numbers in `TensorProto.DataType`. */
const TYPES: Readonly<Record<number, OnnxType>> = {
  1: of('float', 'f4', 'float32'),
  2: of('uint8', 'u1', 'uint8'),
  3: of('int8', 'i1', 'int32'),
  4: of('uint16', 'u2', 'int32'),
  5: of('int16', 'i2', 'int32'),
  6: of('int32', 'i4', 'int32'),
  7: of('int64', 'i8', 'int32'),
  9: of('bool', 'b1', 'bool'),
  10: of('float16', 'f2', 'float32'),
  11: of('double', 'f8', 'float32'),
  12: of('uint32', 'u4', 'int32'),
  13: of('uint64', 'u8', 'int32'),
  16: of('bfloat16', 'bf2', 'float32'),
  21: of('uint4', undefined, 'int32'),
  22: of('int4', undefined, 'int32'),
};

const OTHERS: Readonly<Record<number, string>> = {
  0: 'undefined',
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  23: 'float4e2m1',
  24: 'float8e8m0',
  25: 'uint2',
  26: 'int2',
  27: 'float6e2m3',
  28: 'float6e3m2',
};

/** The element type of that number; undefined for one that nothing here holds. */
export function onnxType(number: number): OnnxType | undefined {
  return Object.hasOwn(TYPES, number) ? TYPES[number] : undefined;
}

/** The dtype of tensors that hold an element type; float32 for one that nothing here holds. */
export const dtypeOf = (number: number): DType => onnxType(number)?.dtype ?? 'float32';

/** A whole number as int32, cut to its ends. */
export const asInt32 = (value: number | bigint): number =>
  Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), Number(value)));

/** The name of an element type in messages. */
export function typeName(number: number): string {
  return onnxType(number)?.name ?? OTHERS[number] ?? `type ${number}`;
}

/** The whole numbers that an integer type holds, as `[least, most]`; undefined for floats and bool, and beyond int32. */
export function integerRange(number: number): readonly [number, number] | undefined {
  return Object.hasOwn(RANGES, number) ? RANGES[number] : undefined;
}

const RANGES: Readonly<Record<number, readonly [number, number]>> = {
  2: [0, 255],
  3: [-128, 127],
  4: [0, 65535],
  5: [-32768, 32767],
  21: [0, 15],
  22: [-8, 7],
};

/** The number of a type by ONNX's word. */
export const TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
} as const;
