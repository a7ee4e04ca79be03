import { describe, expect, it } from 'vitest';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import type { FlowerRecord } from '../../../src/flower.js';
import { ObjectReader } from '../../../src/extras/flower/object-reader.js';
import { ObjectWriter } from '../../../src/extras/flower/object-writer.js';
import { memory, ones, tensor, zeros } from '../../../src/index.js';
import {
  contentsOf,
  disposeAll,
  fixtures,
  fromHex,
  hex,
  numbersOf,
  pullFrom,
  tensorOf,
  valueOf,
} from './fixtures.js';

/** The bytes of all objects of one record, by id, and the id of the record. */
async function written(
  record: FlowerRecord,
): Promise<{ id: string; objects: Record<string, string> }> {
  const writer = new ObjectWriter();
  const { tree } = await writer.records('test', { record });
  const [id = ''] = tree.children.map(({ objectId }) => objectId);
  writer.contents.delete(tree.objectId);
  const objects = [...contentsOf(writer)].map(([key, bytes]) => [key, hex(bytes)] as const);
  return { id, objects: Object.fromEntries(objects) };
}

/** A record as the objects of Flower say it. */
async function read(id: string, objects: Readonly<Record<string, string | null>>) {
  const writer = new ObjectWriter();
  const type = objectType(objects[id]);
  // The reader takes messages: here one around the record.
  const dict = await named(writer, id, type);
  const known = new Map([
    ...contentsOf(writer),
    ...Object.entries(objects).map(([key, text]) => [key, fromHex(text ?? '')] as const),
  ]);
  const records = await new ObjectReader(pullFrom(known), 2 ** 26).records(dict);
  return records.get('record');
}

function objectType(text: string | null | undefined): string {
  return (
    Buffer.from(text ?? '', 'hex')
      .toString('latin1')
      .split(' ')[0] ?? ''
  );
}

/** The id of a message around one record that has that id. */
async function named(writer: ObjectWriter, id: string, type: string): Promise<string> {
  expect(['ArrayRecord', 'MetricRecord', 'ConfigRecord']).toContain(type);
  const record = { id, tree: { objectId: id, children: [] } };
  const records = await writer.records('test', { record });
  return (await writer.message(new Uint8Array(), records)).id;
}

const arrayCases = Object.entries(fixtures.arrayRecords);
const valueCases = [
  ...Object.entries(fixtures.metricRecords).map((one) => [MetricRecord, ...one] as const),
  ...Object.entries(fixtures.configRecords).map((one) => [ConfigRecord, ...one] as const),
];

const number: unknown = 5;

