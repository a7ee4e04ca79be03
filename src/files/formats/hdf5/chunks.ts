import { FormatError } from '../../../errors.js';
import { CHUNK_TREE, treeEntries } from './trees.js';
import type { Cursor, Hdf5File } from './file.js';

// An array in chunks: blocks of one shape, each of which lies somewhere in the file, or nowhere, if nothing was ever
// written there. The older layout finds them through a tree, the newer one in four other ways, of which those are read
// here in which arrays lie that cannot grow.

/** The blocks of an array. */
export interface Chunks {
  /** Lengths of the axes of each block. */
  readonly shape: readonly number[];
  /** The blocks that are in the file. @throws FormatError */
  list(): Iterable<Chunk>;
}

/** A block. */
export interface Chunk {
  /** Indices of the first element, one an axis. */
  readonly offset: readonly number[];
  readonly stored: Uint8Array<ArrayBuffer>;
  /** A bit for each filter that was left out. */
  readonly mask: number;
}

/** What the layout of an array is for. */
export interface Chunked {
  readonly shape: readonly number[];
  /** Bytes of an element. */
  readonly size: number;
  readonly isFiltered: boolean;
  /** The name in messages. */
  readonly name: string;
}

/** The older layout: rank + 1 axes, the tree, the lengths of the axes, the last of which is an element's. */
export function readOlderChunks(file: Hdf5File, layout: Cursor, array: Chunked): Chunks {
  const rank = layout.number(1) - 1;
  const tree = layout.address();
  const lengths = Array.from({ length: rank + 1 }, () => layout.number(4));
  const { shape, bytes } = checkShape(lengths, array);
  return {
    shape,
    *list() {
      if (tree === undefined) return;
      for (const { key, child } of treeEntries(file, tree, CHUNK_TREE, 8 + 8 * (rank + 1))) {
        const [size, mask] = [key.number(4), key.number(4)];
        const offset = shape.map(() => key.number(8));
        // Without filters it is as long as it must be, whatever is said.
        const { position, end } = file.at(child, array.isFiltered ? size : bytes);
        yield { offset, stored: file.bytes.subarray(position, end), mask };
      }
    },
  };
}

// How the newer layout finds its chunks.
const SINGLE = 1;
const IN_A_ROW = 2;
const FIXED = 3;

/** The newer layout: flags, rank + 1 axes, bytes of a length, the lengths, and how chunks are found. */
export function readNewerChunks(file: Hdf5File, layout: Cursor, array: Chunked): Chunks {
  const flags = layout.number(1);
  const rank = layout.number(1) - 1;
  const lengthBytes = layout.number(1);
  if (lengthBytes > 8) throw file.damaged(`lengths of ${lengthBytes} bytes`);
  const lengths = Array.from({ length: rank + 1 }, () => layout.number(lengthBytes));
  const { shape, bytes } = checkShape(lengths, array);
  const kind = layout.number(1);
  const grid = array.shape.map((length, axis) => Math.ceil(length / (shape[axis] ?? 1)));
  const chunk = (index: number, address: number, size: number, mask: number): Chunk => {
    const { position, end } = file.at(address, size);
    const offset: number[] = [];
    let rest = index;
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      const count = grid[axis] ?? 1;
      offset.unshift((rest % count) * (shape[axis] ?? 1));
      rest = Math.floor(rest / count);
    }
    return { offset, stored: file.bytes.subarray(position, end), mask };
  };
  const count = grid.reduce((product, length) => product * length, 1);
  if (kind === SINGLE) {
    const isFiltered = (flags & 2) !== 0;
    const [size, mask] = isFiltered ? [layout.length(), layout.number(4)] : [bytes, 0];
    const address = layout.address();
    return { shape, list: () => (address === undefined ? [] : [chunk(0, address, size, mask)]) };
  }
  if (kind === IN_A_ROW) {
    const address = layout.address();
    return {
      shape,
      *list() {
        if (address === undefined) return;
        for (let i = 0; i < count; i++) yield chunk(i, address + i * bytes, bytes, 0);
      },
    };
  }
  if (kind === FIXED) {
    layout.skip(1);
    const address = layout.address();
    return {
      shape,
      *list() {
        if (address === undefined) return;
        for (const { index, at, size = bytes, mask } of fixedArray(file, address, count)) {
          if (at !== undefined) yield chunk(index, at, size, mask);
        }
      },
    };
  }
  throw new FormatError(
    `${array.name} can grow and is kept in a way (${kind}) that is not read here. Save it again with h5py's defaults.`,
  );
}

