// Servers that lie: the record is named, the model keeps its weights, and the node answers the next message.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower/index.js';
import type { FlowerRecord, JoinOptions } from '../../../src/flower/index.js';
import { ObjectReader } from '../../../src/flower/object-reader.js';
import { ObjectWriter } from '../../../src/flower/objects.js';
import { encodeNpy, npyHeader } from '../../../src/formats/npy.js';
import { memory, tensor } from '../../../src/index.js';
import { pullFrom } from './fixtures.js';
import { joined, network, numbers, weightsOf, x, y } from './nodes.js';
import { superLink } from './superlink.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Objects by id, as a hostile server makes them: right hashes of anything. */
class Objects {
  readonly contents = new Map<string, Bytes>();

  raw(content: string | Uint8Array): string {
    const bytes = Uint8Array.from(Buffer.from(content as string));
    const id = createHash('sha256').update(bytes).digest('hex');
    this.contents.set(id, bytes);
    return id;
  }

  /** An object of a body. @param children ids, or what stands in their place */
  object(type: string, children: readonly string[] | string, body: string | Uint8Array): string {
    const bytes = Buffer.from(body as string);
    const ids = typeof children === 'string' ? children : children.join(',');
    return this.raw(Buffer.concat([Buffer.from(`${type} ${ids} ${bytes.length}\0`), bytes]));
  }

  /** An array of the bytes of an NPY file. */
  array(npy: Uint8Array, told: object = {}, chunks = [this.object('ArrayChunk', [], npy)]): string {
    const body = { dtype: 'float32', shape: [2], stype: 'numpy.ndarray', arraychunk_ids: [0] };
    return this.object('Array', chunks, JSON.stringify({ ...body, ...told }));
  }

  arrays(id: string): string {
    return this.object('ArrayRecord', [id], JSON.stringify({ w: id }));
  }

  message(record: string): string {
    const dict = this.object('RecordDict', [record], JSON.stringify({ weights: record }));
    return this.object('Message', [dict], '');
  }
}

const npy = encodeNpy({ shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) });
const elsewhere = 'ab'.repeat(32);

