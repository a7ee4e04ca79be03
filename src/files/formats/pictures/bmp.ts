import { isRamp, packedSample, paletteOf } from './palette.js';
import { checkSize, damaged, unsupported } from './raster.js';
import type { PictureFile, Raster } from './raster.js';

const FORMAT = 'BMP';

/** How pixels are packed. */
const [RGB, RLE8, RLE4, BITFIELDS] = [0, 1, 2, 3];

/** Bytes of headers; the oldest has 12. */
const HEADERS = [12, 40, 52, 56, 64, 108, 124];

/** What the headers say. */
interface Header {
  readonly width: number;
  readonly height: number;
  /** The first row in the file is the bottom one. */
  readonly isUpward: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly colors: number;
  /** Which bits of a pixel are red, green, blue and alpha. */
  readonly masks: readonly number[];
  /** Where the palette begins, and bytes of one of its colours. */
  readonly paletteAt: number;
  readonly colorBytes: number;
  readonly dataAt: number;
}

/**
 * The pixels of a BMP file: 1, 4, 8, 16, 24 and 32 bits a pixel, runs of 8 and 4 bits too.
 *
 * @throws FormatError for a file that is damaged, truncated or too large, and for packings that Pillow does not read either.
 */
export function readBmp(file: PictureFile): Raster {
  const header = headerOf(file);
  const { width, height, bits, compression } = header;
  const isPacked = compression === RLE8 || compression === RLE4;
  // Runs may leave the rest of a picture out.
  const most = isPacked ? Infinity : (file.bytes.length * 8) / bits;
  // Indices, before and after they are turned; the bytes of pixels and four samples.
  checkSize(file, FORMAT, width, height, bits <= 8 ? 2 : bits / 8 + 4, most);
  if (bits <= 8) return indexed(file, header, isPacked);
  return direct(file, header);
}

