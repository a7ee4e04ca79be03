import { describe, expect, it } from 'vitest';
import { FLOWER_VERSION } from '../../../src/extras/flower/fleet.js';
import { ArrayRecord, ConfigRecord, MetricRecord } from '../../../src/flower.js';
import { calls, Message } from '../../../src/extras/flower/messages.js';
import { ObjectReader } from '../../../src/extras/flower/object-reader.js';
import { ObjectWriter } from '../../../src/extras/flower/object-writer.js';
import { bytesFieldHead } from '../../../src/files/formats/protobuf.js';
import type { Fields, Schema } from '../../../src/files/formats/protobuf.js';
import { ones } from '../../../src/index.js';
import { contentsOf, disposeAll, fixtures, fromHex, hex, pullFrom } from './fixtures.js';

const { messages, api } = fixtures;

const metadata = {
  runId: 2n ** 63n + 1n,
  messageId: '',
  srcNodeId: 1n,
  dstNodeId: 2n ** 64n - 1n,
  replyToMessageId: '',
  groupId: '3',
  createdAt: 1700000000.25,
  ttl: 3600.5,
  messageType: 'train',
  srcTaskId: undefined,
  dstTaskId: undefined,
};
const node = { nodeId: 2n ** 64n - 1n };
const tree = {
  objectId: 'aa',
  children: [
    { objectId: 'bb', children: [{ objectId: 'cc', children: [] }] },
    { objectId: 'dd', children: [] },
  ],
};
const bare = {
  metadata: { ...metadata, messageId: 'aa', dstTaskId: 0n },
  content: {},
  error: undefined,
};

const requests: Record<keyof typeof calls, object> = {
  registerNode: { publicKey: Uint8Array.of(1, 2) },
  activateNode: { publicKey: Uint8Array.of(1), heartbeatInterval: 30 },
  deactivateNode: { nodeId: 5n },
  unregisterNode: { nodeId: 5n },
  heartbeat: { node, heartbeatInterval: 12.5 },
  pullMessages: { node },
  pullObject: { node, runId: 7n, objectId: 'aa' },
  confirmMessageReceived: { node, runId: 7n, messageObjectId: 'aa' },
  pushMessages: { node, messages: [bare], trees: [tree], seconds: [1.5] },
  pushObject: { node, runId: 7n, objectId: 'aa', sessionId: 's' },
};
const responses: Record<keyof typeof calls, object> = {
  registerNode: { nodeId: 2n ** 64n - 1n },
  activateNode: { nodeId: 5n },
  deactivateNode: {},
  unregisterNode: {},
  heartbeat: { success: true },
  pullMessages: { messages: [bare] },
  pullObject: { isFound: true, isAvailable: true, content: Uint8Array.from(Buffer.from('abc')) },
  confirmMessageReceived: {},
  pushMessages: { objectsToPush: ['aa', 'bb'], sessionId: 's' },
  pushObject: { isStored: true },
};
const names = Object.keys(calls) as (keyof typeof calls)[];

describe('messages of Flower', () => {
  it('are those of the version that nodes say they speak', () => {
    expect(fixtures.flower.startsWith(`${FLOWER_VERSION}.`)).toBe(true);
  });

  it.each(names)('requests have the bytes of Flower: %s', (name) => {
    const schema = calls[name].request as unknown as Schema<Fields>;
    expect(hex(schema.encode(requests[name]))).toBe(api.requests[name]);
    expect(schema.decode(fromHex(api.requests[name] ?? ''), 'test')).toMatchObject(requests[name]);
  });

  it.each(names)('answers of Flower are read: %s', (name) => {
    const schema = calls[name].response as unknown as Schema<Fields>;
    expect(schema.decode(fromHex(api.responses[name] ?? ''), 'test')).toEqual(responses[name]);
  });

  it('the content of an object to push stands behind its other fields', () => {
    const content = Uint8Array.from(Buffer.from('xyz'));
    const { request, contentField } = calls.pushObject;
    const sent = Buffer.concat([
      request.encode(requests.pushObject),
      bytesFieldHead(contentField, content.length),
      content,
    ]);
    // Flower writes fields in the order of their numbers: the same ones in another order.
    const flowers = fromHex(api.pushedObject);
    expect(sent).toHaveLength(flowers.length);
    expect([...sent].sort()).toEqual([...flowers].sort());
    expect(request.decode(sent, 'test')).toEqual(request.decode(flowers, 'test'));
  });

  it('a message with records has the bytes and the tree of Flower', async () => {
    const writer = new ObjectWriter();
    const x = ones([2]);
    const records = await writer.records(
      'test',
      new Map<string, ArrayRecord | ConfigRecord | MetricRecord>([
        ['10', new ArrayRecord([x])],
        ['config', new ConfigRecord({ lr: 0.5 })],
        ['2', new MetricRecord({ loss: 0.25, 'num-examples': 3 })],
        ['größe 𝒜', new MetricRecord({})],
      ]),
    );
    x.dispose();
    const told = { ...metadata, srcTaskId: 0n, dstTaskId: 9n };
    const message = await writer.message(Message.encode({ metadata: told }), records);
    expect(message.id).toBe(messages['records']?.id);
    const contents = [...contentsOf(writer)].map(([id, bytes]) => [id, hex(bytes)] as const);
    expect(Object.fromEntries(contents)).toEqual(messages['records']?.objects);
    const [, trees] = calls.pushMessages.request.fields.trees;
    expect(trees.absent).toEqual([]);
    const pushed = calls.pushMessages.request.encode({ trees: [message.tree] });
    // A tag and a length of two bytes stand before the tree.
    expect(hex(pushed).endsWith(messages['records']?.tree ?? 'none')).toBe(true);
    const proto = Message.encode({ metadata: { ...told, messageId: message.id }, content: {} });
    expect(hex(proto)).toBe(messages['records']?.proto);
  });

  it('messages without records and with an error have the bytes of Flower', async () => {
    const writer = new ObjectWriter();
    const none = await writer.records('test', {});
    const empty = await writer.message(Message.encode({ metadata }), none);
    expect(empty.id).toBe(messages['empty']?.id);
    const told = { ...metadata, replyToMessageId: 'aa', messageType: 'evaluate' };
    const error = { code: 2n, reason: 'ValueError: größer' };
    const failed = await writer.message(Message.encode({ metadata: told, error }), undefined);
    expect(failed.id).toBe(messages['error']?.id);
    expect(hex(contentsOf(writer).get(failed.id) ?? new Uint8Array())).toBe(
      messages['error']?.objects[failed.id],
    );
    const proto = Message.encode({ metadata: { ...told, messageId: failed.id }, error });
    expect(hex(proto)).toBe(messages['error']?.proto);
  });

  it('the records of a message of Flower keep their order and names', async () => {
    const { id = '', objects = {} } = messages['records'] ?? {};
    const records = await new ObjectReader(pullFrom(objects), 2 ** 20).records(id);
    expect([...records.keys()]).toEqual(['10', 'config', '2', 'größe 𝒜']);
    const arrays = records.get('10') as ArrayRecord;
    expect(arrays.get('0')?.toArray()).toEqual([1, 1]);
    expect([...(records.get('config') as ConfigRecord)]).toEqual([['lr', 0.5]]);
    disposeAll(arrays);
  });

  it('a message of Flower without records is one of none', async () => {
    const { id = '', objects = {} } = messages['empty'] ?? {};
    expect(await new ObjectReader(pullFrom(objects), 2 ** 20).records(id)).toEqual(new Map());
  });
});
