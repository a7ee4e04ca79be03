import { FormatError } from '../../errors.js';
import { bytesFor, treeRecords } from './b-tree-2.js';
import type { Cursor, Hdf5File } from './file.js';

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