function headerOf(file: PictureFile): Header {
  const { bytes } = file;
  if (bytes.length < 26) throw damaged(file, FORMAT, 'it ends within its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(14, true);
  if (!HEADERS.includes(size) || 14 + size > bytes.length) {
    throw damaged(file, FORMAT, `a header of ${size} bytes is unknown`);
  }
  const isOld = size === 12;
  const stated = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const isDownward = !isOld && bytes[25] === 0xff;
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? RGB : view.getUint32(30, true);
  const masks = compression === BITFIELDS ? masksOf(file, view, size >= 56 ? 4 : 3) : [];
  const colors = (isOld ? 0 : view.getUint32(46, true)) || 2 ** bits;
  const paletteAt = 14 + size;
  const colorBytes = isOld ? 3 : 4;
  const dataAt = view.getUint32(10, true);
  // Some writers forget that the palette stands in between.
  const isForgotten = dataAt === paletteAt && bits <= 8;
  return {
    width: isOld ? view.getUint16(18, true) : view.getUint32(18, true),
    height: isDownward ? -stated : stated,
    isUpward: !isDownward,
    bits,
    compression,
    colors,
    masks,
    paletteAt,
    colorBytes,
    dataAt: isForgotten ? dataAt + colors * colorBytes : dataAt,
  };
}

/** The masks behind the first 40 bytes of a header, or behind a header of 40 bytes. */
function masksOf(file: PictureFile, view: DataView, count: number): number[] {
  const first = 54;
  if (view.byteLength < first + 4 * count) throw damaged(file, FORMAT, 'it ends within its header');
  const masks = Array.from({ length: count }, (_, i) => view.getUint32(first + 4 * i, true));
  return masks.every((mask) => mask === 0) ? [0xff0000, 0xff00, 0xff, 0xff000000] : masks;
}

/** Pictures with a palette. */
function indexed(file: PictureFile, header: Header, isPacked: boolean): Raster {
  const { bytes } = file;
  const { width, height, bits, compression, colors, paletteAt, colorBytes } = header;
  const isKnown = isPacked ? bits === (compression === RLE8 ? 8 : 4) : compression === RGB;
  if (![1, 4, 8].includes(bits) || !isKnown) throw packing(file, header);
  if (colors > 256) throw damaged(file, FORMAT, `a palette of ${colors} colours is too large`);
  const given = new Uint8Array(3 * colors);
  for (let i = 0; i < colors; i++) {
    const at = paletteAt + i * colorBytes;
    const [blue = 0, green = 0, red = 0] = bytes.subarray(at, at + 3);
    given.set([red, green, blue], 3 * i);
  }
  const data = isPacked ? runs(file, header) : rows(file, header, bits);
  // Black and white are grays too.
  const step = colors === 2 ? 255 : 1;
  if (!isRamp(given, step)) {
    return { width, height, kind: 'palette', data, palette: paletteOf(given) };
  }
  if (colors === 2) for (let i = 0; i < data.length; i++) data[i] = data[i] === 0 ? 0 : 255;
  return { width, height, kind: 'gray', data };
}

/** Indices of `bits` bits, or bytes, of rows that are padded to 4 bytes. */
function rows(file: PictureFile, header: Header, bits: number): Uint8Array {
  const { bytes } = file;
  const { width, height, isUpward, dataAt } = header;
  const length = Math.ceil((width * bits) / 32) * 4;
  requireData(file, dataAt, (height - 1) * length + Math.ceil((width * bits) / 8));
  const count = bits < 8 ? 1 : bits / 8;
  const data = new Uint8Array(width * height * count);
  for (let y = 0; y < height; y++) {
    const from = dataAt + y * length;
    const to = (isUpward ? height - 1 - y : y) * width * count;
    if (bits >= 8) {
      data.set(bytes.subarray(from, from + width * count), to);
      continue;
    }
    for (let x = 0; x < width; x++) data[to + x] = packedSample(bytes, from, x, bits);
  }
  return data;
}

/** Runs of equal indices: two bytes a run, or after a 0 an order, or indices one by one. */
function runs(file: PictureFile, header: Header): Uint8Array {
  const { bytes } = file;
  const { width, height, isUpward, bits, dataAt } = header;
  const count = width * height;
  const data = new Uint8Array(count);
  let [at, filled, x] = [dataAt, 0, 0];
  const put = (index: number): void => {
    if (filled < count) data[filled++] = index;
    x++;
  };
  while (filled < count) {
    const [length, value] = [bytes[at], bytes[at + 1]];
    if (length === undefined || value === undefined) break;
    at += 2;
    if (length > 0) {
      // Runs end with their row.
      const fits = Math.min(length, Math.max(0, width - x));
      for (let i = 0; i < fits; i++)
        put(bits === 8 ? value : i % 2 === 0 ? value >> 4 : value & 15);
    } else if (value === 0) {
      while (filled % width !== 0 && filled < count) filled++;
      x = 0;
    } else if (value === 1) break;
    else if (value === 2) {
      const [right = 0, up = 0] = bytes.subarray(at, at + 2);
      at += 2;
      filled = Math.min(count, filled + right + up * width);
      x = filled % width;
    } else {
      const byteCount = bits === 8 ? value : Math.ceil(value / 2);
      for (let i = 0; i < value; i++) {
        const byte = bytes[at + (bits === 8 ? i : i >> 1)];
        if (byte === undefined) break;
        put(bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
      }
      at += byteCount;
      at += at % 2;
    }
  }
  if (filled < count) throw damaged(file, FORMAT, `it has ${filled} of ${count} pixels`);
  if (!isUpward) return data;
  const turned = new Uint8Array(count);
  for (let y = 0; y < height; y++) {
    turned.set(data.subarray(y * width, (y + 1) * width), (height - 1 - y) * width);
  }
  return turned;
}

/** Pictures whose pixels are colours. */
function direct(file: PictureFile, header: Header): Raster {
  const { width, height, bits, compression, masks } = header;
  if (![16, 24, 32].includes(bits)) throw packing(file, header);
  if (compression !== RGB && compression !== BITFIELDS) throw packing(file, header);
  const pixels = rows(file, header, bits);
  const fields = bitFieldsOf(masks.length === 0 ? DEFAULT_MASKS[bits] : masks, bits);
  const [red, green, blue, alpha] = fields;
  if (red === undefined || green === undefined || blue === undefined) throw packing(file, header);
  const samples = alpha === undefined ? 3 : 4;
  const data = new Uint8Array(width * height * samples);
  const bytes = bits / 8;
  for (let i = 0; i < width * height; i++) {
    const at = i * bytes;
    let word = 0;
    for (let byte = 0; byte < bytes; byte++) word |= (pixels[at + byte] ?? 0) << (8 * byte);
    data[i * samples] = sampleOf(word, red);
    data[i * samples + 1] = sampleOf(word, green);
    data[i * samples + 2] = sampleOf(word, blue);
    if (alpha !== undefined) data[i * samples + 3] = sampleOf(word, alpha);
  }
  return { width, height, kind: alpha === undefined ? 'rgb' : 'rgba', data };
}

/** Which bits are red, green and blue where the file does not say so, by the bits of a pixel. */
const DEFAULT_MASKS: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x3e0, 0x1f],
  24: [0xff0000, 0xff00, 0xff],
  32: [0xff0000, 0xff00, 0xff],
};

/** Where a sample stands in a pixel. */
interface BitField {
  readonly shift: number;
  readonly largest: number;
}

/** The bit fields of masks that are runs of bits. */
function bitFieldsOf(masks: readonly number[] | undefined, bits: number): (BitField | undefined)[] {
  return (masks ?? []).map((mask) => {
    if (mask === 0 || mask >= 2 ** bits) return undefined;
    const shift = 31 - Math.clz32(mask & -mask);
    const largest = mask >>> shift;
    return (largest & (largest + 1)) === 0 ? { shift, largest } : undefined;
  });
}

/** A sample as a byte; fewer bits are spread over its range. */
function sampleOf(word: number, { shift, largest }: BitField): number {
  const value = ((word >>> shift) & largest) >>> 0;
  return largest === 255 ? value : Math.floor((value * 255) / largest);
}

function requireData(file: PictureFile, at: number, needed: number): void {
  const there = file.bytes.length - at;
  if (there < needed) throw damaged(file, FORMAT, `its data have ${there} of ${needed} bytes`);
}

function packing(file: PictureFile, { bits, compression }: Header): Error {
  return unsupported(
    file,
    FORMAT,
    `a packing of ${bits} bits with compression ${compression}`,
    'Save the picture as PNG.',
  );
}
