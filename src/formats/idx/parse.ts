import { isArrayBuffer, isUint8Array } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { FormatError, ValueError } from '../../errors.js';
import type { DType } from '../../tensor/dtype.js';
import { bytesOfBuffer } from '../bytes.js';

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
export type IdxType = keyof typeof TYPES;

/** What the elements of each type take in a file, the type that holds them here, and how one is read. */
const TYPES = {
  0x08: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, dtype: 'float32', read: (view, at) => view.getFloat64(at) },
} as const satisfies Record<number, TypeFacts>;

interface TypeFacts {
  readonly bytes: number;
  readonly dtype: DType;
  readonly read: (view: DataView, at: number) => number;
}

// Tensors live in 32-bit linear memory; a larger file could not be loaded, and refusing it here
// bounds what a forged header can make a reader allocate.
const MAX_BYTE_LENGTH = 2 ** 32 - 1;

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
 * @example const { shape, dtype } = data.parseIdx(bytes); // [60000, 28, 28], 'uint8'
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
  const { bytes: itemBytes, dtype, read } = TYPES[type];
  if (dtype === 'uint8') return { shape, dtype, data: bytes.subarray(headerLength) };
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerLength);
  const fill = <T extends Int32Array | Float32Array>(data: T): T => {
    for (let i = 0; i < size; i++) data[i] = read(view, i * itemBytes);
    return data;
  };
  return dtype === 'int32'
    ? { shape, dtype, data: fill(new Int32Array(size)) }
    : { shape, dtype, data: fill(new Float32Array(size)) };
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
  const byteLength = headerLength + size * TYPES[type].bytes;
  if (byteLength > MAX_BYTE_LENGTH) {
    throw new FormatError(
      `${name}: too large: shape [${shape.join(', ')}] of type ${hex(type)} needs ${byteLength} bytes; ` +
        `at most ${MAX_BYTE_LENGTH} fit into 32-bit memory.`,
    );
  }
  return { type, shape, size, headerLength, byteLength };
}

/** Bytes of the elements as those of a tensor. */
export function idxTensorBytes({ type, size }: IdxHeader): number {
  return TYPES[type].dtype === 'uint8' ? size : 4 * size;
}

function isIdxType(type: number): type is IdxType {
  return Object.hasOwn(TYPES, type);
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
