// Servers that lie: the record is named, the model keeps its weights, and the node answers the next message.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import type { FlowerRecord, JoinOptions } from '../../../src/flower.js';
import { ObjectReader } from '../../../src/extras/flower/object-reader.js';
import { encodeNpy } from '../../../src/files/formats/npy.js';
import { memory } from '../../../src/index.js';
import { pullFrom } from './fixtures.js';
import { allLies, bytesOf, elsewhere, longNames, npy, npyOf, Objects } from './lies.js';
import { joined, network, numbers, weightsOf, x, y } from './nodes.js';
import { superLink } from './superlink.js';

const lies = allLies();

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

  it('are answered as errors, the model keeps its weights, and the node continues', async () => {
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
      /array '0' has shape \(3,\); the weight 'kernel' of this node has shape \(4, 6\)/,
    ],
    ['NaN', () => new ArrayRecord(right.map((w) => w.mul(NaN))), /array '0' .*not finite/],
    [
      'an infinite number',
      () => new ArrayRecord(right.map((w, i) => (i === 7 ? w.add(1e30).mul(1e30) : w))),
      /array '7' .*not finite/,
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
});

describe('a server that sends', () => {
  const node = async (
    wrong: Parameters<typeof superLink>[0],
    options: Partial<JoinOptions> = {},
  ) => {
    const server = await superLink(wrong);
    const train = () => ({ metrics: new MetricRecord({ n: 1 }) });
    return { server, ...(await joined(server, { train, ...options })) };
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
  ])('a message of %s drops it, and the node continues', async (_, told) => {
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

  it('30,000 messages at a time ends the node', async () => {
    const messages = Array.from({ length: 30_000 }, () => ({}));
    const { node: made } = await node(({ name }) =>
      name === 'pullMessages' ? { values: { messages } } : undefined,
    );
    await expect(made.done).rejects.toThrow(/a list has more than 1024 messages/);
  });

  it('several messages at a time has answers to all of them', async () => {
    const server = await superLink();
    server.messagesAtOnce = 2;
    const first = server.send({}, { groupId: 'a' });
    const second = server.send({}, { groupId: 'b' });
    while (server.waiting < 2) await new Promise((next) => setTimeout(next, 1));
    await joined(server, { train: () => ({ metrics: new MetricRecord({ n: 1 }) }) });
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
    'no protobuf loses the message, and the node continues: %s',
    async (name) => {
      const garbage = Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
      const { server, told, tells } = await node((call) =>
        call.name === name && call.before === 0 ? { bytes: garbage } : undefined,
      );
      void server.send({});
      await Promise.race([tells('failed'), tells('dropped')]);
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

it('an NPY file of these tests is as NumPy writes it', () => {
  expect(npyOf("'<f4'", '(2,)', bytesOf(Float32Array.of(1, 2)))).toEqual(npy);
});
