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
