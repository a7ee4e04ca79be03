import { FormatError } from '../../errors.js';
import type { Cursor, Hdf5File } from './file.js';

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

/** Bytes of the numbers that stand beside a child's address, for the children on each level. */
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
export function bytesFor(limit: number): number {
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
