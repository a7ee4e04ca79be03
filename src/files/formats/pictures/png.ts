import { crc32 } from '../bytes.js';
import { inflatedChunks, MAX_RATIO } from '../gzip.js';
import { packedSample, paletteOf } from './palette.js';
import { paeth } from './png-write.js';
import { BYTES_OF_PIXEL, checkSize, damaged } from './raster.js';
import type { PictureFile, PixelKind, Raster } from './raster.js';

const FORMAT = 'PNG';
const SIGNATURE = 8;

/** What IHDR says. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly isInterlaced: boolean;
}

/** By the type of colour: the samples of a pixel, the depths that it may have, and what becomes of it. */
const COLORS: readonly (
  | { readonly samples: number; readonly depths: readonly number[]; readonly kind: PixelKind }
  | undefined
)[] = [
  { samples: 1, depths: [1, 2, 4, 8, 16], kind: 'gray' },
  undefined,
  { samples: 3, depths: [8, 16], kind: 'rgb' },
  { samples: 1, depths: [1, 2, 4, 8], kind: 'palette' },
  { samples: 2, depths: [8, 16], kind: 'grayAlpha' },
  undefined,
  { samples: 4, depths: [8, 16], kind: 'rgba' },
];

/** The chunks of a file that matter here. */
interface Chunks {
  readonly header: Header;
  readonly palette: Uint8Array | undefined;
  readonly transparency: Uint8Array | undefined;
  /** Where the first IDAT chunk begins. */
  readonly data: number;
}

/**
 * The pixels of a PNG file: all depths and types of colour, interlaced too. 16 bits of gray stay 16 bits; of other samples of
 * 16 bits the upper 8 are taken, as Pillow does.
 *
 * @throws FormatError for a file that is damaged, truncated or too large.
 */
export async function readPng(file: PictureFile): Promise<Raster> {
  const { header, palette, transparency, data } = chunksOf(file);
  const { width, height, depth, color } = header;
  const type = COLORS[color];
  if (type?.depths.includes(depth) !== true) {
    throw damaged(file, FORMAT, `${depth} bits a sample do not go with colour type ${color}`);
  }
  const kind = type.kind === 'gray' && depth === 16 ? 'gray16' : type.kind;
  // Rows are taken as they are inflated, so that only the pixels are held.
  checkSize(file, FORMAT, width, height, kind === 'gray16' ? 2 : BYTES_OF_PIXEL[kind]);
  const bits = depth * type.samples;
  const passes = passesOf(header);
  if (bytesOf(passes, bits) > file.bytes.length * MAX_RATIO) {
    throw damaged(
      file,
      FORMAT,
      `${width} × ${height} pixels cannot be in a file of ${file.bytes.length} bytes`,
    );
  }
  const count = width * height * BYTES_OF_PIXEL[kind];
  const pixels = kind === 'gray16' ? new Uint16Array(count) : new Uint8Array(count);
  await readRows(file, data, passes, { width, depth, samples: type.samples, kind }, pixels);
  return {
    width,
    height,
    kind,
    data: pixels,
    palette: kind === 'palette' ? checkedPalette(file, palette, transparency) : undefined,
    transparent: transparentOf(file, kind, depth, transparency),
  };
}

function chunksOf(file: PictureFile): Chunks {
  const { bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let data = bytes.length;
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  for (let at = SIGNATURE; at + 8 <= bytes.length;) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + view.getUint32(at);
    // Of the data the end may be missing: then they do not inflate to a whole picture.
    if (end + 4 > bytes.length && type !== 'IDAT') {
      throw damaged(file, FORMAT, `it ends within its chunk ${type}`);
    }
    const contents = bytes.subarray(at + 8, end);
    if (/^(IHDR|PLTE|tRNS)$/.test(type)) {
      if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
        throw damaged(file, FORMAT, `the check sum of its chunk ${type} is wrong`);
      }
    }
    if (type === 'IHDR' && header === undefined) header = headerOf(file, contents);
    else if (header === undefined) throw damaged(file, FORMAT, `it begins with a chunk ${type}`);
    else if (type === 'PLTE') palette ??= contents;
    else if (type === 'tRNS') transparency ??= contents;
    else if (type === 'IDAT') data = Math.min(data, at);
    else if (type === 'IEND') break;
    at = end + 4;
  }
  if (header === undefined) throw damaged(file, FORMAT, 'it ends before its size');
  return { header, palette, transparency, data };
}

