// What join takes, and how a node leaves.
import { describe, expect, it } from 'vitest';
import { LanegradError, ValueError } from '../../../src/errors.js';
import * as flower from '../../../src/flower.js';
import { FlowerError, MetricRecord } from '../../../src/flower.js';
import type { FlowerHandler, FlowerProgress } from '../../../src/flower.js';
import { layers, memory, Sequential } from '../../../src/index.js';
import { joined, network, weightsOf, x, y } from './nodes.js';
import { superLink } from './superlink.js';

const answer: FlowerHandler = () => ({ metrics: new MetricRecord({ n: 1 }) });
const reason = new Error('enough');

describe('join refuses', () => {
  const unbuilt = new Sequential([new layers.Dense(1)]);
  unbuilt.compile({ optimizer: 'sgd', loss: 'mse' });
  const uncompiled = new Sequential([new layers.Dense(1, { inputShape: [4] })]);
  const model = network(1);
  const train = answer;

  it.each([
    ['no options', undefined, /flower.join/],
    ['null', null, /flower.join/],
    ['nothing to do', {}, /expected a model with data, or handlers/],
    ['an option that is none', { train, epoch: 3 }, /'epoch'/],
    ['options of fit without a model', { train, epochs: 3 }, /'epochs'/],
    ['data without a model', { train, data: [x, y] }, /'data'/],
    ['sampleWeight', { model, data: [x, y], sampleWeight: x }, /'sampleWeight'/],
    ['initialEpoch', { model, data: [x, y], initialEpoch: 1 }, /'initialEpoch'/],
    ['a handler that is none', { train: 5 }, /train/],
    ['a query that is none', { query: {} }, /query/],
    ['an onProgress that is none', { train, onProgress: 'x' }, /onProgress/],
    ['a signal that is none', { train, signal: {} }, /signal/],
    ['heartbeatInterval 9', { train, heartbeatInterval: 9 }, /heartbeatInterval.*10/],
    ['heartbeatInterval 1801', { train, heartbeatInterval: 1801 }, /heartbeatInterval.*1800/],
    ['heartbeatInterval NaN', { train, heartbeatInterval: NaN }, /heartbeatInterval/],
    ['pollInterval 0', { train, pollInterval: 0 }, /pollInterval/],
    ['pollInterval 3601', { train, pollInterval: 3601 }, /pollInterval/],
    ['requestTimeout 0', { train, requestTimeout: 0 }, /requestTimeout/],
    ['requestTimeout Infinity', { train, requestTimeout: Infinity }, /requestTimeout/],
    ['maxWaitTime -1', { train, maxWaitTime: -1 }, /maxWaitTime/],
    ['maxWaitTime as a text', { train, maxWaitTime: '5' }, /maxWaitTime/],
    ['maxBytes -1', { train, maxBytes: -1 }, /maxBytes/],
    ['maxBytes as a text', { train, maxBytes: '5' }, /maxBytes/],
    ['allowOtherVersions 1', { train, allowOtherVersions: 1 }, /allowOtherVersions/],
    ['a key that is none', { train, key: 'x' }, /key must be a key pair/],
    ['a model that is none', { model: {}, data: [x, y] }, /must be a model/],
    ['a model that is a text', { model: 'x', data: [x, y] }, /must be a model, .* got 'x'/],
    ['a model that is null', { model: null, data: [x, y] }, /must be a model, .* got null/],
    ['a model not compiled', { model: uncompiled, data: [x, x] }, /is not compiled/],
    ['a model not built', { model: unbuilt, data: [x, x] }, /is not built/],
    ['a model without data', { model }, /needs data to train with/],
    ['data that do not fit', { model, data: [y, x] }, /flower.join: data/],
    ['data of unequal lengths', { model, data: [x, [1, 2]] }, /flower.join: data/],
    ['data that are none', { model, data: 5 }, /data must be \[x, y\]/],
    ['validationData that are none', { model, validationData: 5 }, /validationData must be/],
    ['maxEpochs 0', { model, data: [x, y], maxEpochs: 0 }, /maxEpochs/],
    ['maxEpochs 1.5', { model, data: [x, y], maxEpochs: 1.5 }, /maxEpochs/],
    ['numExamples 0', { model, data: [x, y], numExamples: 0 }, /numExamples/],
    ['resetOptimizer 1', { model, data: [x, y], resetOptimizer: 1 }, /resetOptimizer/],
  ])('%s', async (_, options, message) => {
    const server = await superLink();
    const error = await flower
      .join(server.url, options as never)
      .catch((thrown: unknown) => thrown);
    // A ValueError, or a ShapeError of samples.
    expect(error).toBeInstanceOf(LanegradError);
    expect((error as Error).message).toMatch(message);
    expect(server.calls).toHaveLength(0);
  });

  it.each([undefined, null, 5, '', 'localhost:8000', 'ftp://localhost', '/path', {}])(
    'the address %o',
    async (url) => {
      const joining = flower.join(url as never, { train: answer });
      await expect(joining).rejects.toThrow(/url must be the address of a SuperLink/);
      await expect(joining).rejects.toThrow(ValueError);
    },
  );

  it.each([
    ['by an option', { maxBytes: -1 }],
    ['by a promise that is none', { requireSecureAggregation: 1 }],
    ['by its data', { data: [y, x] }],
    ['by a signal', { signal: AbortSignal.abort(reason) }],
    ['by the server', { maxWaitTime: 0 }],
  ])('a model and leaves no tensor behind: %s', async (_, options) => {
    const server = await superLink((call) =>
      call.name === 'registerNode' ? { status: 500 } : undefined,
    );
    const refused = network(1);
    refused.optimizer?.build(refused.trainableWeights);
    const { tensors, bytes } = memory();
    await expect(
      flower.join(server.url, { model: refused, data: [x, y], ...options } as never),
    ).rejects.toThrow();
    expect(memory()).toMatchObject({ tensors, bytes });
  });

  it('options that are undefined count as left out', async () => {
    const server = await superLink();
    const { told } = await joined(server, { train: answer, model: undefined, signal: undefined });
    expect(told('joined')).toHaveLength(1);
  });
});

