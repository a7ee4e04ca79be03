import { isRamp, paletteOf } from './palette.js';
import { checkSize, damaged } from './raster.js';
import type { PictureFile, Raster } from './raster.js';

const FORMAT = 'GIF';

/** The most pixels that a code of 12 bits can stand for, with room for what the table learns. */
const PIXELS_OF_BYTE = 4096;

/** Where a frame lies on the screen. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The first frame of a GIF file on its screen. What the frame does not cover is transparent, or has the colour 0, as in Pillow.
 *
 * @throws FormatError for a file that is damaged, truncated or too large, or has no frame.
 */
export function readGif(file: PictureFile): Raster {
  const { bytes } = file;
  const u16 = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const ended = (): Error => damaged(file, FORMAT, 'it ends before its first frame');
  if (bytes.length < 13) throw ended();
  const flags = bytes[10] ?? 0;
  let at = 13;
  let colors: Uint8Array | undefined;
  if ((flags & 128) !== 0) {
    const length = 3 * 2 ** ((flags & 7) + 1);
    colors = bytes.subarray(at, at + length);
    at += length;
  }
  let transparent = -1;
  for (;;) {
    const block = bytes[at++];
    if (block === undefined || block === 0x3b) throw ended();
    if (block === 0x21) {
      const label = bytes[at++];
      if (label === 0xf9 && (bytes[at] ?? 0) >= 4 && ((bytes[at + 1] ?? 0) & 1) !== 0) {
        transparent = bytes[at + 4] ?? -1;
      }
      at = afterBlocks(bytes, at);
      continue;
    }
    // Bytes between blocks that mean nothing are passed over.
    if (block !== 0x2c) continue;
    if (at + 9 > bytes.length) throw ended();
    const frame = { left: u16(at), top: u16(at + 2), width: u16(at + 4), height: u16(at + 6) };
    const local = bytes[at + 8] ?? 0;
    at += 9;
    if ((local & 128) !== 0) {
      const length = 3 * 2 ** ((local & 7) + 1);
      colors = bytes.subarray(at, at + length);
      at += length;
    }
    return frameOf(file, frame, {
      width: Math.max(u16(6), frame.left + frame.width),
      height: Math.max(u16(8), frame.top + frame.height),
      colors,
      transparent,
      isInterlaced: (local & 64) !== 0,
      at,
    });
  }
}

/** What a frame needs of its surroundings. */
interface Screen {
  readonly width: number;
  readonly height: number;
  readonly colors: Uint8Array | undefined;
  /** The index that is transparent; −1: none. */
  readonly transparent: number;
  readonly isInterlaced: boolean;
  /** Where the data begin. */
  readonly at: number;
}

function frameOf(file: PictureFile, frame: Frame, screen: Screen): Raster {
  const { width, height, colors, transparent } = screen;
  // The screen, and the frame before it is put there.
  checkSize(file, FORMAT, width, height, 2);
  checkSize(file, FORMAT, frame.width, frame.height, 2, file.bytes.length * PIXELS_OF_BYTE);
  const data = new Uint8Array(width * height);
  if (transparent >= 0) data.fill(transparent);
  const indices = unpack(file, screen.at, frame.width * frame.height);
  rowsOf(frame.height, screen.isInterlaced).forEach((y, row) => {
    const line = indices.subarray(row * frame.width, (row + 1) * frame.width);
    data.set(line, (frame.top + y) * width + frame.left);
  });
  if (colors === undefined || isRamp(colors)) {
    return { width, height, kind: 'gray', data, transparent: transparent < 0 ? undefined : [transparent] }; // prettier-ignore
  }
  const palette = paletteOf(colors, (i) => (i === transparent ? 0 : 255));
  return { width, height, kind: 'palette', data, palette };
}

/** The rows in the order in which they come. */
function rowsOf(height: number, isInterlaced: boolean): number[] {
  const passes = isInterlaced ? [[0, 8], [4, 8], [2, 4], [1, 2]] : [[0, 1]]; // prettier-ignore
  return passes.flatMap(([first = 0, step = 1]) =>
    Array.from(
      { length: Math.max(0, Math.ceil((height - first) / step)) },
      (_, i) => first + i * step,
    ),
  );
}

/** Where the next block begins, behind sub-blocks. */
function afterBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = bytes[at++];
    if (length === undefined || length === 0) return at;
    at += length;
  }
}

/** LZW: codes of growing width, each a string of pixels that the table holds as its last pixel and the string before. */
function unpack(file: PictureFile, start: number, count: number): Uint8Array {
  const { bytes } = file;
  const minimum = bytes[start] ?? 0;
  if (minimum < 1 || minimum > 12) {
    throw damaged(file, FORMAT, `its codes begin with ${minimum} bits`);
  }
  const clear = 2 ** minimum;
  const prefix = new Uint16Array(4096);
  const suffix = new Uint8Array(4096);
  const lengths = new Uint16Array(4096);
  for (let i = 0; i < clear; i++) {
    suffix[i] = i;
    lengths[i] = 1;
  }
  const pixels = new Uint8Array(count);
  let [filled, next, width, previous] = [0, clear + 2, minimum + 1, -1];
  let [buffer, bits, at, left] = [0, 0, start + 1, 0];
  while (filled < count) {
    while (bits < width) {
      if (left === 0) {
        left = bytes[at++] ?? 0;
        if (left === 0) throw damaged(file, FORMAT, `it has ${filled} of ${count} pixels`);
      }
      const byte = bytes[at++];
      if (byte === undefined) throw damaged(file, FORMAT, `it has ${filled} of ${count} pixels`);
      buffer |= byte << bits;
      bits += 8;
      left--;
    }
    const code = buffer & (2 ** width - 1);
    buffer >>>= width;
    bits -= width;
    if (code === clear) {
      [next, width, previous] = [clear + 2, minimum + 1, -1];
      continue;
    }
    if (code === clear + 1) throw damaged(file, FORMAT, `it has ${filled} of ${count} pixels`);
    const isNew = code === next && previous >= 0;
    if (code >= next && !isNew) throw damaged(file, FORMAT, `the code ${code} is not known yet`);
    // A code that is just being made is the string before and its own first pixel again.
    const source = isNew ? previous : code;
    const length = lengths[source] ?? 1;
    let first = source;
    for (let i = length - 1; i >= 0; i--) {
      const pixel = suffix[first] ?? 0;
      if (filled + i < count) pixels[filled + i] = pixel;
      if (i > 0) first = prefix[first] ?? 0;
    }
    const head = suffix[first] ?? 0;
    if (isNew && filled + length < count) pixels[filled + length] = head;
    filled += length + (isNew ? 1 : 0);
    if (previous >= 0 && next < 4096) {
      prefix[next] = previous;
      suffix[next] = head;
      lengths[next] = (lengths[previous] ?? 0) + 1;
      next++;
      if (next === 2 ** width && width < 12) width++;
    }
    previous = code;
  }
  return pixels;
}
