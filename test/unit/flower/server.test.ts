// What a node does when the SuperLink is away, refuses, forgets or is of another kind.
import { describe, expect, it } from 'vitest';
import { FormatError, ValueError } from '../../../src/errors.js';
import * as flower from '../../../src/flower/index.js';
import { ArrayRecord, FlowerError, MetricRecord } from '../../../src/flower/index.js';
import type { FlowerHandler, JoinOptions } from '../../../src/flower/index.js';
import { fixtures } from './fixtures.js';
import { joined, network, weightsOf, x, y } from './nodes.js';
import { superLink } from './superlink.js';
import type { Call, Misbehaviour } from './superlink.js';

const answer: FlowerHandler = () => ({ metrics: new MetricRecord({ n: 1 }) });
const never = new Promise<never>(() => undefined);

/** What goes wrong with the first request of a name alone. */
function once(name: Call['name'], wrong: Misbehaviour) {
  return (call: Call): Misbehaviour | undefined =>
    call.name === name && call.before === 0 ? wrong : undefined;
}

/** What is thrown by join. */
async function refusal(
  server: { readonly url: string },
  options: Partial<JoinOptions> = {},
): Promise<FlowerError> {
  const error = await flower
    .join(server.url, { train: answer, maxWaitTime: 0, ...options } as JoinOptions)
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
      onProgress: (one) => void (one.type === 'retrying' && waits.push(one.seconds)),
    });
    expect(error.status).toBe(503);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThanOrEqual(1);
    expect(waits[1]).toBeLessThanOrEqual(2);
    expect(server.count('registerNode')).toBe(3);
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

  it('and weights that did not change do not travel back', async () => {
    const server = await superLink();
    const { told, tells } = await joined(server, {
      train: ({ arrays }) => ({ arrays, metrics: new MetricRecord({ n: 1 }) }),
    });
    const { pushed } = await server.send({ arrays: weightsOf(network(2)) });
    // The message, its records, the metrics: the arrays came from there.
    expect(pushed).toHaveLength(3);
    await tells('answered');
    const [{ bytes = 0 } = {}] = told('answered');
    const sizes = pushed.map((id) => server.objects.get(id)?.length ?? NaN);
    expect(bytes).toBe(sizes.reduce((a, b) => a + b, 0));
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
    ['JSON that is no object', { status: 403, text: '[1]' }, /\(HTTP 403\)/],
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
  it('that is in use gives the same node', async () => {
    const server = await superLink();
    const key = await flower.importKey(fixtures.key['private'] ?? '');
    const first = await joined(server, { train: answer, key });
    const second = await joined(server, { train: answer, key });
    expect(second.node.id).toBe(first.node.id);
    expect(server.nodes.size).toBe(1);
    // The one that did not register does not unregister.
    await second.node.leave();
    expect(server.count('deactivateNode')).toBe(1);
    expect(server.count('unregisterNode')).toBe(0);
    await first.node.leave();
    expect(server.count('unregisterNode')).toBe(1);
  });

  it('is known where nodes are registered by hand', async () => {
    const server = await superLink();
    const key = await flower.generateKey(false);
    server.known = new Set([await flower.exportPublicKey(key)]);
    const { node } = await joined(server, { train: answer, key });
    expect(node.id).toBeGreaterThan(0n);
    const error = await refusal(server);
    expect(error).toMatchObject({ status: 412, code: 2004 });
    expect(error.message).toMatch(/admits known nodes alone.*exportPublicKey.*supernode register/);
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
    expect([...server.nodes.keys()]).toEqual([await flower.exportPublicKey(key)]);
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

describe('a message', () => {
  it('that has expired before it came is dropped, and its handler is not called', async () => {
    const server = await superLink();
    let calls = 0;
    const { tells, told } = await joined(server, {
      train: () => (calls++, answer(never as never)),
    });
    void server.send({}, { createdAt: Date.now() / 1000 - 100, ttl: 50 });
    await tells('dropped');
    expect(told('dropped')).toEqual([
      { type: 'dropped', messageType: 'train', reason: 'the time for its answer is over' },
    ]);
    expect(calls).toBe(0);
    expect((await server.send({})).error).toBeUndefined();
    expect(server.count('pushMessages')).toBe(1);
  });

  it('that expires while it is trained on is dropped', async () => {
    const server = await superLink();
    const { tells } = await joined(server, {
      model: network(1),
      data: [x, y],
      maxEpochs: 1e6,
      epochs: 1e6,
      verbose: 0,
    });
    void server.send({ arrays: weightsOf(network(2)) }, { ttl: 0.3 });
    await tells('received');
    await tells('dropped');
    expect(server.count('pushMessages')).toBe(0);
  });

  it('tells its handler when it expires, and what that then throws is not told', async () => {
    const server = await superLink();
    let reason: unknown;
    const { tells, told } = await joined(server, {
      train: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('aborted'));
          });
        }),
    });
    void server.send({}, { ttl: 0.2 });
    await tells('dropped');
    expect(reason).toBeInstanceOf(Error);
    expect(told('failed')).toHaveLength(0);
  });

  it('whose answer comes too late is dropped', async () => {
    const server = await superLink();
    const { tells, told } = await joined(server, { train: answer });
    server.misbehave = ({ name }) =>
      name === 'pushMessages' ? { values: { objectsToPush: [], sessionId: '' } } : undefined;
    void server.send({});
    await tells('dropped');
    expect(told('dropped')[0]?.reason).toMatch(/does not wait for the answer any more/);
    expect(told('answered')).toHaveLength(0);
  });

  it.each(['pullObject', 'confirmMessageReceived', 'pushMessages', 'pushObject'] as const)(
    'whose run is over is dropped: %s',
    async (name) => {
      const server = await superLink(once(name, { status: 403, code: 2007 }));
      const { tells, told } = await joined(server, { train: answer });
      void server.send({});
      await tells('dropped');
      expect(told('dropped')).toEqual([
        { type: 'dropped', messageType: 'train', reason: 'run 11 is over' },
      ]);
      expect(told('failed')).toHaveLength(0);
      expect((await server.send({})).error).toBeUndefined();
    },
  );

  it('whose objects the server does not keep is dropped', async () => {
    const server = await superLink(once('pushObject', { values: { isStored: false } }));
    const { tells, told } = await joined(server, { train: answer });
    void server.send({});
    await tells('dropped');
    expect(told('dropped')[0]?.reason).toMatch(/did not keep the object [0-9a-f]{64}.*180 s/);
    expect((await server.send({})).error).toBeUndefined();
  });

  it.each(['pushMessages', 'pushObject'] as const)(
    'whose answer makes the server crash is dropped: %s',
    async (name) => {
      const server = await superLink(once(name, { status: 500 }));
      const { tells } = await joined(server, { train: answer });
      void server.send({});
      await tells('dropped');
      expect((await server.send({})).error).toBeUndefined();
    },
  );

  it('and the requests end the node when the server crashes on every question for one', async () => {
    const server = await superLink(once('pullMessages', { status: 500, text: '' }));
    const { node } = await joined(server, { train: answer });
    await expect(node.done).rejects.toThrow(/refuses pull-messages \(HTTP 500\)/);
    await expect(node.done).rejects.toThrow(FlowerError);
  });
});