describe('records of Flower', () => {
  it.each(arrayCases)('are written byte for byte: arrays, %s', async (_, fixture) => {
    const { id, objects, arrays } = fixture;
    const record = new ArrayRecord(new Map(arrays.map((one) => [one.name, tensorOf(one)])));
    expect(await written(record)).toEqual({ id, objects });
    disposeAll(record);
  });

  it.each(arrayCases)('are read to the same values: arrays, %s', async (_, fixture) => {
    const before = memory();
    const record = (await read(fixture.id, fixture.objects)) as ArrayRecord;
    expect(record).toBeInstanceOf(ArrayRecord);
    expect([...record.keys()]).toEqual(fixture.arrays.map(({ name }) => name));
    for (const array of fixture.arrays) {
      const found = record.get(array.name);
      const expected = tensorOf(array);
      expect(found?.shape).toEqual(array.shape);
      expect(found?.dtype).toBe(array.dtype);
      expect(found?.data()).toEqual(expected.data());
      expected.dispose();
    }
    disposeAll(record);
    expect(memory().tensors).toBe(before.tensors);
  });

  it.each(Object.entries(fixtures.converted))(
    'of types that tensors lack are converted: %s',
    async (_, fixture) => {
      const record = (await read(fixture.id, fixture.objects)) as ArrayRecord;
      for (const array of fixture.arrays) {
        const found = record.get(array.name);
        expect(found?.dtype).toBe(array.dtype === 'int64' ? 'int32' : 'float32');
        expect(found?.shape).toEqual(array.shape);
        const numbers = numbersOf(array).map((x) => (array.dtype === 'int64' ? x : Math.fround(x)));
        expect([...(found?.data() ?? [])]).toEqual(numbers);
      }
      disposeAll(record);
    },
  );

  it('cut a large array into pieces, of which equal ones are one object', async () => {
    const { id, objects, length } = fixtures.large;
    const x = zeros([length]);
    const made = new ObjectWriter();
    const dict = await made.records('test', { record: new ArrayRecord([x]) });
    x.dispose();
    const contents = contentsOf(made);
    const ids = [...contents.keys()].filter((key) => key !== dict.id);
    expect(dict.tree.children[0]?.objectId).toBe(id);
    expect(ids.sort()).toEqual(Object.keys(objects).sort());
    // 16 MB are four pieces; the second and the third one are equal.
    expect(ids).toHaveLength(5);
    for (const [key, text] of Object.entries(objects)) {
      if (text !== null) expect(hex(contents.get(key) ?? new Uint8Array())).toBe(text);
    }
    const message = await made.message(new Uint8Array(), dict);
    const all = contentsOf(made);
    const pulled: string[] = [];
    const pull = pullFrom(all);
    const reader = new ObjectReader((key) => {
      pulled.push(key);
      return pull(key);
    }, 2 ** 26);
    const record = (await reader.records(message.id)).get('record') as ArrayRecord;
    expect(record.get('0')?.shape).toEqual([length]);
    expect(
      record
        .get('0')
        ?.data()
        .every((value) => value === 0),
    ).toBe(true);
    expect(new Set(pulled).size).toBe(pulled.length);
    disposeAll(record);
  });

  it.each(valueCases)('are written byte for byte: %o, %s', async (Kind, _, fixture) => {
    const { id, objects, values } = fixture;
    const entries = values.map(([name, field, value]) => [name, valueOf(field, value)] as const);
    const record = new Kind(entries as never);
    expect(await written(record)).toEqual({ id, objects });
  });

  it.each(valueCases)('are read to the same values: %o, %s', async (Kind, _, fixture) => {
    const record = await read(fixture.id, fixture.objects);
    expect(record).toBeInstanceOf(Kind);
    const expected = fixture.values.map(([name, field, value]) => [name, valueOf(field, value)]);
    expect([...(record ?? [])]).toEqual(expected);
  });

  it.each(Object.entries(fixtures.wholeFloats))(
    'read whole floats as numbers: %s',
    async (_, one) => {
      const record = await read(one.id, one.objects);
      expect([...(record ?? [])]).toEqual([
        ['two', 2],
        ['twos', [2, 3]],
      ]);
    },
  );

  it('take objects, Maps and pairs, and keep their order', () => {
    const pairs = [
      ['10', 1],
      ['2', 2],
      ['b', 3],
      ['0', 4],
    ] as const;
    const names = pairs.map(([name]) => name);
    for (const Kind of [MetricRecord, ConfigRecord]) {
      expect([...new Kind(pairs).keys()]).toEqual(names);
      expect([...new Kind(new Map(pairs)).keys()]).toEqual(names);
      expect([...new Kind({ b: 1, a: 2 })]).toEqual([
        ['b', 1],
        ['a', 2],
      ]);
      expect(new Kind().size).toBe(0);
    }
    const x = ones([1]);
    expect([...new ArrayRecord(new Map(names.map((name) => [name, x]))).keys()]).toEqual(names);
    expect([...new ArrayRecord({ w: x, b: [1, 2] }).keys()]).toEqual(['w', 'b']);
    expect([...new ArrayRecord([x, x]).keys()]).toEqual(['0', '1']);
  });

  it.each([
    ['an ArrayRecord', () => new ArrayRecord({ w: 'text' as never }), /ArrayRecord: array 'w'/],
    ['an ArrayRecord of nothing', () => new ArrayRecord(7 as never), /ArrayRecord: expected/],
    ['a MetricRecord', () => new MetricRecord(null as never), /MetricRecord: expected an object/],
    ['a ConfigRecord', () => new ConfigRecord(5 as never), /ConfigRecord: expected an object/],
  ])('refuse what they cannot hold: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it.each([
    ['a text among metrics', new MetricRecord({ a: 'x' as never }), /'a' must be a number/],
    ['a boolean among metrics', new MetricRecord({ a: true as never }), /'a' must be a number/],
    ['texts among metrics', new MetricRecord({ a: ['x'] as never }), /'a' must be a number/],
    ['an integer beyond 64 bits', new ConfigRecord({ a: 2n ** 64n }), /'a' must be a number/],
    ['a mixed list', new ConfigRecord({ a: [1, 'x'] as never }), /'a' must be a number, a text/],
    ['lists of both signs', new MetricRecord({ a: [-1n, 2n ** 63n] }), /'a' must be a number/],
    ['an object', new ConfigRecord({ a: {} as never }), /'a' must be a number, a text/],
    ['undefined', new ConfigRecord({ a: undefined as never }), /'a' must be/],
    ['a name that is not a text', new ConfigRecord([[number as string, 1]]), /5 must be/],
    ['no record', { a: 1 } as never, /record 'r' must be an ArrayRecord/],
  ])('refuse to be written with %s', async (_, record, message) => {
    await expect(new ObjectWriter().records('test', { r: record })).rejects.toThrow(message);
  });

  it('write tensors of all types, and numbers of JavaScript as float32', async () => {
    const record = new ArrayRecord([[1, 2], tensor([1], { dtype: 'uint8' }), true]);
    expect([...record.values()].map(({ dtype }) => dtype)).toEqual(['float32', 'uint8', 'bool']);
    const { objects } = await written(record);
    expect(Object.values(objects).some((text) => fromHex(text).includes(0x93))).toBe(true);
    disposeAll(record);
  });
});
