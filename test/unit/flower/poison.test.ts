// What must not spread: the state of a run, numbers that are not finite, types that averaging has changed.
import { describe, expect, it } from 'vitest';
import { ArrayRecord, ConfigRecord } from '../../../src/flower.js';
import type { optimizers } from '../../../src/index.js';
import { layers, memory, Sequential, tensor } from '../../../src/index.js';
import { joined, network, numbers, weightsOf, x, xTest, y, yTest } from './nodes.js';
import { superLink } from './superlink.js';

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;

function arraysOf(records: ReadonlyMap<string, unknown>): ArrayRecord {
  return records.get('arrays') as ArrayRecord;
}

describe('the state of the optimizer', () => {
  it('starts over with the next run, and so does the learning rate', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const config = new ConfigRecord({ lr: 0.5 });
    const first = await server.send({ arrays }, { runId: 1n });
    const second = await server.send({ arrays, config }, { runId: 1n });
    const next = await server.send({ arrays }, { runId: 2n });
    const [a, b, c] = [first, second, next].map(({ records }) =>
      numbers(arraysOf(records).values()),
    );
    expect(b).not.toEqual(a);
    expect(c).toEqual(a);
    expect((model.optimizer as optimizers.Adam).learningRate).toBeCloseTo(0.01, 6);
    expect(model.optimizer?.iterations).toBe(7);
  });

  it('starts over with the next run, also if the first round of that has failed', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const first = await server.send({ arrays }, { runId: 1n });
    const config = new ConfigRecord({ lr: 3e38 });
    const failed = await server.send({ arrays, config }, { runId: 2n });
    expect(failed.error?.reason).toContain('training has made numbers that are not finite');
    const next = await server.send({ arrays }, { runId: 2n });
    expect(numbers(arraysOf(next.records).values())).toEqual(
      numbers(arraysOf(first.records).values()),
    );
  });

  it('is that of the caller, who has trained before, with each run', async () => {
    const server = await superLink();
    const [model, alone] = [network(1), network(1)];
    for (const one of [model, alone]) await one.fit(x, y, quiet);
    await joined(server, { model, data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    alone.setWeights([...arrays.values()]);
    await alone.fit(x, y, quiet);
    for (const runId of [1n, 2n, 3n]) {
      const { records } = await server.send({ arrays }, { runId });
      expect(numbers(arraysOf(records).values())).toEqual(numbers(alone.weights));
    }
  });
});

describe('training that diverges', () => {
  it('is answered as an error, and the model and its optimizer keep what they had', async () => {
    const server = await superLink();
    const model = network(1);
    const { told } = await joined(server, { model, data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const first = await server.send({ arrays });
    const before = [model.weights, model.optimizer?.variables ?? []].map(numbers);
    const tensors = memory().tensors;
    const { error } = await server.send({ arrays, config: new ConfigRecord({ lr: 3e38 }) });
    expect(error?.reason).toMatch(
      /FormatError: training has made numbers that are not finite: the weight 'sequential.*learning rate/,
    );
    expect([model.weights, model.optimizer?.variables ?? []].map(numbers)).toEqual(before);
    expect(told('failed')[0]?.isRefusal).toBe(true);
    expect(memory().tensors).toBeLessThanOrEqual(tensors);
    // The next run is what it would have been.
    const next = await server.send({ arrays }, { runId: 12n });
    expect(numbers(arraysOf(next.records).values())).toEqual(
      numbers(arraysOf(first.records).values()),
    );
  });

  it('is answered as an error where a fit throws, and the model keeps what it had', async () => {
    const server = await superLink();
    const model = network(1);
    const onEpochEnd = (): void => {
      throw new Error('no room');
    };
    const { told } = await joined(server, {
      model,
      data: [x, y],
      callbacks: { onEpochEnd },
      ...quiet,
    });
    const before = numbers(model.weights);
    const { error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error?.reason).toMatch(/no room/);
    expect(numbers(model.weights)).toEqual(before);
    expect(told('failed')[0]).toMatchObject({ isRefusal: false, messageType: 'train' });
  });
});

describe('weights that averaging has changed', () => {
  const counting = async (): Promise<Sequential> => {
    const model = new Sequential([
      layers.Input({ shape: [4] }),
      new layers.Normalization({ name: 'scale' }),
      new layers.Dense(3, { activation: 'softmax' }),
    ]);
    await (model.layers[0] as layers.Normalization).adapt(x);
    model.compile({ optimizer: 'sgd', loss: 'sparse_categorical_crossentropy' });
    return model;
  };

  it('become what the weights are: an averaged count is rounded', async () => {
    const server = await superLink();
    const model = await counting();
    expect(model.weights.map(({ dtype }) => dtype)).toContain('int32');
    await joined(server, { model, data: [x, y], validationData: [xTest, yTest], verbose: 0 });
    const at = model.weights.findIndex(({ dtype }) => dtype === 'int32');
    const count = model.weights[at];
    count?.assign(tensor(50, { shape: count.shape, dtype: 'int32' }));
    const floats = model.weights.map(({ value }) => value.astype('float32').add(0.25));
    for (const messageType of ['train', 'evaluate']) {
      const { records, error } = await server.send(
        { arrays: new ArrayRecord(floats) },
        { messageType },
      );
      expect(error).toBeUndefined();
      expect(numbers(model.weights)[at]).toEqual([50]);
      if (messageType === 'evaluate') continue;
      expect([...arraysOf(records).values()].map(({ dtype }) => dtype)).toEqual(
        model.weights.map(({ dtype }) => dtype),
      );
    }
  });

  it('are refused where the type of the weight cannot hold them', async () => {
    const server = await superLink();
    const model = await counting();
    await joined(server, { model, data: [x, y], verbose: 0 });
    const floats = model.weights.map(({ value }) => value.astype('float32').add(3e9));
    const { error } = await server.send({ arrays: new ArrayRecord(floats) });
    expect(error?.reason).toMatch(
      /the weight 'count' of this node is int32, which cannot hold 3000/,
    );
  });

  it('are taken as float32 where they are whole numbers', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], ...quiet });
    const whole = network(2)
      .getWeights()
      .map((weight) => weight.astype('int32'));
    const { error } = await server.send({ arrays: new ArrayRecord(whole) });
    expect(error).toBeUndefined();
  });

  it('have variances above 0, also where noise has brought them below', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, validationData: [xTest, yTest], ...quiet });
    const at = model.weights.findIndex(({ name }) => name === 'moving_variance');
    const weights = network(2).getWeights();
    weights[at] = tensor([0.5, -0.01, 0, 1, -2, 3]);
    const arrays = new ArrayRecord(weights);
    const { error } = await server.send({ arrays }, { messageType: 'evaluate' });
    expect(error).toBeUndefined();
    const floor = Math.fround(1e-7);
    expect(numbers(model.weights)[at]).toEqual([0.5, floor, 0, 1, floor, 3]);
  });
});
