// What a node does when the SuperLink is away, refuses, forgets or is of another kind.
import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../../src/errors.js';
import * as flower from '../../../src/flower.js';
import { FlowerError, MetricRecord } from '../../../src/flower.js';
import type { FlowerHandler, JoinOptions } from '../../../src/flower.js';
import { fixtures } from './fixtures.js';
import { joined, network, weightsOf, x, y } from './nodes.js';
import { once, superLink } from './superlink.js';
import type { Misbehaviour } from './superlink.js';

const answer: FlowerHandler = () => ({ metrics: new MetricRecord({ n: 1 }) });

/** What is thrown by join. */
async function refusal(
  server: { readonly url: string },
  options: Partial<JoinOptions> = {},
): Promise<FlowerError> {
  const error = await flower
    .join(server.url, { train: answer, maxWaitTime: 0, ...options })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FlowerError);
  return error as FlowerError;
}

describe('a request is sent again', () => {
  it.each([
    ['503', { status: 503, text: 'busy' }, /is not ready \(HTTP 503\)/],
    ['502', { status: 502, text: '<html>' }, /is not ready \(HTTP 502\)/],
    ['504', { status: 504, text: '' }, /is not ready \(HTTP 504\)/],
    ['429', { status: 429, code: 7 }, /is not ready \(HTTP 429: refused with 7\)/],
    ['a reset before the answer', 'reset', /cannot reach the SuperLink at http:\/\/127/],
    ['a reset within the answer', 'cut', /cannot reach the SuperLink at http:\/\/127/],
    ['no answer for requestTimeout', 'silent', /it sent nothing for 0.3 s \(timeout\)/],
  ] as const)('after %s', async (_, wrong, message) => {
    const server = await superLink(once('registerNode', wrong));
    const { progress, node } = await joined(server, { train: answer, requestTimeout: 0.3 });
    expect(progress.map(({ type }) => type)).toEqual(['retrying', 'joined']);
    const [retrying] = progress;
    if (retrying?.type !== 'retrying') throw new Error('not retried');
    expect(retrying.error).toBeInstanceOf(FlowerError);
    expect(retrying.error.message).toMatch(message);
    expect(retrying.attempt).toBe(1);
    // Not all nodes at the same time.
    expect(retrying.seconds).toBeGreaterThanOrEqual(0.5);
    expect(retrying.seconds).toBeLessThanOrEqual(1);
    expect(node.id).toBe(server.nodes.values().next().value);
    expect(node.id).toBeGreaterThan(0n);
  });

  it('with longer and longer waits, and not for longer than maxWaitTime', async () => {
    const server = await superLink(() => ({ status: 503 }));
    const waits: number[] = [];
    const error = await refusal(server, {
      maxWaitTime: 3,
      onProgress: (one) => {
        if (one.type === 'retrying') waits.push(one.seconds);
      },
    });
    expect(error.status).toBe(503);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThanOrEqual(1);
    expect(waits[1]).toBeLessThanOrEqual(2);
    expect(server.count('registerNode')).toBe(3);
  });

  it('after an answer that drips, within requestTimeout', async () => {
    const server = await superLink(once('registerNode', 'drip'));
    const { told } = await joined(server, { train: answer, requestTimeout: 0.2 });
    expect(told('retrying')[0]?.error.message).toMatch(/it sent \d bytes, .* \(timeout\)/);
    // The node was registered by then.
    expect(server.count('registerNode')).toBe(2);
    expect(server.nodes.size).toBe(1);
  });

  it('while nothing listens at the address', async () => {
    const server = await superLink();
    await server.close();
    const joining = joined(server, { train: answer });
    await server.listen();
    const { told } = await joining;
    expect(told('joined')).toHaveLength(1);
  });

  it('when the server goes away and comes back, between two rounds', async () => {
    const server = await superLink();
    const { tells, told } = await joined(server, { train: answer });
    await server.send({});
    await server.close();
    await tells('retrying');
    await server.listen();
    const { error } = await server.send({});
    expect(error).toBeUndefined();
    expect(told('joined')).toHaveLength(1);
  });

  it('and no object is sent again that the server has', async () => {
    const wrong: Record<string, Misbehaviour> = { pushMessages: 'cut', pullObject: 'reset' };
    let isFirst = true;
    const server = await superLink(({ name, before }) => {
      if (before === 0 && wrong[name] !== undefined) return wrong[name];
      if (name !== 'pushObject' || !isFirst) return undefined;
      isFirst = false;
      return 'reset';
    });
    const model = network(1);
    const { told } = await joined(server, { model, data: [x, y], verbose: 0 });
    const { pushed, error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error).toBeUndefined();
    expect(new Set(pushed).size).toBe(pushed.length);
    expect(told('retrying')).toHaveLength(3);
    expect(server.count('pushMessages')).toBe(2);
    expect(server.count('pushObject')).toBe(pushed.length + 1);
  });

  it('and objects are sent of which the server has told in an answer that was lost', async () => {
    const server = await superLink(once('pushMessages', 'cut'));
    server.takesAtOnce = true;
    const model = network(1);
    const { told, tells } = await joined(server, { model, data: [x, y], verbose: 0 });
    const { pushed, error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error).toBeUndefined();
    expect(new Set(pushed).size).toBe(pushed.length);
    await tells('answered');
    expect(told('dropped')).toHaveLength(0);
    // The first question was answered; the second was told nothing.
    expect(server.count('pushMessages')).toBe(2);
  });

  it('and weights that did not change do not travel back', async () => {
    const server = await superLink();
    const { told, tells } = await joined(server, {
      train: ({ arrays }) => ({ arrays, metrics: new MetricRecord({ n: 1 }) }),
    });
    const { pushed } = await server.send({ arrays: weightsOf(network(2)) });
    // The message, its records, the metrics: the arrays came from there.
    expect(pushed).toHaveLength(3);
    await tells('answered');
    const [answered] = told('answered');
    const sizes = pushed.map((id) => server.objects.get(id)?.length ?? NaN);
    expect(answered?.bytes).toBe(sizes.reduce((a, b) => a + b, 0));
  });

  it('until an object is there that the server waits for itself', async () => {
    const server = await superLink(once('pullObject', { values: { isAvailable: false } }));
    await joined(server, { train: answer });
    const { error } = await server.send({});
    expect(error).toBeUndefined();
    expect(server.count('pullObject')).toBe(3);
  });
});

