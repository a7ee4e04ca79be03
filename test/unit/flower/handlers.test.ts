// Messages that come too late or go wrong, and what handlers of the caller may do.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as flower from '../../../src/flower.js';
import { ArrayRecord, ConfigRecord, FlowerError, MetricRecord } from '../../../src/flower.js';
import type { FlowerHandler } from '../../../src/flower.js';
import { LONGEST_TIMER } from '../../../src/files/locations/download.js';
import { memory, tensor } from '../../../src/index.js';
import { joined, network, weightsOf, x, y } from './nodes.js';
import { once, superLink } from './superlink.js';

/** Seconds for which no timer waits. */
const FOR_EVER = 1e9;

const setTimer = vi.spyOn(globalThis, 'setTimeout');
afterEach(() => setTimer.mockClear());

/** Ends the time of the messages that may be answered for ever. */
function expire(): void {
  const timers = setTimer.mock.calls.filter(([, wait]) => wait === LONGEST_TIMER);
  expect(timers).toHaveLength(1);
  for (const [end] of timers) end();
}

const answer: FlowerHandler = () => ({ metrics: new MetricRecord({ n: 1 }) });

describe('a message', () => {
  it('that has expired before it came is dropped, and its handler is not called', async () => {
    const server = await superLink();
    let calls = 0;
    const { tells, told } = await joined(server, {
      train: () => (calls++, { metrics: new MetricRecord({}) }),
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
    void server.send({ arrays: weightsOf(network(2)) }, { ttl: FOR_EVER });
    await tells('received');
    expire();
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
          expire();
        }),
    });
    void server.send({}, { ttl: FOR_EVER });
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

  it.each(['cut', 'silent'] as const)(
    'loses nothing when the answers to its objects are lost: %s',
    async (wrong) => {
      const server = await superLink(({ name, before }) =>
        (name === 'pushObject' && before % 2 === 0) || (name === 'pushMessages' && before < 2)
          ? wrong
          : undefined,
      );
      const { tells, told } = await joined(server, {
        model: network(1),
        data: [x, y],
        verbose: 0,
        // Else all that a busy machine does late would be lost.
        ...(wrong === 'silent' ? { requestTimeout: 1 } : {}),
      });
      const { records, error } = await server.send({ arrays: weightsOf(network(2)) });
      expect(error).toBeUndefined();
      expect(records.size).toBe(2);
      await tells('answered');
      expect(told('dropped')).toEqual([]);
    },
  );

  it('whose objects the server does not keep is sent again, as far as it lacks them', async () => {
    const server = await superLink(once('pushObject', { values: { isStored: false } }));
    const { tells } = await joined(server, { train: answer });
    expect((await server.send({})).error).toBeUndefined();
    await tells('answered');
    expect(server.count('pushMessages')).toBe(2);
  });

  it('whose objects the server never keeps is dropped', async () => {
    const server = await superLink(({ name }) =>
      name === 'pushObject' ? { values: { isStored: false } } : undefined,
    );
    server.keepsObjects = false;
    const { tells, told } = await joined(server, { train: answer });
    void server.send({});
    await tells('dropped');
    expect(told('dropped')[0]?.reason).toMatch(
      /did not keep the object [0-9a-f]{64} in 6 attempts/,
    );
  });

  it('that comes again is not worked on twice', async () => {
    const server = await superLink();
    let calls = 0;
    const { tells, told } = await joined(server, {
      train: (message) => (calls++, answer(message)),
    });
    const { metadata } = await server.send({});
    void server.sendObject(metadata.replyToMessageId);
    await tells('dropped');
    expect(told('dropped')[0]?.reason).toMatch(/came before/);
    expect(calls).toBe(1);
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
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- callers may
        throw 'text';
      },
      /^text$/,
    ],
    [
      'an object like records',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- callers may
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
  ] as const)('may fail, and the node continues: %s', async (_, train, reason) => {
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
    const [a, b] = [{ lr: 1 }, { lr: 2, mu: 3 }].map((one) => new flower.ConfigRecord(one));
    const two = await server.send({ config, a, b } as never);
    expect([...(two.records.get('metrics') as MetricRecord)]).toEqual([['n', 2]]);
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

  it.each([
    ['advice beyond bounds', [x], { 'poll-interval': 0 }, /poll-interval/],
    ['a norm that cannot be', [x], { clipping_norm: 0 }, /clipping_norm/],
    ['numbers that are not finite', [x, tensor([NaN])], { clipping_norm: 1 }, /not finite/],
    [
      'several records of arrays to clip',
      [],
      { clipping_norm: 1 },
      /expected one ArrayRecord, got 2/,
    ],
  ])('are not called for %s, and no tensor is left', async (_, values, settings, reason) => {
    const server = await superLink();
    let calls = 0;
    await joined(server, { train: (message) => (calls++, answer(message)) });
    const arrays = new ArrayRecord(values);
    const other = values.length === 0 ? { other: new ArrayRecord([x]) } : {};
    const config = new ConfigRecord(settings);
    const { tensors } = memory();
    const { error } = await server.send({ arrays, ...other, config });
    expect(error?.reason).toMatch(reason);
    expect(memory().tensors).toBeLessThanOrEqual(tensors);
    expect(calls).toBe(0);
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