/** The most bytes of the pieces in which data are inflated. */
const PIECE = 1 << 16;

/** The contents of the IDAT chunks from a position on, concatenated. There may be as many chunks as bytes: small ones go together. */
async function* dataFrom(
  bytes: Uint8Array<ArrayBuffer>,
  first: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const room = Math.min(PIECE, bytes.length - first);
  let piece = new Uint8Array(room);
  let filled = 0;
  for (let at = first; at + 8 <= bytes.length;) {
    const type = view.getUint32(at + 4);
    const end = at + 8 + view.getUint32(at);
    const contents = bytes.subarray(at + 8, type === IDAT ? end : at + 8);
    if (type === IEND) break;
    if (filled > 0 && filled + contents.length > room) {
      yield piece.subarray(0, filled);
      [piece, filled] = [new Uint8Array(room), 0];
    }
    if (contents.length > room) yield contents;
    else {
      piece.set(contents, filled);
      filled += contents.length;
    }
    at = end + 4;
  }
  yield piece.subarray(0, filled);
}

// Types of chunks: their letters as a number.
const [IDAT, IEND] = [0x49444154, 0x49454e44];

function headerOf(file: PictureFile, contents: Uint8Array): Header {
  if (contents.length < 13) throw damaged(file, FORMAT, 'its header is too short');
  const view = new DataView(contents.buffer, contents.byteOffset, contents.length);
  const [depth = 0, color = 0, , filter = 0, interlace = 0] = contents.subarray(8, 13);
  if (filter !== 0 || interlace > 1) {
    throw damaged(
      file,
      FORMAT,
      `filter method ${filter} or interlace method ${interlace} is unknown`,
    );
  }
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth, color, isInterlaced: interlace === 1 };
}