describe('a server that refuses', () => {
  it.each([
    [
      'another status',
      { status: 400, code: 1 },
      /refuses register-node \(HTTP 400: refused with 1\)/,
    ],
    ['a crash', { status: 500, text: '{"detail":"Internal server error."}' }, /HTTP 500: Internal/],
    ['a text that is no JSON', { status: 403, text: '\x1b[31mno' }, /\(HTTP 403\)/],
    ['JSON that is not an object', { status: 403, text: '[1]' }, /\(HTTP 403\)/],
    ['a long text', { status: 403, text: 'x'.repeat(2 ** 20) }, /\(HTTP 403\)/],
    [
      'no Fleet API',
      { status: 404, text: '{"detail":"Not Found"}' },
      /no SuperLink .* HTTP 404.*gRPC/,
    ],
    [
      'a page',
      { bytes: Buffer.from('<html>'), type: 'text/html' },
      /no SuperLink .* type 'text\/html'/,
    ],
    ['a redirect', { status: 302, text: '' }, /cannot reach|no SuperLink|HTTP 302/],
  ] as const)('%s', async (_, wrong, message) => {
    const server = await superLink(() => wrong);
    const error = await refusal(server);
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(1500);
    expect(error.message).not.toContain('\x1b');
    expect(server.count('registerNode')).toBe(1);
  });

  it('an answer that is no protobuf is a FormatError', async () => {
    const server = await superLink(() => ({ bytes: Buffer.from([0xff, 0xff]) }));
    const joining = flower.join(server.url, { train: answer });
    await expect(joining).rejects.toThrow(FormatError);
    await expect(joining).rejects.toThrow(/the answer to register-node: no message Register/);
  });

  it('an answer that is longer than allowed is cut off', async () => {
    const server = await superLink(() => 'endless');
    const error = await refusal(server);
    expect(error.message).toMatch(/register-node has more than the 8388608 bytes/);
  });

  it('another version is an error, unless it is allowed', async () => {
    const headers = { 'flwr-version-incompatibility-message': 'SuperLink 9.9 vs 1.42' };
    const server = await superLink(() => ({ headers }));
    const error = await refusal(server);
    expect(error.message).toMatch(/another version than 1.42.*SuperLink 9.9 vs 1.42.*allowOtherV/);
    const { told } = await joined(server, { train: answer, allowOtherVersions: true });
    expect(told('joined')).toHaveLength(1);
  });

  it('a clock that is wrong is named', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const server = await superLink(() => ({ status: 401, text: '{"detail":"no"}', date }));
    const error = await refusal(server);
    expect(error.status).toBe(401);
    expect(error.message).toMatch(
      /signature of this node \(HTTP 401: no\).*is (3600|3601|3599) s ahead/,
    );
  });

  it('a signature of no other cause is told without a clock', async () => {
    const server = await superLink(() => ({ status: 401, text: '{"detail":"no"}' }));
    expect((await refusal(server)).message).not.toMatch(/clock/);
  });

  it('TLS where there is none is told so', async () => {
    const server = await superLink();
    const error = await refusal({ url: server.url.replace('http:', 'https:') });
    expect(error.message).toMatch(/no trusted connection .*address begins with http:/);
  });

  it('an address that nothing has is told so, with the cause', async () => {
    const server = await superLink();
    await server.close();
    const error = await refusal(server);
    expect(error.message).toMatch(/cannot reach the SuperLink .*ECONNREFUSED/);
    expect(error.status).toBeUndefined();
    expect(error.cause).toBeInstanceOf(Error);
    await server.listen();
  });
});

