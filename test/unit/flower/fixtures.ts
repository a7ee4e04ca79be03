import { readFileSync } from 'node:fs';
import type { ArrayRecord, ConfigValue } from '../../../src/flower.js';
import type { ObjectWriter } from '../../../src/extras/flower/object-writer.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { DType } from '../../../src/config/dtype.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** An object with all that it consists of: bytes by id, null where they are too many for the file. */
interface FixtureObjects {
  readonly id: string;
  readonly objects: Readonly<Record<string, string | null>>;
}

/** An array as JSON has it: numbers that JSON lacks, and integers, are texts. */
interface FixtureArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (string | boolean)[];
}

type PlainValue = string | boolean | readonly (string | boolean)[];

interface ArraysFixture extends FixtureObjects {
  readonly arrays: readonly FixtureArray[];
}

interface ValuesFixture extends FixtureObjects {
  readonly values: readonly (readonly [name: string, field: string, value: PlainValue])[];
}

interface MessageFixture extends FixtureObjects {
  readonly tree: string;
  readonly proto: string;
}

type Named<T> = Readonly<Record<string, T>>;

/** What Flower wrote: `test/oracles/fixtures/flower-fixtures.py`. */
export const fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/flower.json', import.meta.url), 'utf8'),
) as {
  readonly flower: string;
  readonly arrayRecords: Named<ArraysFixture>;
  readonly converted: Named<ArraysFixture>;
  readonly large: FixtureObjects & { readonly length: number };
  readonly metricRecords: Named<ValuesFixture>;
  readonly wholeFloats: Named<ValuesFixture>;
  readonly configRecords: Named<ValuesFixture>;
  readonly messages: Named<MessageFixture>;
  readonly api: {
    readonly requests: Named<string>;
    readonly responses: Named<string>;
    readonly pushedObject: string;
  };
  readonly key: Named<string>;
};

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** Numbers of an array of the fixture. */
export function numbersOf({ data }: FixtureArray): number[] {
  const named: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: NaN };
  return data.map((value) => named[String(value)] ?? Number(value));
}

/** The array as a tensor of its type. */
export function tensorOf(array: FixtureArray): Tensor {
  return tensor(numbersOf(array), { shape: [...array.shape], dtype: array.dtype as DType });
}

/** The value that stands for a value of Flower's in the given field. */
export function valueOf(field: string, value: PlainValue): ConfigValue {
  if (Array.isArray(value)) {
    const one = field.replace(/s$/, '').replace(/^byteString$/, 'bytes');
    const kind = { sint: 'sint64', uint: 'uint64' }[one] ?? one;
    return (value as readonly string[]).map((item) => valueOf(kind, item)) as ConfigValue;
  }
  const text = String(value);
  switch (field) {
    case 'double':
      return { nan: NaN, inf: Infinity, '-inf': -Infinity }[text] ?? Number(text);
    case 'sint64':
    case 'uint64':
      return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    case 'bytes':
      return fromHex(text);
    default:
      return value as boolean | string;
  }
}

/** Disposes of the tensors of a record. */
export function disposeAll(record: ArrayRecord): void {
  for (const tensor of record.values()) tensor.dispose();
}

/** The bytes of the objects that a writer has made, by id. */
export function contentsOf({ contents }: ObjectWriter): Map<string, Bytes> {
  return new Map([...contents].map(([id, { room, start }]) => [id, room.slice(start)]));
}

/** Gives the bytes of objects by their ids, as a server does. */
export function pullFrom(
  objects: Readonly<Record<string, string | null>> | ReadonlyMap<string, Bytes>,
): (id: string) => Promise<Bytes> {
  return async (id) => {
    if (objects instanceof Map)
      return (objects as ReadonlyMap<string, Bytes>).get(id) ?? absent(id);
    const text = (objects as Readonly<Record<string, string | null>>)[id];
    return Promise.resolve(typeof text === 'string' ? fromHex(text) : absent(id));
  };
}

function absent(id: string): never {
  throw new Error(`the test has no object ${id}`);
}
