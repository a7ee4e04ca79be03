// Pictures: as large as their bounds allow, or made of very many small parts.
import { deflateSync } from 'node:zlib';
import { crc32 } from '../../../src/files/formats/bytes.js';
import { IS_WHOLE, scaled } from './builders.js';
import type { Bytes } from './builders.js';
import type { Attack, CostlyFile } from './loaders.js';

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Bytes =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const repeated = (part: readonly number[], count: number): Bytes =>
  new Uint8Array(Buffer.alloc(part.length * count, Uint8Array.from(part)));
const u16 = (n: number): number[] => [n >> 8, n & 255];
const u32 = (n: number): number[] => [...u16(n >>> 16), ...u16(n & 0xffff)];
const le = (n: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(n / 256 ** i) & 255);
const letters = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** The most pixels that are allowed, so many of them across. */
const PIXELS = 89_478_485;
type Size = readonly [width: number, height: number];
const square: Size = [9459, 9459];

const chunk = (type: string, contents: Uint8Array | readonly number[]): Bytes => {
  const body = joined(letters(type), contents);
  return joined(u32(contents.length), body, u32(crc32(body)));
};

/** The first column and row of each pass of an interlaced picture, and the steps to the next. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const; // prettier-ignore

/** Zeros as samples, under the filter with that number. */
function png(
  [width, height]: Size,
  { depth = 8, color = 2, interlaced = false, filter = 0, more = [] as Uint8Array[], cut = 0 } = {},
): Bytes {
  const samples = [1, 0, 3, 1, 2, 0, 4][color] ?? 1;
  const rowBytes = (pixels: number): number => 1 + Math.ceil((pixels * depth * samples) / 8);
  const row = Buffer.alloc(rowBytes(width));
  row[0] = filter;
  const data = deflateSync(
    interlaced
      ? Buffer.alloc(PASSES.reduce((sum, [x, y, dx, dy]) => sum + Math.ceil((height - y) / dy) * rowBytes(Math.max(0, Math.ceil((width - x) / dx))), 0)) // prettier-ignore
      : Buffer.alloc(row.length * height, row),
  );
  const pieces =
    cut === 0
      ? [chunk('IDAT', data)]
      : Array.from({ length: Math.ceil(data.length / cut) }, (_, i) =>
          chunk('IDAT', data.subarray(i * cut, (i + 1) * cut)),
        );
  return joined(
    [0x89, ...letters('PNG'), 13, 10, 26, 10],
    chunk('IHDR', [...u32(width), ...u32(height), depth, color, 0, 0, Number(interlaced)]),
    ...(color === 3 ? [chunk('PLTE', [1, 2, 3, 4, 5, 6])] : []),
    ...more,
    ...pieces,
    chunk('IEND', []),
  );
}

const segment = (marker: number, contents: Uint8Array | readonly number[] = []): Bytes =>
  joined([0xff, marker, ...u16(contents.length + 2)], contents);

/** A JPEG file whose codes are one bit long, all zero. @param sampling that of the first component */
function jpeg(
  [width, height]: Size,
  { count = 3, sampling = 0x22, progressive = false, scans = 1, before = [] as Uint8Array[] } = {},
): Bytes {
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  const [h, v] = [sampling >> 4, sampling & 15];
  const mcus = Math.ceil(width / (8 * h)) * Math.ceil(height / (8 * v));
  const blocks = mcus * (h * v + count - 1);
  // A code of one bit for the value 0, in both tables.
  const codes = (table: number): number[] => [table, 1, ...Array<number>(15).fill(0), 0];
  const tables = [segment(0xdb, [0, ...Array<number>(64).fill(1)]), segment(0xc4, [...codes(0), ...codes(16)])]; // prettier-ignore
  const frame = [8, ...u16(height), ...u16(width), count, ...ids.flatMap((id) => [id, id === 1 ? sampling : 0x11, 0])]; // prettier-ignore
  const range = progressive ? [0, 0, 0] : [0, 63, 0];
  const scan = segment(0xda, [count, ...ids.flatMap((id) => [id, 0]), ...range]);
  const data = new Uint8Array(Math.ceil((blocks * (progressive ? 1 : 2)) / 8) + 8);
  return joined(
    [0xff, 0xd8],
    ...before,
    ...tables,
    segment(progressive ? 0xc2 : 0xc0, frame),
    repeated([...joined(scan, data.length > 1e6 ? [] : data)], scans),
    data.length > 1e6 ? data : [],
    [0xff, 0xd9],
  );
}

