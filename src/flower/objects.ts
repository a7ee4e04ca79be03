import { describeValue, printable } from '../config/describe-value.js';
import { ValueError, FormatError } from '../errors.js';
import { fileArray, fileTensor } from '../data/file-tensors.js';
import { beyondLimit, bytesOfData, concatenate } from '../formats/bytes.js';
import type { FileArray } from '../formats/elements.js';
import { isJsonObject, parseJsonObject } from '../formats/json.js';
import { npyHeader, parseNpy } from '../formats/npy.js';
import { subtle } from './identity.js';
import type { ObjectTree } from './messages.js';
import {
  ArrayRecord,
  ConfigRecord,
  decodeValues,
  encodeValues,
  entriesOf,
  metricRecord,
  MetricRecord,
} from './records.js';
import type { FlowerRecord, RecordsLike } from './records.js';

// What a message of Flower consists of: a tree of objects, each named by the SHA-256 of its bytes.
//
//     Type␣ids of the children, joined by commas␣length of the body␀body
//
//     Message      → RecordDict           body: metadata, in protobuf
//     RecordDict   → records              body: { "name": "id", … }
//     ArrayRecord  → Arrays               body: { "name": "id", … }
//     Array        → ArrayChunks          body: dtype, shape, stype and the chunks in their order
//     ArrayChunk                          body: a piece of an NPY file
//     MetricRecord, ConfigRecord          body: the values, in protobuf

/** Bytes of a piece of an array: Flower cuts arrays into such pieces. */
const CHUNK_BYTES = 5 * 2 ** 20;
/** Bytes of a record of values at most. As lists in memory they take up to 32 times as many. */
const MAX_VALUES_BYTES = 2 ** 22;
/** How many objects are asked for, or sent, at a time. */
export const AT_ONCE = 4;
const STYPE = 'numpy.ndarray';

type ObjectType =
  | 'Message'
  | 'RecordDict'
  | 'ArrayRecord'
  | 'Array'
  | 'ArrayChunk'
  | 'MetricRecord'
  | 'ConfigRecord';

/** An object to send, with all that it consists of. */
export interface OutgoingObject {
  readonly id: string;
  readonly tree: ObjectTree;
}

/** Makes objects, and holds the bytes of each until all are sent. */
export class ObjectWriter {
  /** The bytes of each object by its id. */
  readonly contents = new Map<string, Uint8Array<ArrayBuffer>>();

  /** An object of bytes that stand in pieces. */
  async #object(
    type: ObjectType,
    children: readonly OutgoingObject[],
    pieces: readonly Uint8Array[],
  ): Promise<OutgoingObject> {
    // What occurs twice, such as two arrays of zeros, is one object.
    const distinct = new Map(children.map((child) => [child.id, child.tree]));
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const head = new TextEncoder().encode(`${type} ${[...distinct.keys()].join(',')} ${length}\0`);
    const content = concatenate([head, ...pieces]);
    const id = await sha256(content);
    this.contents.set(id, content);
    return { id, tree: { objectId: id, children: [...distinct.values()] } };
  }

  /** The object of a message. @param body its metadata and error @param records undefined for an error */
  message(body: Uint8Array, records: OutgoingObject | undefined): Promise<OutgoingObject> {
    return this.#object('Message', records === undefined ? [] : [records], [body]);
  }

  /**
   * The object of a message's records.
   *
   * @param owner what made them, for messages
   * @throws ValueError for what is no record, or a value that a record cannot hold.
   */
  async records(
    owner: string,
    records: RecordsLike | Readonly<Record<string, FlowerRecord | OutgoingObject>>,
  ): Promise<OutgoingObject> {
    const named: (readonly [string, OutgoingObject])[] = [];
    for (const [name, record] of entriesOf<FlowerRecord | OutgoingObject>(owner, records)) {
      const label = `${owner}: record '${printable(name)}'`;
      named.push([name, isObject(record) ? record : await this.#record(label, record)]);
    }
    return this.#named('RecordDict', named);
  }

  #record(label: string, record: FlowerRecord): Promise<OutgoingObject> {
    if (record instanceof ArrayRecord) {
      return this.arrays(record, fileArray);
    }
    if (record instanceof MetricRecord || record instanceof ConfigRecord) {
      const type = record instanceof MetricRecord ? 'MetricRecord' : 'ConfigRecord';
      return this.#object(type, [], [encodeValues(record, label)]);
    }
    throw new ValueError(
      `${label} must be an ArrayRecord, a MetricRecord or a ConfigRecord, got ${describeValue(record)}.`,
    );
  }

  /** The object of a record of arrays, which are read one after the other. */
  async arrays<T>(
    items: Iterable<readonly [name: string, item: T]>,
    read: (item: T) => FileArray,
  ): Promise<OutgoingObject> {
    const named: (readonly [string, OutgoingObject])[] = [];
    for (const [name, item] of items) named.push([name, await this.#array(read(item))]);
    return this.#named('ArrayRecord', named);
  }

  async #array(array: FileArray): Promise<OutgoingObject> {
    const parts = [npyHeader(array), bytesOfData(array.data)];
    const chunks: OutgoingObject[] = [];
    for (const pieces of piecesOf(parts, CHUNK_BYTES)) {
      chunks.push(await this.#object('ArrayChunk', [], pieces));
    }
    const distinct = [...new Set(chunks.map(({ id }) => id))];
    const order = chunks.map(({ id }) => distinct.indexOf(id));
    const { dtype, shape } = array;
    const body =
      `{"dtype": "${dtype}", "shape": [${shape.join(', ')}], "stype": "${STYPE}", ` +
      `"arraychunk_ids": [${order.join(', ')}]}`;
    return this.#object('Array', chunks, [new TextEncoder().encode(body)]);
  }

  #named(
    type: 'RecordDict' | 'ArrayRecord',
    named: readonly (readonly [name: string, object: OutgoingObject])[],
  ): Promise<OutgoingObject> {
    // As Python writes JSON, so that equal records have equal ids.
    const body = `{${named.map(([name, { id }]) => `${pythonText(name)}: "${id}"`).join(', ')}}`;
    return this.#object(
      type,
      named.map(([, object]) => object),
      [new TextEncoder().encode(body)],
    );
  }
}