/** An NPY file of that element type and shape, whatever they are. */
function npyOf(descr: string, shape: string, elements: Uint8Array): Bytes {
  const dict = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${dict}\n`, 'latin1');
  return Uint8Array.from(Buffer.concat([head, elements]));
}

function bytesOf(numbersOfType: ArrayBufferView): Uint8Array {
  const { buffer, byteOffset, byteLength } = numbersOfType;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Messages that lie, and what is said of them. */
const lies: readonly (readonly [string, (objects: Objects) => string, RegExp])[] = [
  [
    'an object without a head',
    (o) => o.raw('garbage'),
    /the message: an object must begin with its type/,
  ],
  ['an empty object', (o) => o.raw('\0'), /the message: an object must begin/],
  ['no bytes at all', (o) => o.raw(''), /.*/],
  [
    'a length that is not that of the body',
    (o) => o.raw('Message  5\0abc'),
    /which is 3; got 'Message {2}5'/,
  ],
  ['a length that is negative', (o) => o.raw('Message  -3\0abc'), /must begin/],
  ['a length that is no number', (o) => o.raw('Message  NaN\0abc'), /must begin/],
  [
    'another type',
    (o) => o.object('ArrayRecord', [], '{}'),
    /the message: is of type 'ArrayRecord', expected Message/,
  ],
  ['an unknown type', (o) => o.object('Pickle', [], ''), /of type 'Pickle'/],
  ['a type like a method', (o) => o.object('__proto__', [], ''), /of type '__proto__'/],
  ['no content', (o) => o.object('Message', [], ''), /has 0 contents/],
  ['two contents', (o) => o.object('Message', [o.raw('1'), o.raw('2')], ''), /has 2 contents/],
  ['a child that is no id', (o) => o.object('Message', 'abc', ''), /'abc' is no id/],
  ['a child in capitals', (o) => o.object('Message', 'AB'.repeat(32), ''), /must begin/],
  ['children with gaps', (o) => o.object('Message', `${elsewhere},,`, ''), /'' is no id/],
  ['a child twice', (o) => o.object('Message', [elsewhere, elsewhere], ''), /names a child twice/],
  ['records that are no JSON', (o) => messageOf(o, [], '{'), /the records of the message: no JSON/],
  ['records that are a list', (o) => messageOf(o, [], '[]'), /must be a JSON object/],
  ['records without ids', (o) => messageOf(o, [], '{"a": 1}'), /its names, .*, must have ids/],
  [
    'records that are nested',
    (o) => messageOf(o, [elsewhere], `{"a": {"b": "${elsewhere}"}}`),
    /its names, .*, must have ids/,
  ],
  [
    'records with a name twice',
    (o) => messageOf(o, [elsewhere], `{"a": "${elsewhere}", "a": "${elsewhere}"}`),
    /its names, .*, must have ids/,
  ],
  [
    'a name twice in place of another',
    (o) => messageOf(o, [elsewhere], `{"a": "${elsewhere}", "a": "${elsewhere}", "b": null}`),
    /its names, .*, must have ids/,
  ],
  [
    'a record that is no child',
    (o) => messageOf(o, [], `{"a": "${elsewhere}"}`),
    /must have ids of its 0 children/,
  ],
  [
    'a child that is no record',
    (o) => messageOf(o, [elsewhere], '{}'),
    /must have ids of its 1 children/,
  ],
  ['deep JSON', (o) => messageOf(o, [], '['.repeat(1e5)), /nested deeper/],
  ['bytes that are no UTF-8', (o) => messageOf(o, [], Buffer.from([0x7b, 0xff, 0x7d])), /no JSON/],
  [
    'a record of another type',
    (o) => o.message(o.object('RecordDict', [], '{}')),
    /record 'weights': is of type 'RecordDict'/,
  ],
  [
    'a record that is itself an array',
    (o) => o.message(o.array(npy)),
    /record 'weights': is of type 'Array'/,
  ],
  [
    'values with children',
    (o) => o.message(o.object('MetricRecord', [elsewhere], '')),
    /is a MetricRecord with 1 children/,
  ],
  [
    'values that are no protobuf',
    (o) => o.message(o.object('MetricRecord', [], '\xff\xff')),
    /record 'weights': no message Record/,
  ],
  [
    'a value without a kind',
    (o) => o.message(o.object('ConfigRecord', [], Buffer.from('0a050a01611200', 'hex'))),
    /'a' has no value/,
  ],
  [
    'an item without a value',
    (o) => o.message(o.object('ConfigRecord', [], Buffer.from('0a030a0161', 'hex'))),
    /'a' has no value/,
  ],
  [
    'a text among metrics',
    (o) => o.message(o.object('MetricRecord', [], Buffer.from('0a080a016112032a0178', 'hex'))),
    /record 'weights': 'a' is 'x', expected a number/,
  ],
  [
    'millions of values',
    (o) => o.message(o.object('ConfigRecord', [], new Uint8Array(2 ** 22 + 1))),
    /4194305 bytes of values; at most 4194304/,
  ],
  [
    'an array of another type',
    (o) => o.message(o.arrays(o.object('ArrayChunk', [], npy))),
    /array 'w': is of type 'ArrayChunk', expected Array/,
  ],
  [
    'an array that says nothing',
    (o) => o.message(o.arrays(o.object('Array', [], '{}'))),
    /array 'w': is kept as undefined/,
  ],
  [
    'a pickle by its kind',
    (o) => o.message(o.arrays(o.array(npy, { stype: 'pickle' }))),
    /is kept as 'pickle', expected 'numpy.ndarray'/,
  ],
  [
    'a pickle in the NPY',
    (o) =>
      o.message(o.arrays(o.array(npyOf("'|O'", '(2,)', new Uint8Array(16)), { dtype: 'object' }))),
    /array 'w': element type '\|O' .*a pickle, which is a program and is never run/,
  ],
  [
    'named fields',
    (o) => o.message(o.arrays(o.array(npyOf("[('a', '<f4')]", '(2,)', new Uint8Array(8))))),
    /named fields/,
  ],
  [
    'complex numbers',
    (o) => o.message(o.arrays(o.array(npyOf("'<c8'", '(2,)', new Uint8Array(16))))),
    /complex/,
  ],
  ['no chunks', (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [] }, []))), /array 'w'/],
  [
    'a chunk that is not named',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [] }))),
    /arraychunk_ids must name each of its 1 chunks/,
  ],
  [
    'a chunk that there is not',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [0, 1] }))),
    /arraychunk_ids must name/,
  ],
  [
    'a chunk -1',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [-1] }))),
    /arraychunk_ids must name/,
  ],
  [
    'a chunk by a text',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: ['0'] }))),
    /arraychunk_ids must name/,
  ],
  [
    'a chunk by a name of lists',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: ['length'] }))),
    /arraychunk_ids must name/,
  ],
  [
    'chunks that are no list',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: { length: 1 } }))),
    /arraychunk_ids must name/,
  ],
  [
    'a chunk with children',
    (o) => o.message(o.arrays(o.array(npy, {}, [o.object('ArrayChunk', [elsewhere], npy)]))),
    /is a ArrayChunk with 1 children/,
  ],
  [
    'a chunk that is an array',
    (o) => o.message(o.arrays(o.array(npy, {}, [o.array(npy)]))),
    /of type 'Array', expected ArrayChunk/,
  ],
  [
    'a chunk named a million times',
    (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: new Array(1e6).fill(0) }))),
    /array 'w': with it the message has more than the \d+ bytes/,
  ],
  [
    'another shape than the NPY',
    (o) => o.message(o.arrays(o.array(npy, { shape: [1, 2] }))),
    /has shape \[2\], but says shape \[1, 2\]/,
  ],
  ['no shape', (o) => o.message(o.arrays(o.array(npy, { shape: null }))), /says shape null/],
  [
    'a shape that is a text',
    (o) => o.message(o.arrays(o.array(npy, { shape: '2' }))),
    /says shape '2'/,
  ],
  [
    'a shape of lists',
    (o) => o.message(o.arrays(o.array(npy, { shape: [[2]] }))),
    /says shape \[\[2\]\]/,
  ],
  ['a dtype that is no text', (o) => o.message(o.arrays(o.array(npy, { dtype: 5 }))), /of dtype 5/],
  [
    'a negative size',
    (o) =>
      o.message(o.arrays(o.array(npyOf("'<f4'", '(-2,)', new Uint8Array(8)), { shape: [-2] }))),
    /NPY header must be/,
  ],
  [
    'a huge size',
    (o) => o.message(o.arrays(o.array(npyOf("'<f4'", '(4294967295, 4294967295)', npy)))),
    /too large/,
  ],
  [
    'a size beyond its bytes',
    (o) => o.message(o.arrays(o.array(npyOf("'<f4'", '(1000000,)', npy)))),
    /truncated/,
  ],
  [
    'many axes',
    (o) => o.message(o.arrays(o.array(npyOf("'<f4'", `(${'1,'.repeat(30)})`, new Uint8Array(4))))),
    /but says shape \[2\]/,
  ],
  ['no NPY', (o) => o.message(o.arrays(o.array(Buffer.from('PK\x03\x04')))), /not an NPY file/],
  [
    'an NPY that is cut off',
    (o) => o.message(o.arrays(o.array(npy.subarray(0, 100)))),
    /NPY header is said to have/,
  ],
  [
    'a bool 7',
    (o) =>
      o.message(o.arrays(o.array(npyOf("'|b1'", '(2,)', Uint8Array.of(1, 7)), { dtype: 'bool' }))),
    /element 1 of type bool is 7/,
  ],
  [
    'an integer beyond int32',
    (o) =>
      o.message(
        o.arrays(
          o.array(npyOf("'<i8'", '(1,)', bytesOf(BigInt64Array.of(2n ** 40n))), {
            dtype: 'int64',
            shape: [1],
          }),
        ),
      ),
    /beyond int32/,
  ],
];

const longNames = ['x'.repeat(15e6), '\\n'.repeat(7e6)].map(
  (name) => (o: Objects) => messageOf(o, [elsewhere], `{"${name}": "${elsewhere}"}`),
);

function messageOf(o: Objects, children: readonly string[], body: string | Uint8Array): string {
  return o.object('Message', [o.object('RecordDict', children, body)], '');
}

function read(
  objects: Objects,
  id: string,
  maxBytes = 2 ** 24,
): Promise<Map<string, FlowerRecord>> {
  return new ObjectReader(pullFrom(objects.contents), maxBytes).records(id);
}

describe('objects that lie', () => {
  it.each(lies)('are refused: %s', async (_, lie, message) => {
    const objects = new Objects();
    const id = lie(objects);
    const before = memory();
    const error = await read(objects, id).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(message);
    expect((error as FormatError).message.length).toBeLessThan(1000);
    // Fewer, if those of other tests have been collected.
    expect(memory().tensors).toBeLessThanOrEqual(before.tensors);
  });

  it('are answered as errors, the model keeps its weights, and the node goes on', async () => {
    const server = await superLink();
    const model = network(1);
    const options: JoinOptions = { model, data: [x, y], verbose: 0 };
    const { told } = await joined(server, options);
    const before = numbers(model.weights);
    for (const [, lie, message] of lies) {
      const objects = new Objects();
      const id = lie(objects);
      for (const [key, bytes] of objects.contents) server.objects.set(key, bytes);
      // No bytes are how Flower says that an object is still to come.
      if (server.objects.get(id)?.length === 0) continue;
      const { error } = await server.sendObject(id);
      expect(error?.reason).toMatch(/^FormatError: /);
      expect(error?.reason).toMatch(message);
    }
    expect(numbers(model.weights)).toEqual(before);
    expect(told('failed')).toHaveLength(lies.length - 1);
    const { error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error).toBeUndefined();
    expect(server.failures).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'NaN', '', '\u0000', '🌼', '"', '\\u0041'])(
    'may have any name: %o',
    async (name) => {
      const objects = new Objects();
      const id = objects.array(npy);
      const record = objects.object('ArrayRecord', [id], `{${JSON.stringify(name)}: "${id}"}`);
      const records = await read(objects, objects.message(record));
      const arrays = records.get('weights') as ArrayRecord;
      expect([...arrays.keys()]).toEqual([name]);
      arrays.get(name)?.dispose();
    },
  );

  it.each(longNames)('may not have names without end', async (lie) => {
    const objects = new Objects();
    await expect(read(objects, lie(objects))).rejects.toThrow(FormatError);
  });

  it('are found out by their hash', async () => {
    const objects = new Objects();
    const id = objects.message(objects.arrays(objects.array(npy)));
    for (const key of [...objects.contents.keys()]) {
      const right = objects.contents.get(key) ?? new Uint8Array();
      const wrong = right.slice();
      wrong[wrong.length - 1] = 1 ^ (wrong.at(-1) ?? 0);
      // The message alone has no body.
      objects.contents.set(key, wrong);
      await expect(read(objects, id)).rejects.toThrow(
        /(the message|the records of the message|record 'weights'(: array 'w')?): the object [0-9a-f]{64} has other bytes than its name says/,
      );
      objects.contents.set(key, right);
    }
  });

  it('are counted before they take memory: chunks, records that share them, and wider types', async () => {
    const objects = new Objects();
    const data = new Float32Array(2 ** 16);
    const large = encodeNpy({ shape: [2 ** 16], dtype: 'float32', data });
    const id = objects.array(large, { shape: [2 ** 16] });
    const names = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`w${i}`, id]));
    const record = objects.object('ArrayRecord', [id], JSON.stringify(names));
    const before = memory().tensors;
    await expect(read(objects, objects.message(record), 2 ** 22)).rejects.toThrow(
      /record 'weights': array 'w\d+': with it the message has more than the 4194304 bytes/,
    );
    expect(memory().tensors).toBeLessThanOrEqual(before);
    const half = npyOf("'<f2'", '(1000000,)', new Uint8Array(2e6));
    const halves = objects.arrays(objects.array(half, { dtype: 'float16', shape: [1e6] }));
    await expect(read(objects, objects.message(halves), 2.5e6)).rejects.toThrow(
      /take 4000000 bytes as a tensor's/,
    );
  });

  it('do not make the node forget what it read before them', async () => {
    const objects = new Objects();
    const good = objects.arrays(objects.array(npy));
    const bad = objects.object('MetricRecord', [], '\xff');
    const body = JSON.stringify({ good, bad });
    const dict = objects.object('RecordDict', [good, bad], body);
    const before = memory().tensors;
    await expect(read(objects, objects.object('Message', [dict], ''))).rejects.toThrow(
      /record 'bad'/,
    );
    expect(memory().tensors).toBeLessThanOrEqual(before);
  });
});

describe('weights that do not fit', () => {
  const right = network(2).getWeights();
  const wrong: readonly (readonly [string, () => ArrayRecord, RegExp])[] = [
    [
      'too few',
      () => new ArrayRecord(right.slice(1)),
      /record 'arrays': has 7 arrays; .* has 8 weights/,
    ],
    ['too many', () => new ArrayRecord([...right, x]), /has 9 arrays/],
    ['none', () => new ArrayRecord(), /has 0 arrays/],
    [
      'another order',
      () => new ArrayRecord([...right].reverse()),
      /array '0' has shape \(3,\), float32; the weight 'kernel' of this node has shape \(4, 6\)/,
    ],
    [
      'another type',
      () => new ArrayRecord(right.map((w) => w.astype('int32'))),
      /int32; the weight/,
    ],
  ];

  it.each(wrong)('are refused, all of them: %s', async (_, arrays, message) => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], validationData: [x, y], verbose: 0 });
    const before = numbers(model.weights);
    for (const messageType of ['train', 'evaluate']) {
      const { error } = await server.send({ arrays: arrays() }, { messageType });
      expect(error?.reason).toMatch(message);
    }
    expect(numbers(model.weights)).toEqual(before);
  });

  it('are taken from float64, float16 and int64 where the numbers fit', async () => {
    const objects = new Objects();
    const floats = npyOf("'<f8'", '(2,)', bytesOf(Float64Array.of(0.1, NaN)));
    const record = objects.arrays(objects.array(floats, { dtype: 'float64' }));
    const records = await read(objects, objects.message(record));
    const w = (records.get('weights') as ArrayRecord).get('w');
    expect([...(w?.data() ?? [])]).toEqual([Math.fround(0.1), NaN]);
    w?.dispose();
  });

  it('are taken as they come when they are NaN', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], verbose: 0 });
    const arrays = right.map((w) => tensor(new Float32Array(w.size).fill(NaN), { shape: w.shape }));
    const { records, error } = await server.send({ arrays: new ArrayRecord(arrays) });
    expect(error).toBeUndefined();
    expect((records.get('metrics') as MetricRecord).get('loss')).toBeNaN();
  });
});

describe('a server that sends', () => {
  const node = async (
    wrong: Parameters<typeof superLink>[0],
    options: Partial<JoinOptions> = {},
  ) => {
    const server = await superLink(wrong);
    const train = () => ({ metrics: new MetricRecord({ n: 1 }) });
    return { server, ...(await joined(server, { train, ...options } as JoinOptions)) };
  };

  it('an object without end is cut off, and the message answered as an error', async () => {
    const { server } = await node(
      ({ name, before }) => (name === 'pullObject' && before === 0 ? 'endless' : undefined),
      { maxBytes: 1000 },
    );
    const { error } = await server.send({});
    expect(error?.reason).toMatch(
      /FlowerError: .*pull-object has more than the 1064 bytes.*maxBytes/,
    );
    expect((await server.send({})).error).toBeUndefined();
  });

  it('no object is told so', async () => {
    const { server } = await node(undefined);
    const { error } = await server.sendObject(elsewhere);
    expect(error?.reason).toMatch(/does not have the object abab/);
    expect((await server.send({})).error).toBeUndefined();
  });

  it('an id that is none is told so', async () => {
    const { server } = await node(undefined);
    for (const id of ['', '../x', 'x'.repeat(1e5)]) {
      const { error } = await server.sendObject(id);
      expect(error?.reason).toMatch(/the message: '.*' is no id/);
      expect(error?.reason.length).toBeLessThan(1000);
    }
    expect(server.count('pullObject')).toBe(0);
  });

  it.each([
    ['no type', { messageType: '' }],
    ['a type of control codes', { messageType: '\x1b[31m' }],
    ['a long type', { messageType: 'x'.repeat(1000) }],
    ['a time that is none', { createdAt: NaN }],
    ['a time without end', { ttl: Infinity }],
    ['a long group', { groupId: 'x'.repeat(1e4) }],
  ])('a message of %s drops it, and the node goes on', async (_, told) => {
    const { server, told: tellings, tells } = await node(undefined);
    void server.send({}, told);
    await tells('dropped');
    expect(tellings('dropped')[0]?.reason).toMatch(/a message must have a type and a time/);
    expect(tellings('dropped')[0]?.reason).not.toContain('\x1b');
    expect((await server.send({})).error).toBeUndefined();
  });

  it('a message without anything drops it', async () => {
    const { server, tells } = await node(({ name, before }) =>
      name === 'pullMessages' && before === 0 ? { values: { messages: [{}] } } : undefined,
    );
    await tells('dropped');
    expect((await server.send({})).error).toBeUndefined();
  });

  it('several messages at a time has answers to all of them', async () => {
    const { server } = await node(undefined);
    const first = server.send({}, { groupId: 'a' });
    const second = server.send({}, { groupId: 'b' });
    expect((await Promise.all([first, second])).map(({ metadata }) => metadata.groupId)).toEqual([
      'a',
      'b',
    ]);
  });

  it.each([
    [
      'an object that is none of the answer',
      { objectsToPush: [elsewhere] },
      /asks for the object 'abab.*none of this answer|does not wait/,
    ],
    ['a path', { objectsToPush: ['../../etc/passwd'] }, /does not wait|none of this answer/],
  ])('a wish for %s drops the answer', async (_, values, message) => {
    const { server, tells, told } = await node(({ name, before }) =>
      name === 'pushMessages' && before === 0 ? { values } : undefined,
    );
    void server.send({});
    await tells('dropped');
    expect(told('dropped')[0]?.reason).toMatch(message);
    expect(server.count('pushObject')).toBe(0);
    expect((await server.send({})).error).toBeUndefined();
  });

  it.each(['pullObject', 'confirmMessageReceived', 'pushMessages', 'pushObject'] as const)(
    'no protobuf loses the message, and the node goes on: %s',
    async (name) => {
      const garbage = Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
      const { server, told } = await node((call) =>
        call.name === name && call.before === 0 ? { bytes: garbage } : undefined,
      );
      void server.send({});
      expect((await server.send({})).error).toBeUndefined();
      expect(told('failed').length + told('dropped').length).toBeGreaterThan(0);
      if (name.startsWith('push')) expect(told('dropped')[0]?.reason).toMatch(/no message Push/);
    },
  );

  it('no protobuf when it is asked for messages ends the node', async () => {
    const { node: made } = await node(({ name }) =>
      name === 'pullMessages' ? { bytes: Buffer.from([0xff]) } : undefined,
    );
    await expect(made.done).rejects.toThrow(/the answer to pull-messages: no message Pull/);
  });

  it('records beyond maxBytes has an error, and a node that takes more reads them', async () => {
    const config = new ConfigRecord({ text: 'x'.repeat(5000) });
    const small = await node(undefined, { maxBytes: 2000 });
    const { error } = await small.server.send({ config });
    expect(error?.reason).toMatch(/bytes that are allowed/);
    const large = await node(undefined, { maxBytes: 20_000 });
    expect((await large.server.send({ config })).error).toBeUndefined();
  });
});

it('an NPY header of tests is one that NumPy might have written', () => {
  expect(npyOf("'<f4'", '(2,)', bytesOf(Float32Array.of(1, 2)))).toEqual(npy);
  expect(npyHeader({ shape: [2], dtype: 'float32' })).toHaveLength(128);
  expect(new ObjectWriter().contents.size).toBe(0);
});
