import { isArrayBuffer, isUint8Array } from '../config/brands.js';
import { FormatError, ValueError } from '../errors.js';
import { bytesOfBuffer } from './bytes.js';
import { describeValue } from '../config/describe-value.js';

// IDX, the format of MNIST:
//
//     0   0   type  rank     type: 08 u8, 09 i8, 0B i16, 0C i32, 0D f32, 0E f64
//     dim[0] … dim[rank-1]   u32, big-endian
//     elements               row-major, big-endian

/** What an IDX file holds, in the element types of tensors. */
export type IdxArray = {
  readonly shape: readonly number[];
} & (
  | { readonly dtype: 'uint8'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly dtype: 'int32'; readonly data: Int32Array<ArrayBuffer> }
  | { readonly dtype: 'float32'; readonly data: Float32Array<ArrayBuffer> }
);

/** The part of an IDX file before its elements. */
export interface IdxHeader {
  readonly type: IdxType;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** Length of the header in bytes. */
  readonly headerLength: number;
  /** Length of the whole file in bytes. */
  readonly byteLength: number;
}

/** Codes of the element types. */
export type IdxType = keyof typeof itemSizes;

const itemSizes = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8 } as const;

/** The rank is one byte. */
export const maxIdxRank = 255;

/** No header is longer. */
export const maxIdxHeaderLength = 4 + 4 * maxIdxRank;

// Tensors live in 32-bit linear memory; a larger file could not be loaded, and refusing it here
// bounds what a forged header can make a reader allocate.
const maxByteLength = 2 ** 32 - 1;

/**
 * Parses the bytes of an IDX file (already inflated).
 *
 * - Type 08 (u8) gives `uint8`; 09 (i8), 0B (i16) and 0C (i32) give `int32`; 0D (f32) and 0E (f64,
 *   rounded) give `float32`. Any rank; rank 0 is a single number.
 * - For `uint8` the data is a view of `source`, not a copy.
 * - `name` is what messages call the source.
 *
 * @throws FormatError if the bytes are not IDX, of an unknown type, too large, truncated, or followed by more
 * than the header declares.
 * @example const { shape, dtype, data } = parseIdx(bytes); // [60000, 28, 28], 'uint8', Uint8Array
 */
export function parseIdx(
  source: Uint8Array<ArrayBuffer> | ArrayBuffer,
  name = 'IDX data',
): IdxArray {
  if (!isUint8Array(source) && !isArrayBuffer(source)) {
    throw new ValueError(
      `parseIdx: expected a Uint8Array or an ArrayBuffer, got ${describeValue(source)}.`,
    );
  }
  const bytes = isUint8Array(source) ? source : bytesOfBuffer(source);
  const { type, shape, size, headerLength, byteLength } = parseIdxHeader(bytes, name);
  if (bytes.length !== byteLength) {
    const problem = bytes.length < byteLength ? 'truncated' : 'followed by trailing bytes';
    throw new FormatError(
      `${name}: ${problem}: shape [${shape.join(', ')}] of type ${hex(type)} needs ${byteLength} bytes, ` +
        `got ${bytes.length}. Get the file again.`,
    );
  }
  if (type === 0x08) {
    return { shape, dtype: 'uint8', data: bytes.subarray(headerLength) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerLength, size * itemSizes[type]);
  if (type === 0x0d || type === 0x0e) {
    return { shape, dtype: 'float32', data: readFloats(view, type, size) };
  }
  return { shape, dtype: 'int32', data: readIntegers(view, type, size) };
}

/** Parses and checks the header alone; `bytes` may end anywhere after it. Throws FormatError. */
export function parseIdxHeader(bytes: Uint8Array, name: string): IdxHeader {
  const [zero0, zero1, type, rank] = bytes;
  if (zero0 === undefined || zero1 === undefined || type === undefined || rank === undefined) {
    throw new FormatError(
      `${name}: truncated: an IDX header has at least 4 bytes, got ${bytes.length}.`,
    );
  }
  if (zero0 !== 0 || zero1 !== 0) {
    const start = [zero0, zero1, type, rank].map(hex).join(' ');
    const hint =
      zero0 === 0x1f && zero1 === 0x8b ? ' This is gzip data: read it with data.readIdx.' : '';
    throw new FormatError(
      `${name}: not an IDX file: expected it to start with 00 00, then type and rank, got ${start}.${hint}`,
    );
  }
  if (!isIdxType(type)) {
    throw new FormatError(
      `${name}: unknown IDX element type ${hex(type)}; known are 08 (u8), 09 (i8), 0B (i16), ` +
        `0C (i32), 0D (f32), 0E (f64).`,
    );
  }
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    throw new FormatError(
      `${name}: truncated: the IDX header of rank ${rank} has ${headerLength} bytes, got ${bytes.length}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  // A zero anywhere makes the array empty, however large the other dimensions are.
  const size = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  const byteLength = headerLength + size * itemSizes[type];
  if (byteLength > maxByteLength) {
    throw new FormatError(
      `${name}: too large: shape [${shape.join(', ')}] of type ${hex(type)} needs ${byteLength} bytes; ` +
        `at most ${maxByteLength} fit into 32-bit memory.`,
    );
  }
  return { type, shape, size, headerLength, byteLength };
}

/** Bytes of the elements as those of a tensor. */
export function idxTensorBytes({ type, size }: IdxHeader): number {
  return type === 0x08 ? size : 4 * size;
}

function isIdxType(type: number): type is IdxType {
  return Object.hasOwn(itemSizes, type);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function readIntegers(
  view: DataView,
  type: 0x09 | 0x0b | 0x0c,
  size: number,
): Int32Array<ArrayBuffer> {
  const data = new Int32Array(size);
  if (type === 0x09) {
    for (let i = 0; i < size; i++) data[i] = view.getInt8(i);
  } else if (type === 0x0b) {
    for (let i = 0; i < size; i++) data[i] = view.getInt16(2 * i);
  } else {
    for (let i = 0; i < size; i++) data[i] = view.getInt32(4 * i);
  }
  return data;
}

function readFloats(view: DataView, type: 0x0d | 0x0e, size: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(size);
  if (type === 0x0d) {
    for (let i = 0; i < size; i++) data[i] = view.getFloat32(4 * i);
  } else {
    for (let i = 0; i < size; i++) data[i] = view.getFloat64(8 * i);
  }
  return data;
}
