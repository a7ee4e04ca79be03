import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { DType, TensorData } from '../../config/dtype.js';

// IEEE 754 binary16: sign 1, exponent 5 (bias 15), fraction 10.

/** The largest number that float16 holds. */
export const LARGEST_HALF = 65504;

const float = new Float32Array(1);
const word32 = new Uint32Array(float.buffer);

/** float32 as the bits of float16, rounded to nearest, ties to even. What is beyond its range becomes infinity. */
export function toHalf(x: number): number {
  float[0] = x;
  const [bits = 0] = word32;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size >= 0x7f800000) return sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00);
  // 65520 and more are nearer to 2^16 than to the largest number.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 there is no exponent: whole multiples of 2^-24.
  if (size < 0x38800000) return sign | roundHalfEven(Math.abs(float[0]) * 2 ** 24);
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

/** The number that the bits of a float16 stand for. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | undefined;

/** All numbers, by their bits. */
export function allHalves(): Float32Array {
  if (halves === undefined) {
    halves = new Float32Array(1 << 16);
    for (let bits = 0; bits < halves.length; bits++) halves[bits] = fromHalf(bits);
  }
  return halves;
}

/** The nearest whole number; of two, the even one, as NumPy rounds. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** An array of a file, in the element types of tensors; row-major. */
export interface FileArray {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: DType;
  /** The elements in row-major order. */
  readonly data: TensorData;
  /** Whether the elements are float16 in the file. */
  readonly isHalf?: boolean;
}

/** Numbers of a file in a type that tensors do not have: int8, or the bits of float16. */
export interface SmallArray {
  readonly shape: readonly number[];
  readonly kind: 'i1' | 'f2';
  readonly data: Int8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/**
 * A way to keep arrays by name. Arrays of all four element types come back as they were, in their order, empty arrays and scalars
 * included. `test/unit/io/weights-formats.test.ts` asks each format for all that is said here.
 */
export interface ArrayFormat {
  /** The bytes of a file. @throws ValueError for a name that the format cannot hold. */
  encode(
    arrays: readonly (readonly [name: string, array: FileArray])[],
  ): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /**
   * By name, in the order of the file.
   *
   * @param label the name of the file in messages
   * @param maxBytes the largest uncompressed size
   * @throws FormatError, and no other error, for any bytes that are not such a file. The message begins with the label.
   */
  decode(
    bytes: Uint8Array<ArrayBuffer>,
    label: string,
    maxBytes: number,
  ): ReadonlyMap<string, FileArray> | Promise<ReadonlyMap<string, FileArray>>;
  /**
   * Whether the bytes begin as files of the format do, where no name and no option says which format it is. The answer is
   * false for the files of all other formats, for Keras's list of files in JSON (`weight_map`), and for HDF5.
   */
  isOf(bytes: Uint8Array): boolean;
}

/** Element types of files: kind (bool, unsigned, signed, float, bfloat) and bytes. */
export type ElementKind =
  'b1' | 'u1' | 'u2' | 'u4' | 'u8' | 'i1' | 'i2' | 'i4' | 'i8' | 'f2' | 'bf2' | 'f4' | 'f8';

interface KindFacts {
  /** Bytes of an element in a file. */
  readonly bytes: number;
  /** The type that holds it here. 64-bit integers are checked, wider and narrower floats converted. */
  readonly dtype: DType;
  /** Reads one; `le`: whether it is little-endian. */
  readonly read: (view: DataView, at: number, le: boolean) => number;
}

const KINDS: Readonly<Record<ElementKind, KindFacts>> = {
  b1: { bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
  u1: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, dtype: 'int32', read: (view, at, le) => view.getUint16(at, le) },
  u4: { bytes: 4, dtype: 'int32', read: (view, at, le) => view.getUint32(at, le) },
  u8: { bytes: 8, dtype: 'int32', read: (view, at, le) => Number(view.getBigUint64(at, le)) },
  i1: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, dtype: 'int32', read: (view, at, le) => view.getInt16(at, le) },
  i4: { bytes: 4, dtype: 'int32', read: (view, at, le) => view.getInt32(at, le) },
  i8: { bytes: 8, dtype: 'int32', read: (view, at, le) => Number(view.getBigInt64(at, le)) },
  f2: { bytes: 2, dtype: 'float32', read: (view, at, le) => fromHalf(view.getUint16(at, le)) },
  bf2: { bytes: 2, dtype: 'float32', read: (view, at, le) => bfloat(view.getUint16(at, le)) },
  f4: { bytes: 4, dtype: 'float32', read: (view, at, le) => view.getFloat32(at, le) },
  f8: { bytes: 8, dtype: 'float32', read: (view, at, le) => view.getFloat64(at, le) },
};

/** The kinds in which files hold elements of tensors as they are. */
export const KIND_OF: Readonly<Record<DType, ElementKind>> = {
  bool: 'b1',
  uint8: 'u1',
  int32: 'i4',
  float32: 'f4',
};

// Tensors live in 32-bit linear memory.
const MAX_BYTES = 2 ** 32 - 1;
const MAX_RANK = 64;