/** A GIF file of one colour: strings of it that grow by a pixel each. */
function gif([width, height]: Size, before: Uint8Array = new Uint8Array(0)): Bytes {
  const out: number[] = [];
  let [buffer, filled] = [0, 0];
  const put = (code: number, size: number): void => {
    buffer |= code << filled;
    for (filled += size; filled >= 8; filled -= 8, buffer >>>= 8) out.push(buffer & 255);
  };
  for (let pixels = 0; pixels < width * height;) {
    put(4, pixels === 0 ? 3 : 12);
    let [next, size] = [6, 3];
    put(0, size);
    pixels++;
    for (let length = 2; next < 4096 && pixels < width * height; length++, next++) {
      put(next, size);
      pixels += length;
      if (next + 1 === 2 ** size && size < 12) size++;
    }
    // From here on the longest string, 12 bits each.
  }
  put(5, 12);
  put(0, 8);
  const blocks: number[][] = [];
  for (let at = 0; at < out.length; at += 255) {
    const piece = out.slice(at, at + 255);
    blocks.push([piece.length, ...piece]);
  }
  return joined(
    letters('GIF89a'),
    [...le(width, 2), ...le(height, 2), 0x80, 0, 0, 1, 2, 3, 4, 5, 6],
    before,
    [0x2c, 0, 0, 0, 0, ...le(width, 2), ...le(height, 2), 0, 2],
    ...blocks,
    [0, 0x3b],
  );
}

/** A BMP file of runs, or of bits. */
function bmp([width, height]: Size, bits: 1 | 8 | 24): Bytes {
  const rows = Math.ceil((width * bits) / 32) * 4 * height;
  const run = Array.from({ length: Math.ceil(width / 255) }, (_, i) => [
    Math.min(255, width - 255 * i),
    1,
  ]).flat();
  const data = bits === 8 ? repeated([...run, 0, 0], height) : new Uint8Array(rows);
  const colors = bits === 24 ? 0 : 2;
  const at = 54 + 4 * colors;
  const header = [40, width, height].flatMap((n) => le(n, 4));
  return joined(
    [...letters('BM'), ...le(at + data.length, 4), 0, 0, 0, 0, ...le(at, 4)],
    [...header, 1, 0, bits, 0, ...le(bits === 8 ? 1 : 0, 4), ...le(0, 12), ...le(colors, 4), ...le(0, 4)],
    colors === 0 ? [] : [1, 2, 3, 0, 4, 5, 6, 0],
    data,
  ); // prettier-ignore
}

const riff = (...chunks: readonly Uint8Array[]): Bytes => {
  const body = joined(letters('WEBP'), ...chunks);
  return joined(letters('RIFF'), le(body.length, 4), body);
};

const riffChunk = (type: string, contents: Uint8Array | readonly number[]): Bytes =>
  joined(letters(type), le(contents.length, 4), contents, contents.length % 2 === 0 ? [] : [0]);