interface FixedEntry {
  readonly index: number;
  readonly at: number | undefined;
  /** Undefined without filters. */
  readonly size?: number;
  readonly mask: number;
}

/** Where chunks are, one after the other: a header 'FAHD', and a block 'FADB', cut into pages if it is long. */
function* fixedArray(
  file: Hdf5File,
  address: number,
  count: number,
): Generator<FixedEntry, void, undefined> {
  const { addressSize, lengthSize } = file;
  const head = file.at(address, 8 + lengthSize + addressSize);
  head.expect('FAHD');
  head.version('list of chunks', 0);
  const isFiltered = head.number(1) === 1;
  const [entryBytes, pageBits, entries] = [head.number(1), head.number(1), head.length()];
  const block = head.address() ?? file.bytes.length;
  const sizeBytes = entryBytes - addressSize - 4;
  const isEntry = isFiltered ? sizeBytes > 0 && sizeBytes <= 8 : entryBytes === addressSize;
  if (!isEntry || pageBits > 31 || entries < count) throw file.damaged('a list of chunks is none');
  const perPage = 2 ** pageBits;
  const pages = entries > perPage ? Math.ceil(entries / perPage) : 0;
  const start = 6 + addressSize + Math.ceil(pages / 8);
  const bits = file.at(block, start);
  bits.expect('FADB');
  bits.skip(2 + addressSize);
  const isWritten = bits.raw(bits.left);
  // Check sums stand behind the bits and behind each page.
  let at = block + start + (pages === 0 ? 0 : 4);
  for (let first = 0, page = 0; first < count; page++) {
    const length = pages === 0 ? entries : Math.min(perPage, entries - first);
    const here = Math.min(length, count - first);
    if (pages === 0 || ((isWritten[page >> 3] ?? 0) >> (7 - (page & 7))) & 1) {
      const list = file.at(at, here * entryBytes);
      for (let i = 0; i < here; i++) {
        const where = list.address();
        const size = isFiltered ? { size: list.number(sizeBytes) } : {};
        yield { index: first + i, at: where, ...size, mask: isFiltered ? list.number(4) : 0 };
      }
    }
    at += length * entryBytes + 4;
    first += length;
  }
}

/** The lengths of a chunk's axes, and its bytes. */
function checkShape(
  lengths: readonly number[],
  { shape, size, name }: Chunked,
): { readonly shape: readonly number[]; readonly bytes: number } {
  const chunk = lengths.slice(0, -1);
  if (lengths.at(-1) !== size || chunk.length !== shape.length || chunk.includes(0)) {
    throw new FormatError(
      `${name} of shape [${shape.join(', ')}] lies in chunks of [${chunk.join(', ')}].`,
    );
  }
  return { shape: chunk, bytes: lengths.reduce((product, length) => product * length, 1) };
}

/** Bytes that all chunks take together, those that are not in the file as well. */
export function bytesOfChunks(chunks: Chunks, { shape, size }: Chunked): number {
  return shape.reduce((product, length, axis) => {
    const of = chunks.shape[axis] ?? 1;
    return product * Math.ceil(length / of) * of;
  }, size);
}

/** Puts a chunk in its place; what reaches beyond the array is left out. */
export function copyChunk(
  target: Uint8Array,
  elements: Uint8Array,
  offset: readonly number[],
  chunk: readonly number[],
  { shape, size, name }: Chunked,
): void {
  const isWithin = offset.every(
    (at, axis) => at < (shape[axis] ?? 0) && at % (chunk[axis] ?? 1) === 0,
  );
  if (!isWithin) throw new FormatError(`${name} has a chunk at [${offset.join(', ')}].`);
  const strides = (lengths: readonly number[]): number[] =>
    lengths.map((_, axis) =>
      lengths.slice(axis + 1).reduce((product, length) => product * length, size),
    );
  const [into, from] = [strides(shape), strides(chunk)];
  const copy = (axis: number, to: number, at: number): void => {
    const count = Math.min(chunk[axis] ?? 1, (shape[axis] ?? 1) - (offset[axis] ?? 0));
    if (axis >= shape.length - 1) target.set(elements.subarray(at, at + count * size), to);
    else {
      for (let i = 0; i < count; i++) {
        copy(axis + 1, to + i * (into[axis] ?? 0), at + i * (from[axis] ?? 0));
      }
    }
  };
  copy(
    0,
    offset.reduce((sum, at, axis) => sum + at * (into[axis] ?? 0), 0),
    0,
  );
}
