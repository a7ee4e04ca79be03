import { fileBytes, readElements } from '../elements.js';
import type { FileArray } from '../elements.js';
import { FormatError } from '../../errors.js';
import { bytesOfChunks, placeChunk, readNewerChunks, readOlderChunks } from './chunks.js';
import type { Chunked, Chunks } from './chunks.js';
import type { Cursor, Hdf5File, Limits } from './file.js';
import { isCompressed, readFilters, unfilter } from './filters.js';
import { findMessage, MESSAGE, readShape, readType } from './header.js';
import type { Message } from './header.js';

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
  const need = (type: number): Cursor => {
    const found = findMessage(file, messages, type);
    if (found === undefined) throw file.damaged(`'${path}' is no array`);
    return found;
  };
  const shape = readShape(need(MESSAGE.dataspace));
  const type = readType(need(MESSAGE.datatype));
  if (shape === undefined || type.kind !== 'number') {
    throw new FormatError(
      `${name} holds no numbers of a known kind; readable are bool, integers, float16, float32 and float64.`,
    );
  }
  const bytes = fileBytes(shape, type.of, name);
  const layout = need(MESSAGE.layout);
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
  return { shape, ...readElements(view, type.of, type.isLittle, name) };
}

async function fromChunks(
  chunks: Chunks,
  array: Chunked,
  filters: ReturnType<typeof readFilters>,
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
    placeChunk(target, bytes, offset, chunks.shape, { ...array, shape });
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
