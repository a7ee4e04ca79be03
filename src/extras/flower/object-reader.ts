import { describeValue, printable } from '../../config/describe-value.js';
import { fileTensor } from '../../nn/data/file-tensors.js';
import { FormatError } from '../../errors.js';
import { beyondLimit, concatenate } from '../../files/formats/bytes.js';
import { parseJsonObject } from '../../files/formats/json.js';
import { npyLayout, parseNpy } from '../../files/formats/npy.js';
import type { NpyLayout } from '../../files/formats/npy.js';
import { emptyTensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { AT_ONCE, inParallel, limited, sha256, STYPE } from './objects.js';
import type { ObjectType } from './objects.js';
import { ArrayRecord, ConfigRecord, decodeValues, disposeArrays, metricRecord } from './records.js';
import type { FlowerRecord } from './records.js';

/** Bytes of a record of values at most. As lists in memory they take up to 32 times as many. */
const MAX_VALUES_BYTES = 2 ** 22;

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
  readonly #pull: (id: string) => Promise<Uint8Array<ArrayBuffer>>;

  /**
   * @param pull gets the bytes of an object, at most so many
   * @param maxBytes bytes of all objects; what is named again, or grows in memory, counts once more
   */
  constructor(
    pull: (id: string, maxBytes: number) => Promise<Uint8Array<ArrayBuffer>>,
    maxBytes: number,
  ) {
    this.#left = maxBytes;
    this.#maxBytes = maxBytes;
    // Arrays are read side by side, and so are the chunks of each.
    this.#pull = limited(AT_ONCE, (id: string) => pull(id, this.#left));
  }

  /** The records of a message by its id. @throws FormatError for anything but such a message, naming the record. */
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
    try {
      for (const [name, id] of namedChildren(dict, 'the records of the message')) {
        records.set(name, await this.#record(id, `record '${printable(name)}'`));
      }
    } catch (error) {
      disposeArrays(records);
      throw error;
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
    const named = namedChildren(object, label);
    const made: Tensor[] = [];
    try {
      const tensors = await inParallel(AT_ONCE, named, async ([name, id]) => {
        const tensor = await this.#array(id, `${label}: array '${printable(name)}'`);
        made.push(tensor);
        return [name, tensor] as const;
      });
      return new ArrayRecord(new Map(tensors));
    } catch (error) {
      for (const tensor of made) tensor.dispose();
      throw error;
    }
  }

  async #array(id: string, label: string): Promise<Tensor> {
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
    const pieces = order.map((i) => chunks[i] ?? new Uint8Array());
    const [first = new Uint8Array()] = pieces;
    // float16 takes more as a tensor's.
    const layout = npyLayout(first, length, label, length + this.#left);
    // What Flower's legacy API sends says nothing of the array: dtype '' and shape [].
    const isSaid = dtype !== '' || JSON.stringify(shape) !== '[]';
    const isTrue = JSON.stringify(shape) === JSON.stringify(layout.shape);
    if ((isSaid && !isTrue) || typeof dtype !== 'string') {
      throw new FormatError(
        `${label}: has shape [${layout.shape.join(', ')}], but says shape ${describeValue(shape)} of dtype ` +
          `${describeValue(dtype)}.`,
      );
    }
    const isAsInMemory = layout.kind === 'f4' && layout.littleEndian && !layout.isTurned;
    if (isAsInMemory && pieces.length > 1) return tensorOfPieces(layout, pieces);
    return fileTensor(parseNpy(pieces.length === 1 ? first : concatenate(pieces), label));
  }

  async #object(id: string, label: string, types: readonly ObjectType[]): Promise<IncomingObject> {
    const content = await this.#pull(id);
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

/** The tensor of a file of float32 in pieces, which are not joined before: that would take its memory once more. */
function tensorOfPieces({ shape, start }: NpyLayout, pieces: readonly Uint8Array[]): Tensor {
  const tensor = emptyTensor(shape, 'float32');
  let at = -start;
  for (const piece of pieces) {
    tensor.poke(Math.max(0, at), piece.subarray(Math.max(0, -at)));
    at += piece.length;
  }
  return tensor;
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
  const text = new TextDecoder().decode(body);
  // A name without end would exhaust the stack of the regular expression.
  const named = [...text.matchAll(/("(?:[^"\\]|\\.){0,4000}")\s*:\s*"([0-9a-f]{64})"/g)].map(
    ([, name = '""', id = '']): [string, string] => [JSON.parse(name) as string, id],
  );
  const names = new Set(named.map(([name]) => name));
  const found = new Set(named.map(([, id]) => id));
  const isAll =
    names.size === named.length &&
    names.size === Object.keys(ids).length &&
    named.every(([name, id]) => ids[name] === id);
  if (isAll && found.size === children.length && children.every((id) => found.has(id)))
    return named;
  throw new FormatError(
    `${label}: its names, of at most 4000 characters, must have ids of its ${children.length} children, one at least for ` +
      `each, got ${describeValue(text.slice(0, 200))}.`,
  );
}