/** Whether a record of an answer is an object already. */
export function isObject(record: unknown): record is OutgoingObject {
  return typeof record === 'object' && record !== null && 'tree' in record;
}

/** Bytes in pieces as those of pieces of `size` bytes, the last of which may be shorter. Nothing is copied. */
function* piecesOf(parts: readonly Uint8Array[], size: number): Generator<Uint8Array[]> {
  let pieces: Uint8Array[] = [];
  let left = size;
  for (const part of parts) {
    for (let at = 0; at < part.length;) {
      const piece = part.subarray(at, at + left);
      pieces.push(piece);
      at += piece.length;
      left -= piece.length;
      if (left > 0) continue;
      yield pieces;
      [pieces, left] = [[], size];
    }
  }
  if (pieces.length > 0) yield pieces;
}

/** A text as Python's JSON has it: in ASCII. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An object as it came, checked. */
interface IncomingObject {
  readonly type: string;
  readonly children: readonly string[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Reads the objects of one message. All that the server says is checked, and bounded before it takes memory. */
export class ObjectReader {
  #left: number;
  readonly #maxBytes: number;

  /**
   * @param pull gets the bytes of an object, at most so many
   * @param maxBytes bytes of all objects; what is named again, or grows in memory, counts once more
   */
  constructor(
    private readonly pull: (id: string, maxBytes: number) => Promise<Uint8Array<ArrayBuffer>>,
    maxBytes: number,
  ) {
    this.#left = maxBytes;
    this.#maxBytes = maxBytes;
  }

  /** The records of a message by its id. @throws FormatError for what is no such message, naming the record. */
  async records(messageId: string): Promise<Map<string, FlowerRecord>> {
    const { children } = await this.#object(requireId('the message', messageId), 'the message', [
      'Message',
    ]);
    const [content] = children;
    if (content === undefined || children.length > 1) {
      throw new FormatError(`the message: has ${children.length} contents, expected one.`);
    }
    const records = new Map<string, FlowerRecord>();
    const dict = await this.#object(content, 'the records of the message', ['RecordDict']);
    for (const [name, id] of namedChildren(dict, 'the records of the message')) {
      records.set(name, await this.#record(id, `record '${printable(name)}'`));
    }
    return records;
  }

  async #record(id: string, label: string): Promise<FlowerRecord> {
    const object = await this.#object(id, label, ['ArrayRecord', 'MetricRecord', 'ConfigRecord']);
    if (object.type === 'ArrayRecord') return this.#arrays(object, label);
    requireNoChildren(object, label);
    if (object.body.length > MAX_VALUES_BYTES) {
      throw new FormatError(
        `${label}: ${object.body.length} bytes of values; at most ${MAX_VALUES_BYTES} are read. Send long lists as arrays.`,
      );
    }
    const values = decodeValues(object.body, label);
    return object.type === 'MetricRecord' ? metricRecord(values, label) : new ConfigRecord(values);
  }

