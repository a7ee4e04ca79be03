import { GROUP_TREE, treeEntries, treeRecords, openFractalHeap } from './trees.js';
import type { Cursor, Hdf5File } from './file.js';
import { findMessage, MESSAGE } from './header.js';
import type { Message } from './header.js';

// What is in a group stands in one of three ways:
//
//     a message SYMBOL_TABLE   a tree whose leaves are tables ('SNOD'), and a heap of the names ('HEAP'); the usual one
//     messages LINK            one for each member
//     a message LINK_INFO      a heap of such messages, and a tree that finds them, where there are many

/** Where a member of a group is: in the file, under another path, or outside. */
export type Link =
  | { readonly kind: 'object'; readonly address: number | undefined }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'outside' };

/** The members by their names; undefined for an object that is not a group. @throws FormatError */
export function readLinks(
  file: Hdf5File,
  messages: readonly Message[],
): ReadonlyMap<string, Link> | undefined {
  const table = findMessage(file, messages, MESSAGE.symbolTable);
  if (table !== undefined) return new Map(symbols(file, table));
  const info = findMessage(file, messages, MESSAGE.linkInfo);
  const single = messages.filter(({ type }) => type === MESSAGE.link);
  if (info === undefined && single.length === 0) return undefined;
  const dense = info === undefined ? [] : denseMessages(file, info, { orderBytes: 8, idAt: 4 });
  return new Map([...single.map((message) => message.open()), ...dense].map(readLink));
}

function* symbols(file: Hdf5File, table: Cursor): Generator<[string, Link], void, undefined> {
  const [tree, heap] = [table.address(), table.address()];
  const head = file.at(heap, 8 + 2 * file.lengthSize + file.addressSize);
  head.expect('HEAP');
  head.version('heap', 0);
  head.skip(3);
  const size = head.length();
  head.skip(file.lengthSize);
  const { position: start, end } = file.at(head.address(), size);
  const text = (offset: number): string => file.zeroTerminated(start + offset, end);
  for (const { child } of treeEntries(file, tree, GROUP_TREE, file.lengthSize)) {
    const node = file.at(child, 8);
    const first = node.end;
    node.expect('SNOD');
    node.skip(2);
    const count = node.number(2);
    const entries = file.at(first, count * (2 * file.addressSize + 24));
    for (let i = 0; i < count; i++) {
      const name = text(entries.number(file.addressSize));
      const address = entries.address();
      const isPath = entries.number(4) === 2;
      entries.skip(4);
      const scratch = entries.take(16);
      yield isPath
        ? [name, { kind: 'path', path: text(scratch.number(4)) }]
        : [name, { kind: 'object', address }];
    }
  }
}

function readLink(message: Cursor): [string, Link] {
  message.version('link', 1);
  const flags = message.number(1);
  const type = flags & 8 ? message.number(1) : 0;
  message.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = message.text(message.number(1 << (flags & 3)));
  if (type === 0) return [name, { kind: 'object', address: message.address() }];
  if (type === 1) return [name, { kind: 'path', path: message.text(message.number(2)) }];
  return [name, { kind: 'outside' }];
}

/**
 * The messages that a message LINK_INFO or ATTRIBUTE_INFO leads to: none if there are few.
 *
 * @param orderBytes of a number that may stand in front @param idAt where the tree's records hold the identifier
 */
export function* denseMessages(
  file: Hdf5File,
  info: Cursor,
  { orderBytes, idAt }: { readonly orderBytes: number; readonly idAt: number },
): Generator<Cursor, void, undefined> {
  info.version('list', 0);
  if (info.number(1) & 1) info.skip(orderBytes);
  const [heapAt, tree] = [info.address(), info.address()];
  if (heapAt === undefined) return;
  const heap = openFractalHeap(file, heapAt);
  for (const record of treeRecords(file, tree)) {
    record.skip(idAt);
    yield heap.object(record.take(heap.idLength));
  }
}
