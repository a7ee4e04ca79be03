import { ValueError } from '../errors.js';

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