/** The pixels x0, x0 + dx … of the rows y0, y0 + dy …; a picture that is not interlaced is one pass. */
interface Pass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, isInterlaced }: Header): Pass[] {
  return (isInterlaced ? ADAM7 : ([[0, 0, 1, 1]] as const))
    .map(([x0, y0, dx, dy]) => ({
      ...{ x0, y0, dx, dy },
      width: Math.ceil((width - x0) / dx),
      height: Math.ceil((height - y0) / dy),
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** The bytes that the data inflate to: rows with a filter each. */
function bytesOf(passes: readonly Pass[], bits: number): number {
  return passes.reduce((sum, pass) => sum + pass.height * (1 + rowBytes(pass, bits)), 0);
}

function rowBytes({ width }: Pass, bits: number): number {
  return Math.ceil((width * bits) / 8);
}

/** Shorter rows are copied byte by byte, which takes less time than to make views of them. */
const SHORT = 64;

/**
 * Puts the rows of all passes into the picture, as they are inflated. What follows is passed over, as libpng does.
 *
 * @throws FormatError for data that are damaged or too short
 */
async function readRows(
  file: PictureFile,
  data: number,
  passes: readonly Pass[],
  layout: Layout,
  pixels: Uint8Array | Uint16Array,
): Promise<void> {
  const bits = layout.depth * layout.samples;
  // Bytes from a pixel to the next, at least 1.
  const step = Math.max(1, bits >> 3);
  const needed = bytesOf(passes, bits);
  let [number, row, filled, length] = [0, 0, 0, 0];
  let pass = passes[0];
  // Each row with its filter. The row above the first is zeros.
  let line = new Uint8Array(pass === undefined ? 0 : 1 + rowBytes(pass, bits));
  let above = new Uint8Array(line.length);
  const compressed = dataFrom(file.bytes, data);
  const source = { bytes: compressed, format: 'deflate', name: file.name } as const;
  for await (const chunk of inflatedChunks(source)) {
    for (let at = 0; at < chunk.length && pass !== undefined;) {
      const count = Math.min(chunk.length - at, line.length - filled);
      if (count < SHORT) for (let i = 0; i < count; i++) line[filled + i] = chunk[at + i] ?? 0;
      else line.set(chunk.subarray(at, at + count), filled);
      [at, filled, length] = [at + count, filled + count, length + count];
      if (filled < line.length) break;
      const undo = FILTERS[line[0] ?? 0];
      if (undo === undefined) {
        throw damaged(file, FORMAT, `the filter ${line[0]} of a row is unknown`);
      }
      undo(line, above, step);
      writeRow(line, pass, row, layout, pixels);
      [line, above, filled] = [above, line, 0];
      if (++row < pass.height) continue;
      row = 0;
      pass = passes[++number];
      line = new Uint8Array(pass === undefined ? 0 : 1 + rowBytes(pass, bits));
      above = new Uint8Array(line.length);
    }
    if (pass === undefined) return;
  }
  throw damaged(file, FORMAT, `its data have ${length} of ${needed} bytes`);
}

/** The inverse of each of the five filters: of a row behind its filter, the row above, and the bytes from a pixel to the next. */
const FILTERS: readonly ((line: Uint8Array, above: Uint8Array, step: number) => void)[] = [
  () => undefined,
  (line, _, step) => {
    for (let i = step + 1; i < line.length; i++) line[i] = (line[i] ?? 0) + (line[i - step] ?? 0);
  },
  (line, above) => {
    for (let i = 1; i < line.length; i++) line[i] = (line[i] ?? 0) + (above[i] ?? 0);
  },
  (line, above, step) => {
    for (let i = 1; i < line.length; i++) {
      const left = i <= step ? 0 : (line[i - step] ?? 0);
      line[i] = (line[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
    }
  },
  (line, above, step) => {
    for (let i = 1; i <= step; i++) line[i] = (line[i] ?? 0) + (above[i] ?? 0);
    for (let i = step + 1; i < line.length; i++) {
      const guess = paeth(line[i - step] ?? 0, above[i] ?? 0, above[i - step] ?? 0);
      line[i] = (line[i] ?? 0) + guess;
    }
  },
];

/** What tells where samples of a pass go. */
interface Layout {
  readonly width: number;
  readonly depth: number;
  readonly samples: number;
  readonly kind: PixelKind;
}

/** Puts a row of a pass into the picture. @param line the samples, behind the filter */
function writeRow(
  line: Uint8Array,
  pass: Pass,
  row: number,
  { width, depth, samples, kind }: Layout,
  pixels: Uint8Array | Uint16Array,
): void {
  // Grays of few bits are spread over the range of a byte; indices into a palette are not.
  const scale = kind === 'palette' || depth >= 8 ? 1 : 255 / (2 ** depth - 1);
  const bytes = depth >> 3;
  const to = ((pass.y0 + row * pass.dy) * width + pass.x0) * samples;
  if (depth === 8 && pass.dx === 1 && line.length > SHORT) {
    pixels.set(line.subarray(1), to);
    return;
  }
  for (let x = 0; x < pass.width; x++) {
    for (let sample = 0; sample < samples; sample++) {
      const i = x * samples + sample;
      let value: number;
      if (depth < 8) {
        value = packedSample(line, 1, i, depth) * scale;
      } else {
        const at = 1 + i * bytes;
        value = line[at] ?? 0;
        if (kind === 'gray16') value = (value << 8) | (line[at + 1] ?? 0);
      }
      pixels[to + x * pass.dx * samples + sample] = value;
    }
  }
}

function checkedPalette(
  file: PictureFile,
  colors: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): Uint8Array {
  if (colors === undefined || colors.length % 3 !== 0 || colors.length > 768) {
    throw damaged(file, FORMAT, 'its palette is missing or has no whole colours');
  }
  return paletteOf(colors, (i) => transparency?.[i] ?? 255);
}

/** The transparent gray or colour, in the numbers of its file, of which each has 16 bits. */
function transparentOf(
  file: PictureFile,
  kind: PixelKind,
  depth: number,
  chunk: Uint8Array | undefined,
): readonly number[] | undefined {
  const count = kind === 'rgb' ? 3 : kind === 'gray' || kind === 'gray16' ? 1 : 0;
  if (chunk === undefined || count === 0) return undefined;
  if (chunk.length < 2 * count) throw damaged(file, FORMAT, 'its transparent colour is cut off');
  const numbers = Array.from(
    { length: count },
    (_, i) => ((chunk[2 * i] ?? 0) << 8) | (chunk[2 * i + 1] ?? 0),
  );
  return depth === 1 ? numbers.map((bit) => (bit === 0 ? 0 : 255)) : numbers;
}