describe('the key of a node', () => {
  it('that is kept gives the same node when it comes again, and is not unregistered', async () => {
    const server = await superLink();
    const key = await flower.importKey(fixtures.key['private'] ?? '');
    const first = await joined(server, { train: answer, key });
    await first.node.leave();
    const second = await joined(server, { train: answer, key });
    expect(second.node.id).toBe(first.node.id);
    expect(server.nodes.size).toBe(1);
    await second.node.leave();
    expect(server.count('deactivateNode')).toBe(2);
    expect(server.count('unregisterNode')).toBe(0);
  });

  it('that still counts as online is tried again, as after a crash', async () => {
    const server = await superLink();
    const key = await flower.generateKey();
    server.misbehave = ({ name, before }) => {
      if (name === 'activateNode' && before === 2) server.online.clear();
      return undefined;
    };
    server.nodes.set(await flower.exportPublicKey(key, 'pem'), 7n);
    server.online.add(7n);
    const { node, told } = await joined(server, { train: answer, key });
    expect(node.id).toBe(7n);
    expect(told('retrying').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(told('retrying')[0]?.error).toMatchObject({ status: 412, code: 2004 });
    expect(told('retrying')[0]?.error.message).toMatch(
      /does not admit this node yet .*counts as online: .*two of its heartbeats are missed/,
    );
  });

  it('that was activated, whose answer was lost, is online', async () => {
    const server = await superLink(once('activateNode', 'cut'));
    const { node } = await joined(server, { train: answer });
    expect(server.count('activateNode')).toBe(2);
    expect(server.nodes.values().next().value).toBe(node.id);
    expect((await server.send({})).error).toBeUndefined();
  });

  it('that counts as online for longer than maxWaitTime is refused', async () => {
    const server = await superLink();
    const key = await flower.generateKey();
    const first = await joined(server, { train: answer, key });
    const error = await refusal(server, { key });
    expect(error.message).toMatch(/counts as online.*two programs cannot have one key/);
    expect(error.status).toBe(412);
    await first.node.leave();
  });

  it('is known where nodes are registered by hand', async () => {
    const server = await superLink();
    const key = await flower.generateKey(false);
    server.known = new Set([await flower.exportPublicKey(key, 'pem')]);
    const { node } = await joined(server, { train: answer, key });
    expect(node.id).toBeGreaterThan(0n);
    const error = await refusal(server);
    expect(error).toMatchObject({ status: 412, code: 2004 });
    expect(error.message).toMatch(
      /admits known nodes alone.*two causes.*exportPublicKey.*supernode register.*counts as online/,
    );
  });

  it('is checked before the server is asked', async () => {
    const server = await superLink();
    const joining = flower.join(server.url, { train: answer, key: {} as never });
    await expect(joining).rejects.toThrow(ValueError);
    expect(server.calls).toHaveLength(0);
  });

  it('joins again when the server has forgotten it', async () => {
    const server = await superLink();
    const key = await flower.generateKey();
    const { told, tells, node } = await joined(server, { train: answer, key });
    const before = node.id;
    server.forget();
    await tells('joined', 2);
    expect(told('joined').map(({ isAgain }) => isAgain)).toEqual([false, true]);
    expect(node.id).not.toBe(before);
    expect([...server.nodes.keys()]).toEqual([await flower.exportPublicKey(key, 'pem')]);
    const { error } = await server.send({});
    expect(error).toBeUndefined();
  });

  it('joins again once, when several requests at a time find it forgotten', async () => {
    const server = await superLink(({ name, before }) => {
      if (name === 'pullObject' && before === 2) server.forget();
      return undefined;
    });
    const { told } = await joined(server, { model: network(1), data: [x, y], verbose: 0 });
    await server.send({ arrays: weightsOf(network(2)) });
    expect(told('joined')).toHaveLength(2);
    expect(server.count('registerNode')).toBe(2);
  });
});
