import { describeValue, printable } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { npyHeader } from '../../files/formats/npy.js';
import type { DType } from '../../config/dtype.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type { ObjectTree } from './messages.js';
import { AT_ONCE, inParallel, sha256, STYPE } from './objects.js';
import type { ObjectType } from './objects.js';
import { ArrayRecord, ConfigRecord, encodeValues, entriesOf, MetricRecord } from './records.js';
import type { FlowerRecord, RecordsLike } from './records.js';

/** Bytes of a piece of an array: Flower cuts arrays into such pieces. */
const CHUNK_BYTES = 5 * 2 ** 20;

/** Bytes before an object in which the fields of the request that sends it find room. */
const HEAD_ROOM = 256;

/** The bytes of an object: those of `room` from `start` on. */
export interface Content {
  readonly room: Uint8Array<ArrayBuffer>;
  readonly start: number;
}

/** An object to send, with all that it consists of. */
export interface OutgoingObject {
  readonly id: string;
  readonly tree: ObjectTree;
}

/** Makes objects, and holds the bytes of each until all are sent. */
export class ObjectWriter {
  /** The bytes of each object by its id, with room for what is sent before them. */
  readonly contents = new Map<string, Content>();

  /** An object whose body `write` writes. */
  async #object(
    type: ObjectType,
    children: readonly OutgoingObject[],
    length: number,
    write: (body: Uint8Array) => void,
  ): Promise<OutgoingObject> {
    // What occurs twice, such as two arrays of zeros, is one object.
    const distinct = new Map(children.map((child) => [child.id, child.tree]));
    const head = new TextEncoder().encode(`${type} ${[...distinct.keys()].join(',')} ${length}\0`);
    const room = new Uint8Array(HEAD_ROOM + head.length + length);
    const content = room.subarray(HEAD_ROOM);
    content.set(head);
    write(content.subarray(head.length));
    const id = await sha256(content);
    this.contents.set(id, { room, start: HEAD_ROOM });
    return { id, tree: { objectId: id, children: [...distinct.values()] } };
  }

  #whole(
    type: ObjectType,
    children: readonly OutgoingObject[],
    body: Uint8Array,
  ): Promise<OutgoingObject> {
    return this.#object(type, children, body.length, (index) => {
      index.set(body);
    });
  }

  /** The object of a message. @param body its metadata and error @param records undefined for an error */
  message(body: Uint8Array, records: OutgoingObject | undefined): Promise<OutgoingObject> {
    return this.#whole('Message', records === undefined ? [] : [records], body);
  }

  /**
   * The object of a message's records.
   *
   * @param owner what made them, for messages
   * @throws ValueError for anything but a record, or a value that a record cannot hold.
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
      return this.arrays([...record].map(([name, tensor]) => [name, lentTensor(tensor)]));
    }
    if (record instanceof MetricRecord || record instanceof ConfigRecord) {
      const type = record instanceof MetricRecord ? 'MetricRecord' : 'ConfigRecord';
      return this.#whole(type, [], encodeValues(record, label));
    }
    throw new ValueError(
      `${label} must be an ArrayRecord, a MetricRecord or a ConfigRecord, got ${describeValue(record)}.`,
    );
  }

  /** The object of a record of arrays, each of which is lent while it is read. */
  async arrays(
    items: Iterable<readonly [name: string, array: LentArray]>,
  ): Promise<OutgoingObject> {
    const named: (readonly [string, OutgoingObject])[] = [];
    for (const [name, array] of items) named.push([name, await this.#array(array)]);
    return this.#named('ArrayRecord', named);
  }

  async #array(array: LentArray): Promise<OutgoingObject> {
    const header = npyHeader(array);
    const end = header.length + array.byteLength;
    const starts = Array.from({ length: Math.ceil(end / CHUNK_BYTES) }, (_, i) => i * CHUNK_BYTES);
    const chunks = await inParallel(AT_ONCE, starts, (from) => {
      const to = Math.min(end, from + CHUNK_BYTES);
      return this.#object('ArrayChunk', [], to - from, (body) => {
        const ofHeader = header.subarray(from, to);
        body.set(ofHeader);
        const first = Math.max(0, from - header.length);
        array.lend((elements) => {
          body.set(elements.peek(first, to - header.length), ofHeader.length);
        });
      });
    });
    const distinct = [...new Set(chunks.map(({ id }) => id))];
    const order = chunks.map(({ id }) => distinct.indexOf(id));
    const { dtype, shape } = array;
    const body =
      `{"dtype": "${dtype}", "shape": [${shape.join(', ')}], "stype": "${STYPE}", ` +
      `"arraychunk_ids": [${order.join(', ')}]}`;
    return this.#whole('Array', chunks, new TextEncoder().encode(body));
  }

  #named(
    type: 'RecordDict' | 'ArrayRecord',
    named: readonly (readonly [name: string, object: OutgoingObject])[],
  ): Promise<OutgoingObject> {
    // As Python writes JSON, so that equal records have equal ids.
    const body = `{${named.map(([name, { id }]) => `${pythonText(name)}: "${id}"`).join(', ')}}`;
    return this.#whole(
      type,
      named.map(([, object]) => object),
      new TextEncoder().encode(body),
    );
  }
}

/** Elements of which pieces can be copied. */
export interface Elements {
  /** Bytes of the elements where they lie: to be copied before anything else is called. */
  peek(from: number, to: number): Uint8Array;
}

/** An array whose elements are asked for piece by piece. */
export interface LentArray {
  readonly shape: Shape;
  /** Element type: that of a tensor, or a smaller one in which updates may travel. */
  readonly dtype: DType | 'float16' | 'int8';
  readonly byteLength: number;
  readonly lend: (use: (elements: Elements) => void) => void;
}

/** A tensor as an array to send. */
export function lentTensor(tensor: Tensor): LentArray {
  const { shape, dtype, byteLength } = tensor;
  return { shape, dtype, byteLength, lend: (use) => use(tensor) };
}

/** The bytes of an array, copied. */
export function bytesOfArray({ lend, byteLength }: LentArray): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  lend((elements) => {
    bytes.set(elements.peek(0, byteLength));
  });
  return bytes;
}

/** The elements of a float32 tensor where they lie, until anything else is called. */
export function float32Of(tensor: Tensor): Float32Array {
  const { buffer, byteOffset } = tensor.peek(0, tensor.byteLength);
  return new Float32Array(buffer, byteOffset, tensor.size);
}

/** Whether a record of an answer is an object already. */
function isObject(record: unknown): record is OutgoingObject {
  return typeof record === 'object' && record !== null && 'tree' in record;
}

/** A text as Python's JSON has it: in ASCII. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
