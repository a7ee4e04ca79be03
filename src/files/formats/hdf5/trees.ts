import { FormatError } from '../../../errors.js';
import type { Cursor, Hdf5File } from './file.js';

// The older tree: 'TREE', kind, level, count, two siblings, then key child key child … key.

/** A leaf's entry: the key before a child, and where the child is. */
export interface TreeEntry {
  readonly key: Cursor;
  readonly child: number | undefined;
}

/** Kinds of trees. */
export const GROUP_TREE = 0;
export const CHUNK_TREE = 1;

/** The entries of all leaves, in order. @param keyLength bytes of a key @throws FormatError */
export function* treeEntries(
  file: Hdf5File,
  address: number | undefined,
  kind: number,
  keyLength: number,
  level?: number,
): Generator<TreeEntry, void, undefined> {
  const headLength = 8 + 2 * file.addressSize;
  const head = file.at(address, headLength);
  const start = head.position;
  head.expect('TREE');
  const [found, depth, count] = [head.number(1), head.number(1), head.number(2)];
  // Levels count down to the leaves: so a tree has an end.
  if (found !== kind || (level !== undefined && level !== depth)) {
    throw file.damaged(`the tree at ${start} is none`);
  }
  const entries = file.at(start + headLength, count * (keyLength + file.addressSize) + keyLength);
  for (let i = 0; i < count; i++) {
    const key = entries.take(keyLength);
    const child = entries.address();
    if (depth === 0) yield { key, child };
    else yield* treeEntries(file, child, kind, keyLength, depth - 1);
  }
}

// The newer tree, here of links and attributes where there are many: a header 'BTHD', leaves 'BTLF' that hold records,
// and nodes 'BTIN' that hold records and then children: address, number of records, and above the lowest such level
// also the number of records below.

// Eight levels of the smallest nodes hold more than any file has.
const MAX_DEPTH = 16;

/** All records, in no particular order. @throws FormatError */
export function* treeRecords(
  file: Hdf5File,
  address: number | undefined,
): Generator<Cursor, void, undefined> {
  const head = file.at(address, 16 + file.addressSize + 2 + file.lengthSize);
  head.expect('BTHD');
  head.version('B-tree', 0);
  head.skip(1);
  const [nodeSize, recordSize, depth] = [head.number(4), head.number(2), head.number(2)];
  head.skip(2);
  const [root, count] = [head.address(), head.number(2)];
  if (recordSize === 0 || nodeSize < 10 + recordSize || depth > MAX_DEPTH) {
    throw new FormatError(`${file.label}: damaged HDF5 file: a tree of nodes that hold nothing.`);
  }
  if (count > 0) {
    const levels = levelsOf(file, nodeSize, recordSize, depth);
    yield* nodeRecords(file, root, count, depth, levels, recordSize);
  }
}

/** Bytes of the numbers that stand next to a child's address, for the children on each level. */
interface Level {
  readonly countBytes: number;
  readonly totalBytes: number;
}

function levelsOf(file: Hdf5File, nodeSize: number, recordSize: number, depth: number): Level[] {
  const inLeaf = Math.floor((nodeSize - 10) / recordSize);
  const countBytes = bytesFor(inLeaf);
  const levels: Level[] = [{ countBytes, totalBytes: 0 }];
  let total = inLeaf;
  for (let level = 1; level <= depth; level++) {
    const pointer = file.addressSize + countBytes + (levels[level - 1]?.totalBytes ?? 0);
    const inNode = Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer));
    total = (inNode + 1) * total + inNode;
    levels.push({ countBytes, totalBytes: bytesFor(total) });
  }
  return levels;
}

/** Bytes that numbers up to `limit` take. */
function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(limit, 1)) / 8) + 1;
}

function* nodeRecords(
  file: Hdf5File,
  address: number | undefined,
  count: number,
  level: number,
  levels: readonly Level[],
  recordSize: number,
): Generator<Cursor, void, undefined> {
  const { countBytes = 0, totalBytes = 0 } = levels[level - 1] ?? {};
  const pointer = level === 0 ? 0 : file.addressSize + countBytes + totalBytes;
  const node = file.at(address, 6 + count * recordSize + (count + 1) * pointer);
  node.expect(level === 0 ? 'BTLF' : 'BTIN');
  node.skip(2);
  for (let i = 0; i < count; i++) yield node.take(recordSize);
  for (let i = 0; level > 0 && i <= count; i++) {
    const [child, inside] = [node.address(), node.number(countBytes)];
    node.skip(totalBytes);
    yield* nodeRecords(file, child, inside, level - 1, levels, recordSize);
  }
}

