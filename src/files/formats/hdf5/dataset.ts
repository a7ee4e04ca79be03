import { readTexts } from './attributes.js';
import { fileBytes, kindName, readElements } from '../elements.js';
import type { DescribedArray, FileArray } from '../elements.js';
import { FormatError } from '../../../errors.js';
import { bytesOfChunks, copyChunk, readNewerChunks, readOlderChunks } from './chunks.js';
import type { Chunked, Chunks } from './chunks.js';
import type { Cursor, Hdf5File, Limits } from './file.js';
import { inflate } from '../gzip.js';
import { findMessage, MESSAGE, readShape, readType } from './header.js';
import type { ElementType, Message } from './header.js';

const BFLOAT16 = { kind: 'number', of: 'bf2', size: 2, isLittle: true } as const;

/** What an array is, without its elements. @throws FormatError for one that is damaged. */
export function describeDataset(
  file: Hdf5File,
  messages: readonly Message[],
  path: string,
): Omit<DescribedArray, 'owner'> {
  const { shape, type } = datasetType(file, messages, path);
  const name = `${file.label}: '${path}'`;
  if (type.kind === 'number') {
    const bytes = fileBytes(shape ?? [0], type.of, name);
    return { path, shape: shape ?? [], dtype: kindName(type.of), bytes };
  }
  // Bounded as that of bytes.
  fileBytes(shape ?? [], 'u1', name);
  return {
    path,
    shape: shape ?? [],
    dtype: type.kind === 'bytes' ? 'bytes' : type.kind === 'unknown' ? 'unknown' : 'text',
    bytes: undefined,
  };
}

/** Shape and type of the elements. HDF5 has no bfloat16: Keras writes its two bytes, and says so. */
function datasetType(
  file: Hdf5File,
  messages: readonly Message[],
  path: string,
): { readonly shape: readonly number[] | undefined; readonly type: ElementType } {
  const need = (type: number): Cursor => {
    const found = findMessage(file, messages, type);
    if (found === undefined) throw file.damaged(`'${path}' is not an array`);
    return found;
  };
  const shape = readShape(need(MESSAGE.dataspace));
  const stored = readType(need(MESSAGE.datatype));
  const isBfloat =
    stored.kind === 'bytes' &&
    stored.size === 2 &&
    readTexts(file, messages, 'dtype') === 'bfloat16';
  return { shape, type: isBfloat ? BFLOAT16 : stored };
}

// Layouts: in the header, in one piece (1), in chunks, in other files (3).
const IN_THE_HEADER = 0;
const IN_CHUNKS = 2;

/**
 * An array.
 *
 * @param path its path in the file
 * @throws FormatError for one that is damaged, holds no numbers, lies in other files, or has more bytes than allowed.
 */
export async function readDataset(
  file: Hdf5File,
  messages: readonly Message[],
  path: string,
  limits: Limits,
): Promise<FileArray> {
  const name = `${file.label}: '${path}'`;
  const { shape, type } = datasetType(file, messages, path);
  if (shape === undefined || type.kind !== 'number') {
    throw new FormatError(
      `${name} holds no numbers of a known kind; readable are bool, integers, float16, bfloat16, float32 and float64.`,
    );
  }
  const bytes = fileBytes(shape, type.of, name);
  const layout = findMessage(file, messages, MESSAGE.layout);
  if (layout === undefined) throw file.damaged(`'${path}' is not an array`);
  const version = layout.version('layout', 3, 4);
  const kind = layout.number(1);
  if (kind > IN_CHUNKS || findMessage(file, messages, MESSAGE.external) !== undefined) {
    throw new FormatError(`${name} lies in other files.`);
  }
  const elements = async (): Promise<Uint8Array<ArrayBuffer>> => {
    const fill = fillValue(file, messages, type.size);
    if (kind === IN_CHUNKS) {
      const message = findMessage(file, messages, MESSAGE.filters);
      const filters = message === undefined ? [] : readFilters(message, name);
      const array = { shape, size: type.size, isFiltered: filters.length > 0, name };
      const read = version === 3 ? readOlderChunks : readNewerChunks;
      const chunks = read(file, layout, array);
      const all = bytesOfChunks(chunks, array);
      limits.countBytes(all, isCompressed(filters), path);
      return fromChunks(chunks, array, filters, filled(bytes, fill));
    }
    limits.countBytes(bytes, false, path);
    if (kind === IN_THE_HEADER) {
      const size = layout.number(2);
      if (size === bytes) return layout.raw(size);
      throw file.damaged(`'${path}' has ${size} bytes, but its shape needs ${bytes}`);
    }
    const address = layout.address();
    // Nothing was ever written.
    if (address === undefined) return filled(bytes, fill);
    const { position, end } = file.at(address, bytes);
    return file.bytes.subarray(position, end);
  };
  const all = bytes === 0 ? new Uint8Array(0) : await elements();
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  const read = readElements(view, type.of, type.isLittle, name);
  return { shape, ...read, ...(type.of === 'f2' ? { isHalf: true } : {}) };
}

async function fromChunks(
  chunks: Chunks,
  array: Chunked,
  filters: readonly Filter[],
  target: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { shape, size, name } = array;
  const length = chunks.shape.reduce((product, each) => product * each, size);
  // Each stands once, so that many that lead to the same bytes are not read for ever.
  const taken = new Set<string>();
  for (const { offset, stored, mask } of chunks.list()) {
    const bytes = await unfilter(stored, filters, mask, length, name);
    const at = offset.join();
    if (taken.has(at)) throw new FormatError(`${name} has two chunks at [${at}].`);
    taken.add(at);
    copyChunk(target, bytes, offset, chunks.shape, { ...array, shape });
  }
  return target;
}

/** What an element is where nothing was written: its bytes, or none for zero. */
function fillValue(file: Hdf5File, messages: readonly Message[], size: number): Uint8Array {
  const message = findMessage(file, messages, MESSAGE.fill);
  if (message !== undefined) {
    const version = message.version('fill value', 1, 2, 3);
    const flags = version === 3 ? message.number(1) : message.number(3);
    const isGiven = version === 3 ? flags & 0x20 : version === 1 || flags >>> 16 !== 0;
    if (isGiven && message.number(4) === size) return message.raw(size);
  }
  return new Uint8Array(0);
}

function filled(length: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (value.some((byte) => byte !== 0)) {
    for (let at = 0; at < length; at += value.length) bytes.set(value, at);
  }
  return bytes;
}

// What was done to the bytes of a chunk before they were written, in order. Reading undoes it, from the end.

/** A step of it. */
interface Filter {
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
function readFilters(message: Cursor, name: string): Filter[] {
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
function isCompressed(filters: readonly Filter[]): boolean {
  return filters.some(({ id }) => id === DEFLATE);
}

/**
 * The bytes of a chunk as they were.
 *
 * @param mask a bit for each filter that was left out
 * @param length how many bytes are to come out
 * @throws FormatError
 */
async function unfilter(
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
  // Bytes beyond the last whole element stay in place.
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
