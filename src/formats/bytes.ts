import { FormatError, ValueError } from '../errors.js';

/** The most bytes that a file may have, or unpack to, unless more are allowed: 1 GiB. */
export const DEFAULT_MAX_BYTES = 2 ** 30;

/** The error for a file that takes more bytes than allowed. @param problem the file's name, and how many */
export function beyondLimit(problem: string): FormatError {
  return new FormatError(`${problem}. If you trust it, allow more with maxBytes.`);
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

/** The chunks one behind the other. */
export function concatenate(chunks: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