/** What Keras and NumPy call elements of a kind: `'float32'`, `'bool'`. */
export function kindName(kind: ElementKind): string {
  const words = { b: 'bool', u: 'uint', i: 'int', f: 'float', bf: 'bfloat' };
  const [, letters = 'f'] = /^([a-z]+)/.exec(kind) ?? [];
  const word = words[letters as keyof typeof words];
  return kind === 'b1' ? word : word + String(8 * elementBytes(kind));
}

/** An array of a file whose elements were not read. */
export interface DescribedArray {
  /** The name of the array in the file, with the groups around it: `layers/dense/vars/0`. */
  readonly path: string;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Type of the elements in the file: `'float32'`, `'float16'`, `'int64'`; any other type has its name in the format. */
  readonly dtype: string;
  /** Bytes of the elements, before compression; undefined if it is not in the file. */
  readonly bytes: number | undefined;
  /** The name of the layer or optimizer that the array belongs to; undefined if it is not in the file. */
  readonly owner?: string | undefined;
}

/** The kind of that name, or undefined. */
export function elementKind(name: string): ElementKind | undefined {
  return Object.hasOwn(KINDS, name) ? (name as ElementKind) : undefined;
}

/**
 * Bytes that an array takes in the file.
 *
 * @param name the name of the array in messages
 * @throws FormatError for a shape that is none, or that no memory could hold.
 */
export function fileBytes(shape: readonly unknown[], kind: ElementKind, name: string): number {
  if (shape.length > MAX_RANK) {
    throw new FormatError(`${name}: ${shape.length} axes, expected at most ${MAX_RANK}.`);
  }
  let size = 1;
  // A zero anywhere makes the array empty, but no length may be absurd.
  for (const length of shape) {
    if (
      typeof length !== 'number' ||
      !Number.isInteger(length) ||
      length < 0 ||
      length > MAX_BYTES
    ) {
      throw new FormatError(`${name}: ${describeValue(shape)} is not a shape.`);
    }
    size = Math.min(size * Math.max(length, 1), MAX_BYTES + 1);
  }
  const bytes = elementBytes(kind);
  if (size * Math.max(bytes, bytesInMemory(kind)) > MAX_BYTES) {
    throw new FormatError(
      `${name}: shape ${describeValue(shape)} is too large: it needs more than ${MAX_BYTES} bytes.`,
    );
  }
  return shape.includes(0) ? 0 : size * bytes;
}

/** Bytes of an element in a file. */
export function elementBytes(kind: ElementKind): number {
  return KINDS[kind].bytes;
}

/** The first number of a view; float64 as it is, 64-bit integers as far as a number holds them. */
export function readElement(view: DataView, kind: ElementKind, littleEndian: boolean): number {
  return KINDS[kind].read(view, 0, littleEndian);
}

/** Bytes that the elements of such an array take in a tensor. The shape is one that `fileBytes` took. */
export function tensorBytes(shape: readonly number[], kind: ElementKind): number {
  return shape.reduce((size, length) => size * length, bytesInMemory(kind));
}

function bytesInMemory(kind: ElementKind): number {
  return elementBytes(KIND_OF[KINDS[kind].dtype]);
}

/**
 * Elements of a file as a tensor's: bool, uint8 and int32 as they are; other integers as int32, if they fit;
 * floats as float32, float64 and float16 converted. What needs no conversion is not copied, if it lies as arrays of its
 * type must: the elements are those of the file.
 *
 * @param view exactly the elements
 * @param name the name of the array in messages
 * @throws FormatError for an integer beyond int32, and for a bool that is neither 0 nor 1.
 */
export function readElements(
  view: DataView<ArrayBuffer>,
  kind: ElementKind,
  littleEndian: boolean,
  name: string,
): { readonly dtype: DType; readonly data: TensorData } {
  const { bytes, dtype, read } = KINDS[kind];
  const count = view.byteLength / bytes;
  if (kind === 'u1' || kind === 'b1') {
    const data = new Uint8Array(view.buffer, view.byteOffset, count);
    if (kind === 'b1') checkBooleans(data, name);
    return { dtype, data };
  }
  // Files are little-endian as WebAssembly is.
  if (littleEndian && (kind === 'f4' || kind === 'i4')) {
    const { buffer, byteOffset, byteLength } = view;
    const [memory, start] =
      byteOffset % 4 === 0
        ? [buffer, byteOffset]
        : [buffer.slice(byteOffset, byteOffset + byteLength), 0];
    const data =
      kind === 'f4' ? new Float32Array(memory, start, count) : new Int32Array(memory, start, count);
    return { dtype, data };
  }
  const data = dtype === 'float32' ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const value = read(view, i * bytes, littleEndian);
    if (dtype === 'int32' && (value | 0) !== value) {
      throw new FormatError(
        `${name}: element ${i} is ${value}, which is beyond int32 (-2147483648 … 2147483647), the integer type of ` +
          `tensors. Store it as int32, float32 or float64.`,
      );
    }
    data[i] = value;
  }
  return { dtype, data };
}

function checkBooleans(data: Uint8Array, name: string): void {
  const at = data.findIndex((value) => value > 1);
  if (at === -1) return;
  throw new FormatError(`${name}: element ${at} of type bool is ${String(data[at])}, not 0 or 1.`);
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function bfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
