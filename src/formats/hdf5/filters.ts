import { inflate } from '../inflate.js';
import { FormatError } from '../../errors.js';
import type { Cursor } from './file.js';

// What was done to the bytes of a chunk before they were written, in order. Reading undoes it, from the end.

/** A step of it. */
export interface Filter {
  readonly id: number;
  /** The first of its numbers: how many bytes an element has, for the shuffle. */
  readonly value: number;
}

const DEFLATE = 1;
const SHUFFLE = 2;
const CHECK_SUM = 3;
const KNOWN = [DEFLATE, SHUFFLE, CHECK_SUM];
/** No file has more, and none of the three makes sense twice. */
const MAX_FILTERS = 8;

/** @param name the array, for messages @throws FormatError for filters that are not known here. */
export function readFilters(message: Cursor, name: string): Filter[] {
  const version = message.version('list of filters', 1, 2);
  const count = message.number(1);
  if (version === 1) message.skip(6);
  if (count > MAX_FILTERS) throw new FormatError(`${name} has ${count} filters.`);
  const filters = Array.from({ length: count }, () => {
    const id = message.number(2);
    const isNamed = version === 1 || id >= 256;
    const nameLength = isNamed ? message.number(2) : 0;
    message.skip(2);
    const values = message.number(2);
    message.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const value = values === 0 ? 0 : message.number(4);
    message.skip(4 * Math.max(values - 1, 0) + (version === 1 && values % 2 === 1 ? 4 : 0));
    return { id, value };
  });
  const unknown = filters.filter(({ id }) => !KNOWN.includes(id)).map(({ id }) => id);
  if (unknown.length === 0) return filters;
  throw new FormatError(
    `${name} is compressed by HDF5 filter ${unknown.join(', ')}; readable is gzip. Save it again without compression.`,
  );
}

/** Whether the bytes of a file become more. */
export function isCompressed(filters: readonly Filter[]): boolean {
  return filters.some(({ id }) => id === DEFLATE);
}

/**
 * The bytes of a chunk as they were.
 *
 * @param mask a bit for each filter that was left out
 * @param length how many bytes are to come out
 * @throws FormatError
 */
export async function unfilter(
  stored: Uint8Array<ArrayBuffer>,
  filters: readonly Filter[],
  mask: number,
  length: number,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = stored;
  for (const [i, { id, value }] of [...filters.entries()].reverse()) {
    if ((mask >>> i) & 1) continue;
    if (id === DEFLATE) {
      // Check sums may stand before it.
      bytes = await inflate({ bytes, format: 'deflate', name }, length + 4 * filters.length);
    } else if (id === SHUFFLE) bytes = unshuffle(bytes, value);
    else bytes = withoutCheckSum(bytes, name);
  }
  if (bytes.length === length) return bytes;
  throw new FormatError(`${name} has a chunk of ${bytes.length} bytes, expected ${length}.`);
}

/** First bytes of all elements, then their second bytes, and so on → elements. */
function unshuffle(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const count = size < 2 ? 0 : Math.floor(bytes.length / size);
  // What is no whole element stays where it is.
  const elements = bytes.slice();
  for (let byte = 0; count > 0 && byte < size; byte++) {
    for (let i = 0; i < count; i++) elements[i * size + byte] = bytes[byte * count + i] ?? 0;
  }
  return elements;
}

function withoutCheckSum(bytes: Uint8Array<ArrayBuffer>, name: string): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(0, Math.max(bytes.length - 4, 0));
  const stored = bytes.subarray(data.length);
  const sum = fletcher32(data);
  if (stored.length === 4 && stored.every((byte, i) => byte === ((sum >>> (8 * i)) & 255))) {
    return data;
  }
  throw new FormatError(`${name} is damaged: its check sum is wrong. Get the file again.`);
}

/** Fletcher's sum of 16-bit words, the first byte of each the higher one. */
function fletcher32(bytes: Uint8Array): number {
  let [low, high] = [0, 0];
  // Before sums of 32 bits could overflow.
  const piece = 720;
  const fold = (sum: number): number => (sum & 0xffff) + (sum >>> 16);
  for (let start = 0; start < bytes.length; start += piece) {
    const end = Math.min(start + piece, bytes.length);
    for (let i = start; i < end; i += 2) {
      low += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
      high += low;
    }
    [low, high] = [fold(low), fold(high)];
  }
  return ((fold(high) << 16) | fold(low)) >>> 0;
}