/** A lossless WebP picture of one colour, whose codes have no bits. */
function webp([width, height]: Size, before: readonly Uint8Array[] = []): Bytes {
  // 14 bits each of the size, alpha, the version, no transform, no cache, one set of codes; five codes of one symbol each.
  let [bits, at] = [0n, 0n];
  const put = (value: number, count: number): void => {
    bits |= BigInt(value) << at;
    at += BigInt(count);
  };
  put(width - 1, 14);
  put(height - 1, 14);
  put(1, 1);
  put(0, 3 + 1 + 1 + 1);
  for (let i = 0; i < 5; i++) put(0b0001, 4);
  const packed = Array.from({ length: 24 }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
  return riff(...before, riffChunk('VP8L', [0x2f, ...packed]));
}

const side = (count: number): Size => [Math.floor(Math.sqrt(count)), Math.floor(Math.sqrt(count))];

/** Files of many small parts. */
const parts: Readonly<Record<string, () => Bytes>> = {
  'JPEG of empty EXIF segments': () =>
    jpeg([16, 16], { before: [repeated([0xff, 0xe1, 0, 2], scaled(2_400_000, 250_000))] }),
  'JPEG of comments': () =>
    jpeg([16, 16], { before: [repeated([0xff, 0xfe, 0, 2], scaled(2_400_000))] }),
  'JPEG of markers that stand alone': () =>
    jpeg([16, 16], { before: [repeated([0xff, 0xd0], scaled(4_900_000))] }),
  'JPEG of tables': () =>
    jpeg([16, 16], {
      before: [repeated([...segment(0xdb, [0, ...Array<number>(64).fill(1)])], scaled(140_000))],
    }),
  'JPEG of scans': () => jpeg([16, 16], { scans: scaled(400_000) }),
  'progressive JPEG of scans': () => jpeg([16, 16], { scans: scaled(400_000), progressive: true }),
  'PNG of IDAT of one byte': () => png([800, 800], { cut: 1, more: [repeated([...chunk('IDAT', [])], scaled(800_000))] }), // prettier-ignore
  'PNG of palettes': () =>
    png([8, 8], { color: 3, more: [repeated([...chunk('PLTE', [1, 2, 3])], scaled(650_000))] }),
  'GIF of extensions': () => gif([16, 16], repeated([0x21, 0xfe, 0], scaled(3_300_000))),
  'GIF of nothing': () => gif([16, 16], repeated([0], scaled(9_900_000))),
  'WebP of chunks': () =>
    webp([16, 16], [riffChunk('VP8X', [0, 0, 0, 0, 15, 0, 0, 15, 0, 0]), repeated([...riffChunk('XXXX', [])], scaled(1_200_000))]), // prettier-ignore
};

/** Files whose pixels are many. */
const large: Readonly<Record<string, () => Bytes>> = {
  'PNG, gray': () => png(square, { color: 0 }),
  'PNG, gray of 16 bits': () => png(square, { color: 0, depth: 16 }),
  'PNG, a bit': () => png(square, { color: 0, depth: 1 }),
  'PNG, RGB': () => png(square),
  'PNG, RGBA under the filter of Paeth': () => png(side(80e6), { color: 6, filter: 4 }),
  'PNG, RGBA of 16 bits': () => png(side(80e6), { color: 6, depth: 16 }),
  'PNG, gray and alpha': () => png(square, { color: 4 }),
  'PNG, palette': () => png(square, { color: 3 }),
  'PNG, RGB interlaced': () => png(square, { interlaced: true }),
  'PNG, a pixel wide': () => png([1, PIXELS], { color: 0 }),
  'PNG, a pixel wide, interlaced': () => png([1, PIXELS], { color: 0, interlaced: true }),
  'PNG, a pixel high': () => png([PIXELS, 1], { color: 0 }),
  'JPEG 4:2:0': () => jpeg(side(55e6)),
  'JPEG 4:4:4': () => jpeg(side(55e6), { sampling: 0x11 }),
  'JPEG, gray': () => jpeg(side(55e6), { count: 1, sampling: 0x11 }),
  'JPEG, all pixels': () => jpeg(square),
  'JPEG, progressive 4:2:0': () => jpeg(side(47e6), { progressive: true }),
  'JPEG, progressive 4:4:4': () => jpeg(side(39e6), { progressive: true, sampling: 0x11 }),
  'JPEG, progressive of many scans': () => jpeg(side(2e6), { progressive: true, scans: 2000 }),
  'JPEG, inks': () => jpeg(side(29e6), { count: 4, sampling: 0x11 }),
  GIF: () => gif(square),
  'BMP of runs': () => bmp(square, 8),
  'BMP of bits': () => bmp([8900, 8900], 1),
  'BMP of colours': () => bmp([1800, 1800], 24),
  'WebP, lossless': () => webp(side(38e6)),
  'WebP, lossless, all pixels': () => webp(square),
};

const of = (all: Readonly<Record<string, () => Bytes>>, kind: CostlyFile['kind']): Attack[] =>
  Object.entries(all).map(([name, make]) => ({ name: `${kind}: ${name}`, kind, make }));

/** In a short run one of each format, with its own way to hold pixels. */
const SHORT_RUN = ['PNG, RGB', 'JPEG 4:2:0', 'JPEG, progressive 4:4:4', 'GIF', 'WebP, lossless'];

export const pictures: readonly Attack[] = [
  ...of(parts, 'picture'),
  ...(IS_WHOLE
    ? [
        ...of(large, 'picture'),
        ...of(large, 'picture as RGBA'),
        ...of(large, 'picture as grays'),
        ...of(large, 'picture made small'),
        ...of(large, 'picture of a data set'),
      ]
    : of(large, 'picture').filter(({ name }) =>
        SHORT_RUN.includes(name.slice('picture: '.length)),
      )),
];
