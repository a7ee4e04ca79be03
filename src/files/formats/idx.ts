import { isArrayBuffer, isUint8Array } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { FormatError, ValueError } from '../../errors.js';
import type { DType } from '../../config/dtype.js';
import { beyondLimit, bytesOfBuffer } from './bytes.js';
import { elementBytes, readElements, tensorBytes } from './elements.js';
import type { ElementKind, FileArray } from './elements.js';

// IDX, the format of MNIST:
//
//     0   0   type  rank     type: 08 u8, 09 i8, 0B i16, 0C i32, 0D f32, 0E f64
//     dim[0] … dim[rank-1]   u32, big-endian
//     elements               row-major, big-endian

/** The contents of an IDX file, in the element types of tensors. */
export type IdxArray = {
  readonly shape: readonly number[];
} & (
  | { readonly dtype: 'uint8'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly dtype: 'int32'; readonly data: Int32Array<ArrayBuffer> }
  | { readonly dtype: 'float32'; readonly data: Float32Array<ArrayBuffer> }
);

/** The part of an IDX file before its elements. */
interface IdxHeader {
  readonly type: number;
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  /** Length of the header in bytes. */
  readonly headerLength: number;
  /** Length of the whole file in bytes. */
  readonly byteLength: number;
}

/** The codes of element types. */
const KINDS: Readonly<Record<number, ElementKind>> = {
  0x08: 'u1',
  0x09: 'i1',
  0x0b: 'i2',
  0x0c: 'i4',
  0x0d: 'f4',
  0x0e: 'f8',
};

/** The codes in which tensors are written. */
const TYPE_OF: Readonly<Record<DType, number>> = {
  bool: 0x08,
  uint8: 0x08,
  int32: 0x0c,
  float32: 0x0d,
};

/** The rank is one byte. */
const MAX_RANK = 255;

/** No header is longer. */
const MAX_HEADER_LENGTH = 4 + 4 * MAX_RANK;

// Tensors live in 32-bit linear memory; a larger file could not be loaded, and refusing it here
// bounds what a forged header can make a reader allocate.
const MAX_BYTE_LENGTH = 2 ** 32 - 1;

/**
 * Parses the bytes of an IDX file (already inflated).
 *
 * - Type 08 (u8) gives `uint8`; 09 (i8), 0B (i16) and 0C (i32) give `int32`; 0D (f32) and 0E (f64,
 *   rounded) give `float32`. Any rank; rank 0 is a single number.
 * - For `uint8` the data is a view of `source`, not a copy.
 *
 * @param source the bytes of the file
 * @param name the name of the source in messages. Default `'IDX data'`
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
  const { type, kind, shape, headerLength, byteLength } = parseHeader(bytes, name);
  if (bytes.length !== byteLength) {
    const problem = bytes.length < byteLength ? 'truncated' : 'followed by trailing bytes';
    throw new FormatError(
      `${name}: ${problem}: shape [${shape.join(', ')}] of type ${hex(type)} needs ${byteLength} bytes, ` +
        `got ${bytes.length}. Get the file again.`,
    );
  }
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset + headerLength,
    byteLength - headerLength,
  );
  return { shape, ...readElements(view, kind, false, name) } as IdxArray;
}

/** Parses and checks the header alone; `bytes` may end anywhere after it. Throws FormatError. */
function parseHeader(bytes: Uint8Array, name: string): IdxHeader {
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
  const kind = KINDS[type];
  if (kind === undefined) {
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
  const byteLength = headerLength + size * elementBytes(kind);
  if (byteLength > MAX_BYTE_LENGTH) {
    throw new FormatError(
      `${name}: too large: shape [${shape.join(', ')}] of type ${hex(type)} needs ${byteLength} bytes; ` +
        `at most ${MAX_BYTE_LENGTH} fit into 32-bit memory.`,
    );
  }
  return { type, kind, shape, headerLength, byteLength };
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/**
 * Parses the bytes of an IDX file, gzipped or not.
 *
 * @param maxBytes the most bytes that it may unpack to. Default: no limit.
 * @throws FormatError as `parseIdx` does, and if it is damaged as gzip or unpacks to more.
 */
export async function unpackIdx(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes = Infinity,
): Promise<IdxArray> {
  // Loaded here, as `parseIdx` is in programs that inflate nothing.
  const { inflateGzip, inflateGzipHead, isGzip } = await import('./gzip.js');
  if (!isGzip(bytes)) return parseIdx(bytes, name);
  // The header says how much there is to inflate, so that a small file cannot swell without end.
  const head = await inflateGzipHead(bytes, MAX_HEADER_LENGTH, name);
  const { kind, shape, byteLength } = parseHeader(head, name);
  const held = shape.includes(0) ? 0 : tensorBytes(shape, kind);
  const unpacked = Math.max(byteLength, held);
  if (unpacked > maxBytes) {
    throw beyondLimit(`${name}: unpacks to ${unpacked} bytes; allowed are ${maxBytes}`);
  }
  return parseIdx(await inflateGzip(bytes, { name, limit: byteLength }), name);
}

/** The bytes of an IDX file. @throws ValueError for more axes than it can have. */
export function encodeIdx({ shape, dtype, data }: FileArray): Uint8Array<ArrayBuffer> {
  if (shape.length > MAX_RANK) {
    throw new ValueError(`writeIdx: IDX holds at most ${MAX_RANK} axes, got ${shape.length}.`);
  }
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, TYPE_OF[dtype]);
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  if (isUint8Array(data)) bytes.set(data, start);
  else if (dtype === 'int32') data.forEach((v, i) => view.setInt32(start + 4 * i, v));
  else data.forEach((v, i) => view.setFloat32(start + 4 * i, v));
  return bytes;
}
