import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ArrayRecord } from '../../src/flower.js';
import { calls } from '../../src/extras/flower/messages.js';
import { ObjectReader } from '../../src/extras/flower/object-reader.js';
import type { Fields, Schema } from '../../src/files/formats/protobuf.js';
import { fuzz } from './fuzz.js';
import type { Part } from './fuzz.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** What Flower wrote: `test/oracles/fixtures/flower-fixtures.py`. */
const fixtures = JSON.parse(
  readFileSync(new URL('../fixtures/flower.json', import.meta.url), 'utf8'),
) as Record<'arrayRecords' | 'converted' | 'metricRecords' | 'configRecords', Named<Recorded>> & {
  readonly api: { readonly responses: Named<string> };
};

type Named<T> = Readonly<Record<string, T>>;

interface Recorded {
  readonly id: string;
  readonly objects: Named<string>;
}

function fromHex(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

fuzz('answers of a SuperLink', {
  files: new Map(
    Object.entries(fixtures.api.responses)
      // An empty answer has nothing to change.
      .filter(([, text]) => text !== '')
      .map(([name, text]) => [name, fromHex(text)]),
  ),
  read: async (bytes, name) => {
    const schema = calls[name as keyof typeof calls].response as unknown as Schema<Fields>;
    schema.decode(bytes, name);
    return Promise.resolve();
  },
});

// The objects of a record as one file: each with its length before it, children first.

function joined(objects: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(
    Buffer.concat(
      objects.flatMap((bytes) => [Buffer.from(Uint32Array.of(bytes.length).buffer), bytes]),
    ),
  );
}

function parted(file: Uint8Array): Bytes[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const objects: Bytes[] = [];
  for (let at = 0; at + 4 <= file.length;) {
    const length = Math.min(view.getUint32(at, true), file.length - at - 4);
    objects.push(Uint8Array.from(file.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return objects;
}

function idOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Gives objects their right names: what named an object by the bytes that it had before names it by those that it has now.
 * So the reader gets as far as the change.
 */
function renamed(before: readonly Bytes[], after: readonly Bytes[]): Map<string, Bytes> {
  const contents = new Map<string, Bytes>();
  const names = new Map<string, string>();
  for (const [i, bytes] of after.entries()) {
    const text = Buffer.from(bytes).toString('latin1');
    const told = text.replace(/[0-9a-f]{64}/g, (id) => names.get(id) ?? id);
    const content = Uint8Array.from(Buffer.from(told, 'latin1'));
    const old = before[i];
    if (old !== undefined) names.set(idOf(old), idOf(content));
    contents.set(idOf(content), content);
  }
  return contents;
}

function object(type: string, child: string, body: string): Bytes {
  return Uint8Array.from(Buffer.from(`${type} ${child} ${body.length}\0${body}`));
}

/** One of the objects, from the last one on: a record, an array, a piece of one. */
const partAt = (index: number, name: string, kind: 'bytes' | 'json' = 'bytes'): Part => ({
  name,
  kind,
  take: (file) => {
    const found = parted(file).at(-1 - index);
    return found?.slice(kind === 'json' ? found.indexOf(0) + 1 : 0);
  },
  put: (file, part) => {
    const objects = parted(file);
    const at = objects.length - 1 - index;
    const old = objects[at] ?? new Uint8Array();
    const head = Buffer.from(old.subarray(0, old.indexOf(0))).toString('latin1');
    // A whole body has its right length.
    const told = kind === 'json' ? `${head.replace(/\d+$/, String(part.length))}\0` : '';
    objects[at] = Uint8Array.from(Buffer.concat([Buffer.from(told, 'latin1'), part]));
    return joined(objects);
  },
});

const { arrayRecords, converted, metricRecords, configRecords } = fixtures;
const records = [arrayRecords, converted, metricRecords, configRecords].flatMap((group, i) =>
  Object.entries(group).map(([name, record]) => [`${i} ${name}`, record] as const),
);
const files = new Map<string, Bytes>(
  records.map(([name, { objects }]) => [name, joined(Object.values(objects).map(fromHex))]),
);

async function readRecord(file: Bytes, name: string): Promise<void> {
  const contents = renamed(parted(files.get(name) ?? file), parted(file));
  const id = [...contents.keys()].at(-1) ?? '';
  const dict = object('RecordDict', id, `{"record": "${id}"}`);
  const message = object('Message', idOf(dict), '');
  for (const bytes of [dict, message]) contents.set(idOf(bytes), bytes);
  const reader = new ObjectReader((wanted) => {
    // A server gives what it has, and the node refuses what has another hash.
    return Promise.resolve(contents.get(wanted) ?? new Uint8Array());
  }, 2 ** 22);
  for (const record of (await reader.records(idOf(message))).values()) {
    if (record instanceof ArrayRecord) for (const array of record.values()) array.dispose();
  }
}

fuzz('records of Flower', {
  files,
  bytes: false,
  parts: [
    partAt(0, 'the record'),
    partAt(0, 'names in the record', 'json'),
    partAt(1, 'an array'),
    partAt(1, 'what an array says', 'json'),
    partAt(2, 'a piece'),
  ],
  read: readRecord,
});