describe('handlers of the caller', () => {
  it('get what the server sent, and answer with records', async () => {
    const server = await superLink();
    const model = network(1);
    const types: string[] = [];
    const handler: FlowerHandler = async (message) => {
      types.push(message.messageType);
      const { lr } = Object.fromEntries(message.config);
      expect(message.runId).toBe(11n);
      expect(message.groupId).toBe('1');
      expect(message.messageId).toMatch(/^[0-9a-f]{64}$/);
      expect(message.expiresAt.getTime() - message.createdAt.getTime()).toBe(3_600_000);
      return Promise.resolve({ metrics: new MetricRecord({ lr: Number(lr) }) });
    };
    await joined(server, {
      model,
      data: [x, y],
      train: handler,
      query: handler,
      evaluate: handler,
    });
    for (const messageType of ['train', 'train.warm_up', 'query', 'query.x', 'evaluate']) {
      const config = new flower.ConfigRecord({ lr: 0.5 });
      const { records, error, metadata } = await server.send({ config }, { messageType });
      expect(error).toBeUndefined();
      expect([...(records.get('metrics') as MetricRecord)]).toEqual([['lr', 0.5]]);
      expect(metadata.messageType).toBe(messageType);
    }
    expect(types).toEqual(['train', 'train.warm_up', 'query', 'query.x', 'evaluate']);
  });

  it.each([
    [
      'an error',
      () => {
        throw new RangeError('too \x1b[31mfar');
      },
      /^RangeError: too far$/,
    ],
    [
      'what is no error',
      () => {
        throw 'text';
      },
      /^text$/,
    ],
    [
      'an object like records',
      () => {
        throw { tree: {} };
      },
      /./,
    ],
    [
      'a FlowerError',
      () => {
        throw new FlowerError('mine');
      },
      /^FlowerError: mine$/,
    ],
    [
      'no record',
      () => ({ a: 1 }) as never,
      /the answer of train: record 'a' must be an ArrayRecord/,
    ],
    ['nothing', () => undefined as never, /the answer of train: expected an object/],
    [
      'a long text',
      () => {
        throw new Error('x'.repeat(1e6));
      },
      /^Error: x{100}/,
    ],
  ] as const)('may fail, and the node goes on: %s', async (_, train, reason) => {
    const server = await superLink();
    const { told } = await joined(server, { train, evaluate: answer });
    const { error } = await server.send({});
    expect(error?.code).toBe(2n);
    expect(error?.reason).toMatch(reason);
    expect(error?.reason).not.toMatch(/\n|\x1b| at |\.ts/);
    expect(error?.reason.length).toBeLessThan(2100);
    expect(told('failed')).toHaveLength(1);
    expect((await server.send({}, { messageType: 'evaluate' })).error).toBeUndefined();
  });

  it('are named where there is none for a message', async () => {
    const server = await superLink();
    await joined(server, { train: answer });
    const { error } = await server.send({}, { messageType: 'evaluate' });
    expect(error?.reason).toMatch(/no handler for messages of type 'evaluate'; it has train\./);
    // Nothing of it was fetched.
    expect(server.count('pullObject')).toBe(0);
  });

  it('find one record of a kind, and are told when there are several', async () => {
    const server = await superLink();
    await joined(server, {
      train: (message) => ({ metrics: new MetricRecord({ n: message.config.size }) }),
      evaluate: ({ arrays }) => ({ arrays }),
    });
    const { records } = await server.send({});
    expect([...(records.get('metrics') as MetricRecord)]).toEqual([['n', 0]]);
    const config = new flower.ConfigRecord({});
    const two = await server.send({ a: config, b: config });
    expect(two.error?.reason).toMatch(/expected one ConfigRecord, got 2 .*'a', 'b'/);
    const none = await server.send({}, { messageType: 'evaluate' });
    expect(none.error?.reason).toMatch(/expected one ArrayRecord, got 0 among the records none/);
  });

  it('work in several nodes of one program', async () => {
    const server = await superLink();
    const nodes = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        joined(server, { train: () => ({ metrics: new MetricRecord({ i }) }) }),
      ),
    );
    expect(new Set(nodes.map(({ node }) => node.id)).size).toBe(4);
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.send({})));
    expect(answers.every(({ error }) => error === undefined)).toBe(true);
  });

  it('take an address with a path and a slash at its end, and a URL', async () => {
    const server = await superLink();
    for (const url of [`${server.url}/`, new URL(server.url), `${server.url}/?x=1#y`]) {
      const { told } = await joined({ url } as never, { train: answer });
      expect(told('joined')).toHaveLength(1);
    }
  });

  it('leave their tensors to the caller', async () => {
    const server = await superLink();
    let kept: ArrayRecord | undefined;
    const { tells } = await joined(server, {
      train: ({ arrays }) => ((kept = arrays), { metrics: new MetricRecord({}) }),
    });
    await server.send({ arrays: new ArrayRecord([x]) });
    await tells('answered');
    expect(kept?.get('0')?.shape).toEqual([50, 4]);
    kept?.get('0')?.dispose();
  });
});
