import { concatenate, crc32 } from '../bytes.js';
import { deflate } from '../gzip.js';
import type { Pixels } from './convert.js';

/** The colour type of PNG, by channels. */
const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

/**
 * A PNG file of the pixels: gray, RGB or RGBA, 8 bits a sample, or 16 of gray. Deflate is the host's, so the bytes may differ
 * between hosts; the pixels do not.
 */
export async function encodePng(pixels: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, channels, data } = pixels;
  const depth = data.BYTES_PER_ELEMENT * 8;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([depth, COLOR_TYPES[channels]], 8);
  const rows = filtered(pixels);
  return concatenate([
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', header),
    chunk('IDAT', await deflate(rows, 'deflate')),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, contents: Uint8Array): Uint8Array {
  const body = concatenate([Array.from(type, (letter) => letter.charCodeAt(0)), contents]);
  const whole = new Uint8Array(body.length + 8);
  const view = new DataView(whole.buffer);
  view.setUint32(0, contents.length);
  whole.set(body, 4);
  view.setUint32(body.length + 4, crc32(body));
  return whole;
}

/** Each row with the filter that leaves the smallest differences, which deflate packs best. */
function filtered({ width, height, channels, data }: Pixels): Uint8Array<ArrayBuffer> {
  const bytes = data.BYTES_PER_ELEMENT;
  const step = channels * bytes;
  const length = width * step;
  const out = new Uint8Array(height * (length + 1));
  const row = new Uint8Array(length);
  const above = new Uint8Array(length);
  const tried = FILTERS.map(() => new Uint8Array(length));
  for (let y = 0; y < height; y++) {
    above.set(row);
    for (let i = 0; i < length; i++) {
      const value = data[((y * length + i) / bytes) | 0] ?? 0;
      row[i] = bytes === 2 && i % 2 === 0 ? value >> 8 : value;
    }
    if (y === 0) above.fill(0);
    let [best, least] = [0, Infinity];
    FILTERS.forEach((filter, kind) => {
      const line = tried[kind];
      if (line === undefined) return;
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const left = i < step ? 0 : (row[i - step] ?? 0);
        const corner = i < step ? 0 : (above[i - step] ?? 0);
        const value = ((row[i] ?? 0) - filter(left, above[i] ?? 0, corner)) & 255;
        line[i] = value;
        sum += Math.min(value, 256 - value);
      }
      if (sum < least) [best, least] = [kind, sum];
    });
    out[y * (length + 1)] = best;
    out.set(tried[best] ?? row, y * (length + 1) + 1);
  }
  return out;
}

/** What each filter guesses, of the bytes to the left, above and in between. */
const FILTERS: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

/** The one of three neighbours that is closest to left + above − corner. */
export function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