  async #arrays(object: IncomingObject, label: string): Promise<ArrayRecord> {
    const record = new ArrayRecord();
    try {
      for (const [name, id] of namedChildren(object, label)) {
        record.set(name, fileTensor(await this.#array(id, `${label}: array '${printable(name)}'`)));
      }
    } catch (error) {
      for (const tensor of record.values()) tensor.dispose();
      throw error;
    }
    return record;
  }

  async #array(id: string, label: string): Promise<FileArray> {
    const object = await this.#object(id, label, ['Array']);
    const { dtype, shape, stype, arraychunk_ids: order } = parseJsonObject(object.body, label);
    if (stype !== STYPE) {
      throw new FormatError(
        `${label}: is kept as ${describeValue(stype)}, expected '${STYPE}': send NumPy's arrays.`,
      );
    }
    const { children } = object;
    const isChild = (i: unknown): i is number =>
      Number.isInteger(i) && children[i as number] !== undefined;
    if (!Array.isArray(order) || !order.every(isChild) || new Set(order).size !== children.length) {
      throw new FormatError(
        `${label}: arraychunk_ids must name each of its ${children.length} chunks, got ${describeValue(order)}.`,
      );
    }
    const chunks = await inParallel(AT_ONCE, children, async (chunk) => {
      const found = await this.#object(chunk, label, ['ArrayChunk']);
      requireNoChildren(found, label);
      return found.body;
    });
    const length = order.reduce((sum, i) => sum + (chunks[i]?.length ?? 0), 0);
    // A chunk may be named again and again.
    this.#take(length - chunks.reduce((sum, chunk) => sum + chunk.length, 0), label);
    const [first] = chunks;
    const bytes =
      order.length === 1 && first !== undefined
        ? first
        : concatenate(order.map((i) => chunks[i] ?? new Uint8Array()));
    // float16 takes more as a tensor's.
    const array = parseNpy(bytes, label, length + this.#left);
    const isAsSaid = Array.isArray(shape) && String(shape) === String(array.shape);
    if (isAsSaid && typeof dtype === 'string') return array;
    throw new FormatError(
      `${label}: has shape [${array.shape.join(', ')}], but says shape ${describeValue(shape)} of dtype ` +
        `${describeValue(dtype)}.`,
    );
  }

  async #object(id: string, label: string, types: readonly ObjectType[]): Promise<IncomingObject> {
    const content = await this.pull(id, this.#left);
    this.#take(content.length, label);
    const hash = await sha256(content);
    if (hash !== id) {
      throw new FormatError(
        `${label}: the object ${id} has other bytes than its name says: their SHA-256 is ${hash}.`,
      );
    }
    const object = parseObject(content, label);
    if ((types as readonly string[]).includes(object.type)) return object;
    throw new FormatError(
      `${label}: is of type ${describeValue(object.type)}, expected ${types.join(' or ')}.`,
    );
  }

  #take(length: number, label: string): void {
    this.#left -= length;
    if (this.#left >= 0) return;
    throw beyondLimit(
      `${label}: with it the message has more than the ${this.#maxBytes} bytes that are allowed`,
    );
  }
}

function parseObject(content: Uint8Array<ArrayBuffer>, label: string): IncomingObject {
  const end = content.indexOf(0);
  // The ids of an object with many children are long, but each of them is asked for.
  const head = end < 0 ? '' : new TextDecoder().decode(content.subarray(0, end));
  const [, type = '', ids = '', length] = /^(\w+) ([0-9a-f,]*) (\d+)$/.exec(head) ?? [];
  const body = content.subarray(end + 1);
  const children = ids === '' ? [] : ids.split(',');
  if (type === '' || Number(length) !== body.length) {
    throw new FormatError(
      `${label}: an object must begin with its type, the ids of its children and its length, which is ` +
        `${body.length}; got ${describeValue(head.slice(0, 100))}.`,
    );
  }
  for (const id of children) requireId(label, id);
  if (new Set(children).size !== children.length) {
    throw new FormatError(`${label}: an object names a child twice.`);
  }
  return { type, children, body };
}

function requireId(label: string, id: string): string {
  if (/^[0-9a-f]{64}$/.test(id)) return id;
  throw new FormatError(
    `${label}: ${describeValue(id.slice(0, 100))} is no id: expected a SHA-256 in hexadecimal digits.`,
  );
}

function requireNoChildren({ type, children }: IncomingObject, label: string): void {
  if (children.length > 0) {
    throw new FormatError(
      `${label}: is a ${type} with ${children.length} children, expected none.`,
    );
  }
}

/**
 * The names and ids in the body of an object. Not by the JSON parser alone, which puts names that are numbers before all
 * others: the order counts.
 */
function namedChildren(
  { children, body }: IncomingObject,
  label: string,
): [name: string, id: string][] {
  const ids = parseJsonObject(body, label);
  if (!isJsonObject(ids)) throw new FormatError(`${label}: must be an object of ids.`);
  const text = new TextDecoder().decode(body);
  const named = [...text.matchAll(/("(?:[^"\\]|\\.)*")\s*:\s*"([0-9a-f]{64})"/g)].map(
    ([, name = '""', id = '']): [string, string] => [JSON.parse(name) as string, id],
  );
  const isAll =
    named.length === Object.keys(ids).length && named.every(([name, id]) => ids[name] === id);
  const found = new Set(named.map(([, id]) => id));
  if (isAll && found.size === children.length && children.every((id) => found.has(id)))
    return named;
  throw new FormatError(
    `${label}: its names must have ids of its ${children.length} children, one at least for each, got ` +
      `${describeValue(text.slice(0, 200))}.`,
  );
}

/** SHA-256 in hexadecimal digits. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await subtle().digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Results for all items, of which so many are worked on at a time. The first error ends it. */
export async function inParallel<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  let isOver = false;
  const worker = async (): Promise<void> => {
    for (const [i, item] of entries) {
      if (isOver) return;
      results[i] = await work(item);
    }
  };
  try {
    await Promise.all(Array.from({ length: count }, worker));
  } finally {
    isOver = true;
  }
  return results;
}
