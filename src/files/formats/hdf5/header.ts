import type { ElementKind } from '../elements.js';
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

/** The lengths of a dataspace's axes: none for a lone element, undefined where there is no element at all. */
export function readShape(space: Cursor): number[] | undefined {
  const version = space.version('dataspace', 1, 2);
  const rank = space.number(1);
  space.skip(1);
  const type = space.number(1);
  if (version === 1) space.skip(4);
  if (version === 2 && type === 2) return undefined;
  return Array.from({ length: rank }, () => space.length());
}

/** A type of elements, as far as it is known here. */
export type ElementType =
  | {
      readonly kind: 'number';
      readonly size: number;
      readonly of: ElementKind;
      readonly isLittle: boolean;
    }
  | { readonly kind: 'text'; readonly size: number; readonly isPadded: boolean }
  | { readonly kind: 'text elsewhere'; readonly size: number }
  | { readonly kind: 'bytes'; readonly size: number }
  | { readonly kind: 'unknown'; readonly size: number };

// Classes of types.
const INTEGER = 0;
const FLOAT = 1;
const TEXT = 3;
const OPAQUE = 5;
const ENUM = 8;
const VARIABLE = 9;

/** Where exponent and fraction of a float lie: bits of the exponent, from which on, and of the fraction. */
const FLOATS: Readonly<Record<string, ElementKind>> = {
  '2: 10 5 0 10': 'f2',
  '4: 23 8 0 23': 'f4',
  '8: 52 11 0 52': 'f8',
};

/** @throws FormatError for a type that ends too early. */
export function readType(type: Cursor): ElementType {
  const first = type.number(1) & 15;
  const bits = type.number(3);
  const size = type.number(4);
  const unknown = { kind: 'unknown', size } as const;
  if (first === TEXT) return { kind: 'text', size, isPadded: (bits & 15) === 2 };
  if (first === OPAQUE) return { kind: 'bytes', size };
  if (first === VARIABLE) return (bits & 15) === 1 ? { kind: 'text elsewhere', size } : unknown;
  if (first === ENUM) {
    // Python's bool is an enum of bytes.
    const base = readType(type);
    return base.kind === 'number' && base.size === 1 && size === 1
      ? { ...base, of: 'b1' }
      : unknown;
  }
  if (first !== INTEGER && first !== FLOAT) return unknown;
  const isLittle = (bits & 1) === 0;
  // All bits of an element count.
  if (type.number(2) !== 0 || type.number(2) !== 8 * size) return unknown;
  if (first === INTEGER) {
    const of = [1, 2, 4, 8].includes(size)
      ? (`${bits & 8 ? 'i' : 'u'}${size}` as ElementKind)
      : undefined;
    return of === undefined ? unknown : { kind: 'number', size, of, isLittle };
  }
  const parts = [1, 1, 1, 1].map((width) => type.number(width)).join(' ');
  const of = FLOATS[`${size}: ${parts}`];
  const isKnownOrder = (bits & 0x40) === 0;
  return of === undefined || !isKnownOrder ? unknown : { kind: 'number', size, of, isLittle };
}