describe('a node leaves', () => {
  it('while it waits for a message', async () => {
    const server = await superLink();
    const { node, progress } = await joined(server, { train: answer, pollInterval: 3600 });
    await node.leave();
    await node.done;
    expect(progress.map(({ type }) => type)).toEqual(['joined', 'left']);
    expect(server.count('deactivateNode')).toBe(1);
    expect(server.count('unregisterNode')).toBe(1);
    expect(server.nodes.size).toBe(0);
  });

  it('as often as it is told to', async () => {
    const server = await superLink();
    const { node, told } = await joined(server, { train: answer });
    await Promise.all([node.leave(), node.leave()]);
    await node.leave();
    expect(told('left')).toHaveLength(1);
    expect(server.count('deactivateNode')).toBe(1);
  });

  it('while it trains, and then there is no answer', async () => {
    const server = await superLink();
    const model = network(1);
    const { node, tells, progress } = await joined(server, {
      model,
      data: [x, y],
      epochs: 1e6,
      maxEpochs: 1e6,
      verbose: 0,
    });
    void server.send({ arrays: weightsOf(network(2)) });
    await tells('epoch');
    await node.leave();
    expect(server.count('pushMessages')).toBe(0);
    expect(progress.map(({ type }) => type).filter((type) => type !== 'epoch')).toEqual([
      'joined',
      'received',
      'left',
    ]);
    // The model is free.
    await model.fit(x, y, { verbose: 0 });
  });

  it.each(['pullMessages', 'pullObject', 'pushMessages', 'pushObject'] as const)(
    'while the server does not answer: %s',
    async (name) => {
      let isHeard: () => void = () => undefined;
      const heard = new Promise<void>((resolve) => (isHeard = resolve));
      const server = await superLink((call) => {
        if (call.name !== name) return undefined;
        isHeard();
        return 'silent';
      });
      const { node } = await joined(server, { train: answer });
      void server.send({});
      await heard;
      await node.leave();
      await node.done;
      expect(server.count('deactivateNode')).toBe(1);
    },
  );

  it('while it waits to ask again', async () => {
    const server = await superLink(({ name }) =>
      name === 'pullMessages' ? { status: 503 } : undefined,
    );
    const { node, tells } = await joined(server, { train: answer });
    await tells('retrying');
    await node.leave();
    expect(server.count('deactivateNode')).toBe(1);
  });

  it('when the server is gone, without waiting for it', async () => {
    const server = await superLink();
    const { node } = await joined(server, { train: answer, pollInterval: 3600 });
    await server.close();
    await node.leave();
    await node.done;
    await server.listen();
  });

  it('when the server refuses to let it go', async () => {
    const server = await superLink(({ name }) =>
      name === 'deactivateNode' ? { status: 412, code: 2005 } : undefined,
    );
    const { node } = await joined(server, { train: answer });
    await node.leave();
    await node.done;
  });

  it('at the end of its block', async () => {
    const server = await superLink();
    const node = await flower.join(server.url, { train: answer });
    await node[Symbol.asyncDispose]();
    expect(server.nodes.size).toBe(0);
  });

  it('by the signal', async () => {
    const server = await superLink();
    const control = new AbortController();
    const { node } = await joined(server, { train: answer, signal: control.signal });
    control.abort(reason);
    await node.done;
    expect(server.nodes.size).toBe(0);
  });

  it('by a signal that was aborted before, which is thrown', async () => {
    const server = await superLink();
    const joining = flower.join(server.url, { train: answer, signal: AbortSignal.abort(reason) });
    await expect(joining).rejects.toBe(reason);
    expect(server.calls).toHaveLength(0);
  });

  it.each(['registerNode', 'activateNode'] as const)(
    'by the signal while it joins: %s',
    async (name) => {
      const control = new AbortController();
      const server = await superLink((call) => {
        if (call.name !== name) return undefined;
        control.abort(reason);
        return 'silent';
      });
      const joining = flower.join(server.url, { train: answer, signal: control.signal });
      await expect(joining).rejects.toBe(reason);
    },
  );

  it('by the signal while it waits to join', async () => {
    const control = new AbortController();
    const server = await superLink(() => ({ status: 503 }));
    const onProgress = (): void => control.abort(reason);
    const options = { train: answer, signal: control.signal, onProgress };
    await expect(flower.join(server.url, options)).rejects.toBe(reason);
  });

  it.each([
    ['joined', 'left'],
    ['received', 'received,left'],
    ['answered', 'received,answered,left'],
    ['left', 'left'],
  ] as const)('when its listener throws: %s', async (type, expected) => {
    const server = await superLink();
    const seen: string[] = [];
    let calls = 0;
    const node = await flower.join(server.url, {
      train: (message) => (calls++, answer(message)),
      pollInterval: 0.01,
      onProgress: (progress: FlowerProgress) => {
        if (seen.push(progress.type) && progress.type === type) throw reason;
      },
    });
    if (type === 'left') void node.leave();
    else void server.send({});
    await expect(node.done).rejects.toBe(reason);
    expect(seen.slice(1).join()).toBe(expected);
    expect(server.nodes.size).toBe(0);
    // What the listener refused is not worked on.
    expect(calls).toBe(type === 'answered' ? 1 : 0);
  });

  it('when the server cannot be reached for maxWaitTime', async () => {
    const server = await superLink();
    const { node } = await joined(server, { train: answer, maxWaitTime: 0 });
    await server.close();
    await expect(node.done).rejects.toThrow(FlowerError);
    await node.leave();
    await server.listen();
  });

  it('and tells the server that it is there until then', async () => {
    const server = await superLink();
    const { node } = await joined(server, { train: answer, heartbeatInterval: 10 });
    const [call] = server.calls.filter(({ name }) => name === 'activateNode');
    expect(call?.values['heartbeatInterval']).toBe(10);
    while (server.count('heartbeat') === 0) await new Promise((next) => setTimeout(next, 100));
    expect(server.calls.find(({ name }) => name === 'heartbeat')?.values).toEqual({
      node: { nodeId: node.id },
      heartbeatInterval: 10,
    });
  });
});
