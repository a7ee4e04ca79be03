import { describeValue, printable } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { fileArray } from '../data/file-tensors.js';
import { bytesOfData, concatenate } from '../formats/bytes.js';
import type { FileArray } from '../formats/elements.js';
import { npyHeader } from '../formats/npy.js';
import { subtle } from './identity.js';
import type { ObjectTree } from './messages.js';
import { ArrayRecord, ConfigRecord, encodeValues, entriesOf, MetricRecord } from './records.js';
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
/** How many objects are asked for, or sent, at a time. */
export const AT_ONCE = 4;
export const STYPE = 'numpy.ndarray';

export type ObjectType =
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
function isObject(record: unknown): record is OutgoingObject {
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

/** SHA-256 in hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
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
