import type { Cursor, Hdf5File } from './file.js';

// An object (a group or an array) is a header: messages, each of a type, in one block or several.
//
//     version 1   version, count, size | messages, 8 bytes of header each
//     version 2   'OHDR', flags, times, size | messages, 4 or 6 bytes of header each | check sum
//
// A message of type CONTINUATION says where the next block is; those of version 2 begin with 'OCHK'.

/** Types of messages. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFill: 0x04,
  fill: 0x05,
  link: 0x06,
  external: 0x07,
  layout: 0x08,
  groupInfo: 0x0a,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** A message of an object. */
export interface Message {
  readonly type: number;
  /** Whether the message stands elsewhere in the file, for several objects. */
  readonly isShared: boolean;
  /** A cursor of its own each time. */
  open(): Cursor;
}

interface Header {
  readonly version: number;
  /** Bytes of the header of a message. */
  readonly messageHeader: number;
  readonly block: Cursor;
}

/** All messages of the object there. @throws FormatError */
export function readMessages(file: Hdf5File, address: number | undefined): Message[] {
  const { version, messageHeader, block } = readHeader(file, address);
  const messages: Message[] = [];
  const blocks = [block];
  for (let next = blocks.pop(); next !== undefined; next = blocks.pop()) {
    // Less than the header of a message is a gap.
    while (next.left >= messageHeader) {
      const type = next.number(version === 1 ? 2 : 1);
      const size = next.number(2);
      const flags = next.number(1);
      next.skip(messageHeader - (version === 1 ? 5 : 4));
      const { position: start } = next.take(size);
      if (type === MESSAGE.continuation) {
        const where = file.at(start, size);
        const [at, length] = [where.address(), where.length()];
        blocks.push(continued(file.at(at, length), version));
      } else {
        messages.push({ type, isShared: (flags & 2) !== 0, open: () => file.at(start, size) });
      }
    }
  }
  return messages;
}

function readHeader(file: Hdf5File, address: number | undefined): Header {
  const head = file.at(address, 16);
  const start = head.position;
  if (head.number(1) === 1) {
    head.skip(7);
    return { version: 1, messageHeader: 8, block: file.at(start + 16, head.number(4)) };
  }
  head.position = start;
  head.expect('OHDR');
  head.version('object header', 2);
  const flags = head.number(1);
  const skipped = (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const rest = file.at(start + 6, skipped + sizeBytes);
  rest.skip(skipped);
  const block = file.at(start + 6 + skipped + sizeBytes, rest.number(sizeBytes));
  return { version: 2, messageHeader: flags & 4 ? 6 : 4, block };
}

function continued(block: Cursor, version: number): Cursor {
  if (version === 1) return block;
  block.expect('OCHK');
  return block.take(block.left - 4);
}

/** The first message of that type; undefined if there is none. @throws FormatError for one that stands elsewhere. */
export function findMessage(
  file: Hdf5File,
  messages: readonly Message[],
  type: number,
): Cursor | undefined {
  const found = messages.find((message) => message.type === type);
  if (found?.isShared === true) throw file.damaged('it shares a type that has a name of its own');
  return found?.open();
}
