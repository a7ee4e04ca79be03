/** The bytes of a typed array, not copied; little-endian, as every host of WebAssembly SIMD is. */
export function bytesOfData(data: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
