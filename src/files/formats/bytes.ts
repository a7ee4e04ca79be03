import { FormatError, ValueError } from '../../errors.js';

/** The most bytes that a file may have, or unpack to, unless more are allowed: 1 GiB. */
export const DEFAULT_MAX_BYTES = 2 ** 30;

/** Makes the error for a file that takes more bytes than allowed. @param problem the file's name, and how many */
export type TooLarge = (problem: string) => FormatError;

/** What to do where the caller has an option `maxBytes`. */
export const ALLOW_MORE = ' If you trust it, allow more with maxBytes.';

/** The error where the caller has that option. */
export function beyondLimit(problem: string): FormatError {
  return new FormatError(`${problem}.${ALLOW_MORE}`);
}

/** The bytes of a buffer, not copied. @throws ValueError if it was given away by `postMessage`. */
export function bytesOfBuffer(buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(buffer);
  } catch {
    throw new ValueError('cannot read an ArrayBuffer that was transferred. Give a copy.');
  }
}

/** The bytes of a typed array, not copied; little-endian, as every host of WebAssembly SIMD is. */
export function bytesOfData(data: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Two hexadecimal digits for each byte, in lower case. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The chunks one behind the other. */
export function concatenate(chunks: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(lengthOf(chunks));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

/** The length of all chunks together. */
export function lengthOf(chunks: readonly ArrayLike<number>[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

/** Whether the bytes begin with a length below 4 GiB in eight bytes, and JSON. */
export function beginsAsSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0);
}

/** The table of a CRC of 32 bits, bits reflected. */
function crcTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest;
  });
}

const CRC32 = crcTable(0xedb88320);

/** The check sum of zip, gzip and PNG, CRC-32, of the bytes after those whose check sum is `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  return checkSum(CRC32, bytes, before);
}

let castagnoli: Uint32Array | undefined;

/** CRC-32C, the check sum of records of TensorFlow. */
export function crc32c(bytes: Uint8Array): number {
  castagnoli ??= crcTable(0x82f63b78);
  return checkSum(castagnoli, bytes, 0);
}

function checkSum(table: Uint32Array, bytes: Uint8Array, before: number): number {
  let crc = ~before;
  const { length } = bytes;
  // Not for…of, which takes five times as long (measured).
  for (let at = 0; at < length; at++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
  }
  return ~crc >>> 0;
}
