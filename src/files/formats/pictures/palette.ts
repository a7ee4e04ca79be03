// Pictures whose samples are indices.

/** 256 colours of four bytes. Those that are missing are black. @param colors red, green and blue of each */
export function paletteOf(
  colors: Uint8Array,
  alphaOf: (index: number) => number = () => 255,
): Uint8Array {
  const palette = new Uint8Array(1024);
  for (let i = 0; i < 256; i++) {
    palette.set(colors.subarray(3 * i, 3 * i + 3), 4 * i);
    palette[4 * i + 3] = alphaOf(i);
  }
  return palette;
}

/** Whether colours are the grays 0, 1, 2 …, times `step`: then the indices are the picture. */
export function isRamp(colors: Uint8Array, step = 1): boolean {
  return colors.every((value, i) => value === step * Math.floor(i / 3));
}

/** Sample `i` of a row that begins at `start`: 1, 2, 4 or 8 bits, the first in the upper bits of its byte. */
export function packedSample(bytes: Uint8Array, start: number, i: number, bits: number): number {
  const bit = i * bits;
  return ((bytes[start + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
}
