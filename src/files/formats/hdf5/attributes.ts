import type { Cursor, Hdf5File } from './file.js';
import { denseMessages } from './links.js';
import { findMessage, MESSAGE, readShape, readType } from './header.js';
import type { Message } from './header.js';

/**
 * The texts of the attribute of that name, in a list, or alone if it is a single one; undefined if there is none, or
 * it holds no texts.
 *
 * @throws FormatError
 */
export function readTexts(
  file: Hdf5File,
  messages: readonly Message[],
  name: string,
): string | readonly string[] | undefined {
  for (const message of attributes(file, messages)) {
    const fields = fieldsOf(message);
    if (fields.name === name) return textsIn(file, fields);
  }
  return undefined;
}

function* attributes(
  file: Hdf5File,
  messages: readonly Message[],
): Generator<Cursor, void, undefined> {
  for (const message of messages) {
    if (message.type !== MESSAGE.attribute) continue;
    if (message.isShared) throw file.damaged('an attribute is shared by several objects');
    yield message.open();
  }
  const info = findMessage(file, messages, MESSAGE.attributeInfo);
  if (info !== undefined) yield* denseMessages(file, info, { orderBytes: 2, idAt: 0 });
}

interface AttributeFields {
  readonly name: string;
  /** Undefined for a type that stands elsewhere. */
  readonly type: Cursor | undefined;
  readonly space: Cursor;
  readonly elements: Cursor;
}

/** An attribute: name, type, dataspace and elements, one behind the other. */
function fieldsOf(message: Cursor): AttributeFields {
  const version = message.version('attribute', 1, 2, 3);
  const flags = message.number(1);
  const lengths = [message.number(2), message.number(2), message.number(2)] as const;
  if (version === 3) message.skip(1);
  const [name, type, space] = lengths.map((length) => {
    const field = message.take(length);
    // In the oldest version each takes a multiple of 8 bytes.
    if (version === 1) message.skip(Math.min(-length & 7, message.left));
    return field;
  }) as [Cursor, Cursor, Cursor];
  const isShared = version > 1 && (flags & 1) !== 0;
  const text = name.text(Math.max(name.left - 1, 0));
  return { name: text, type: isShared ? undefined : type, space, elements: message };
}

function textsIn(
  file: Hdf5File,
  { type: typeOf, space, elements }: AttributeFields,
): string | readonly string[] | undefined {
  const shape = readShape(space);
  if (shape === undefined || typeOf === undefined) return undefined;
  const type = readType(typeOf);
  if (type.kind !== 'text' && type.kind !== 'text elsewhere') return undefined;
  const count = shape.reduce((product, length) => product * length, 1);
  if (count * Math.max(type.size, 1) > elements.left) {
    throw file.damaged('an attribute has more texts than fit into it');
  }
  const texts = Array.from({ length: count }, () => {
    const element = elements.take(type.size);
    return type.kind === 'text' ? fixedText(element, type.isPadded) : textElsewhere(file, element);
  });
  return shape.length === 0 ? texts[0] : texts;
}

/** A text of a fixed length ends with its first zero byte, or is padded by spaces. */
function fixedText(element: Cursor, isPadded: boolean): string {
  const bytes = element.file.bytes.subarray(element.position, element.end);
  const stop = bytes.indexOf(0);
  const text = element.text(stop === -1 ? bytes.length : stop);
  return isPadded ? text.replace(/ +$/, '') : text;
}

/** A text of any length lies in a collection; the element says in which, and its number there. */
function textElsewhere(file: Hdf5File, element: Cursor): string {
  const [length, address, number] = [element.number(4), element.address(), element.number(4)];
  if (length === 0 || address === undefined) return '';
  const object = objectIn(file, address, number);
  const bytes = object.take(length);
  return fixedText(bytes, false);
}

/** 'GCOL', its length, and objects: number, references, length, contents up to a multiple of 8. */
function objectIn(file: Hdf5File, address: number, number: number): Cursor {
  const headLength = 8 + file.lengthSize;
  const head = file.at(address, headLength);
  head.expect('GCOL');
  head.version('heap', 1);
  head.skip(3);
  const length = head.length();
  const collection = file.at(address, length);
  collection.skip(headLength);
  while (collection.left >= headLength) {
    const found = collection.number(2);
    collection.skip(6);
    const size = collection.length();
    // The free rest, which counts its own head.
    if (found === 0) break;
    const object = collection.take(size);
    if (found === number) return object;
    collection.skip(Math.min(-size & 7, collection.left));
  }
  throw file.damaged(`text ${number} is not in the heap at ${address}`);
}