// The newer heap, in which links and attributes lie where there are many. Its objects have addresses in one long row,
// which is cut into blocks: rows of `width` blocks each, the first two rows of the smallest size, each further one of
// twice that of the row before. Up to some size a block holds objects ('FHDB'), beyond it again rows of blocks
// ('FHIB').

/** Objects by their identifiers. */
export interface FractalHeap {
  /** Bytes of an identifier. */
  readonly idLength: number;
  /** @param id an identifier @throws FormatError */
  object(id: Cursor): Cursor;
}

interface Heap {
  readonly file: Hdf5File;
  readonly offsetBytes: number;
  readonly width: number;
  readonly smallest: number;
  /** Rows whose blocks hold objects. */
  readonly directRows: number;
}

/** @throws FormatError */
export function openFractalHeap(file: Hdf5File, address: number | undefined): FractalHeap {
  const { addressSize, lengthSize } = file;
  const head = file.at(address, 22 + 12 * lengthSize + 3 * addressSize);
  head.expect('FRHP');
  head.version('heap', 0);
  const [idLength, filters] = [head.number(2), head.number(2)];
  if (filters > 0) {
    throw new FormatError(
      `${file.label}: compresses its lists. Save it again with h5py's defaults.`,
    );
  }
  head.skip(1);
  const largestObject = head.number(4);
  head.skip(lengthSize);
  const hugeTree = head.address();
  head.skip(lengthSize + addressSize + 8 * lengthSize);
  const [width, smallest, largest] = [head.number(2), head.length(), head.length()];
  const offsetBytes = Math.ceil(head.number(2) / 8);
  head.skip(2);
  const [root, rows] = [head.address(), head.number(2)];
  const lengthBytes = Math.min(bytesFor(largest), bytesFor(largestObject));
  const directRows = Math.log2(largest / smallest) + 2;
  const fits = width > 0 && smallest > 0 && Number.isInteger(directRows) && directRows >= 2;
  if (!fits || offsetBytes > 8) throw file.damaged('a heap has no sizes');
  const heap = { file, offsetBytes, width, smallest, directRows };
  return {
    idLength,
    object(id) {
      const type = (id.number(1) >> 4) & 3;
      if (type === 0) {
        const [offset, length] = [id.number(offsetBytes), id.number(lengthBytes)];
        return managed(heap, root, rows, offset, length);
      }
      if (type === 1) return huge(file, hugeTree, id.number(Math.min(lengthSize, id.left)));
      return tiny(id);
    },
  };
}

/** In a block; `rows` is 0 if the root is the only one. */
function managed(
  heap: Heap,
  root: number | undefined,
  rows: number,
  offset: number,
  length: number,
): Cursor {
  const { file, offsetBytes, width, smallest, directRows } = heap;
  let [block, rowCount, inside] = [root, rows, offset];
  while (rowCount > 0) {
    let [row, size] = [0, smallest];
    while (inside >= width * size && row < rowCount) {
      inside -= width * size;
      if (++row > 1) size *= 2;
    }
    if (row >= rowCount) throw file.damaged('an object lies beyond its heap');
    const column = Math.floor(inside / size);
    inside -= column * size;
    const before = 5 + file.addressSize + offsetBytes;
    const node = file.at(block, before + file.addressSize * (row * width + column + 1));
    node.expect('FHIB');
    node.skip(node.left - file.addressSize);
    block = node.address();
    // Smaller each time, so that this has an end.
    const inRow = Math.log2(size / (smallest * width)) + 1;
    const next = row < directRows ? 0 : Math.floor(inRow);
    if (next >= rowCount || next < 0) throw file.damaged('the blocks of a heap do not fit');
    rowCount = next;
  }
  file.at(block, 4).expect('FHDB');
  return file.at((block ?? 0) + inside, length);
}

/** Beyond the size that a block takes: by itself. */
function huge(file: Hdf5File, tree: number | undefined, id: number): Cursor {
  for (const record of treeRecords(file, tree)) {
    const [address, length] = [record.address(), record.length()];
    if (record.length() === id) return file.at(address, length);
  }
  throw file.damaged('a large object is not in its heap');
}

/** In the identifier itself. */
function tiny(id: Cursor): Cursor {
  id.position--;
  const length = (id.number(1) & 15) + 1;
  return id.take(length);
}
