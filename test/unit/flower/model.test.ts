import { describe, expect, it } from 'vitest';
import { inWorker } from '../../../src/remote.js';
import type { optimizers } from '../../../src/index.js';
import { data, layers, memory, Sequential, tensor } from '../../../src/index.js';
import type { MetricRecord } from '../../../src/flower.js';
import { ArrayRecord, ConfigRecord } from '../../../src/flower.js';
import { Model } from '../../../src/models.js';
import type { AnyModel } from '../../../src/models.js';
import { joined, network, numbers, weightsOf, x, xTest, y, yTest } from './nodes.js';
import { superLink } from './superlink.js';

const quiet = { verbose: 0, batchSize: 8, shuffle: false } as const;

function metricsOf(records: ReadonlyMap<string, unknown>): Record<string, unknown> {
  return Object.fromEntries((records.get('metrics') as MetricRecord) ?? []);
}

/** The weights and metrics of a plain fit from the same weights, without any node. */
async function plainFit(
  weights: ArrayRecord,
  options: object = {},
): Promise<{ weights: number[][]; logs: Record<string, number> }> {
  const model = network(99);
  model.setWeights([...weights.values()]);
  const { history } = await model.fit(x, y, { ...quiet, ...options });
  const logs = Object.entries(history).map(([name, values]) => [name, values.at(-1)] as const);
  return { weights: numbers(model.weights), logs: Object.fromEntries(logs) as never };
}

describe('a node with a model', () => {
  it('trains from the weights of the server, and answers with what fit gives, bit for bit', async () => {
    const server = await superLink();
    const { progress, tells } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const sent = weightsOf(network(2));
    const expected = await plainFit(sent);
    const { metadata, error, records, seconds } = await server.send({ weights: sent });
    expect(error).toBeUndefined();
    expect([...records.keys()]).toEqual(['weights', 'metrics']);
    const arrays = records.get('weights') as ArrayRecord;
    expect([...arrays.keys()]).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(numbers(arrays.values())).toEqual(expected.weights);
    // The moving mean of the BatchNormalization has moved from 0, and travels too.
    expect([...(arrays.get('4')?.data() ?? [])].some((value) => value !== 0)).toBe(true);
    expect(metricsOf(records)).toEqual({ ...expected.logs, 'num-examples': 50 });
    expect(metadata).toMatchObject({ srcNodeId: 2n ** 63n, dstNodeId: 1n, groupId: '1' });
    expect(metadata).toMatchObject({ messageType: 'train', srcTaskId: undefined, dstTaskId: 5n });
    expect(metadata.ttl).toBeGreaterThan(3500);
    expect(metadata.ttl).toBeLessThanOrEqual(3600);
    expect(seconds).toBeGreaterThan(0);
    await tells('answered');
    expect(progress.map(({ type }) => type)).toEqual(['joined', 'received', 'epoch', 'answered']);
    expect(server.count('confirmMessageReceived')).toBe(1);
  });

  it('answers with the names of the server, in its order', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], ...quiet });
    const names = ['10', '2', 'b', '0', 'größe', 'f', 'g', '1'];
    const weights = network(2).getWeights();
    const arrays = new ArrayRecord(new Map(names.map((name, i) => [name, weights[i] as never])));
    const { records } = await server.send({ 'my-arrays': arrays });
    expect([...(records.get('my-arrays') as ArrayRecord).keys()]).toEqual(names);
  });

  it('measures validationData with the weights of the server', async () => {
    const server = await superLink();
    const model = network(1);
    await joined(server, { model, data: [x, y], validationData: [xTest, yTest], ...quiet });
    const other = network(2);
    const expected = await other.evaluate(xTest, yTest, {
      verbose: 0,
      returnDict: true,
      batchSize: 8,
    });
    const arrays = weightsOf(other);
    const { records } = await server.send({ arrays }, { messageType: 'evaluate' });
    expect([...records.keys()]).toEqual(['metrics']);
    expect(metricsOf(records)).toEqual({ ...expected, 'num-examples': 20 });
  });

  it('goes on from round to round with the state of its optimizer, unless it is reset', async () => {
    const weights = weightsOf(network(2));
    const rounds = async (resetOptimizer: boolean): Promise<number[][][]> => {
      const server = await superLink();
      await joined(server, { model: network(1), data: [x, y], resetOptimizer, ...quiet });
      const results: number[][][] = [];
      for (const _ of [1, 2]) {
        const { records } = await server.send({ arrays: weights });
        results.push(numbers((records.get('arrays') as ArrayRecord).values()));
      }
      return results;
    };
    const [first, second] = await rounds(true);
    expect(second).toEqual(first);
    const kept = await rounds(false);
    expect(kept[0]).toEqual(first);
    const model = network(1);
    for (const _ of [1, 2]) {
      model.setWeights([...weights.values()]);
      await model.fit(x, y, quiet);
    }
    expect(kept[1]).toEqual(numbers(model.weights));
    expect(kept[1]).not.toEqual(first);
  });

  it.each([
    ['lr', 'epochs', 'batch-size'],
    ['learning-rate', 'local-epochs', 'batch_size'],
    ['learning_rate', 'local_epochs', 'local-batch-size'],
  ])('heeds the settings of the server: %s, %s, %s', async (lr, epochs, batchSize) => {
    const server = await superLink();
    const { told } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    const config = new ConfigRecord({
      [lr]: 0.25,
      [epochs]: 2,
      [batchSize]: 25,
      'server-round': 1,
    });
    const { records } = await server.send({ arrays, config });
    const model = network(99);
    model.setWeights([...arrays.values()]);
    (model.optimizer as optimizers.Adam).learningRate = 0.25;
    await model.fit(x, y, { ...quiet, epochs: 2, batchSize: 25 });
    expect(numbers((records.get('arrays') as ArrayRecord).values())).toEqual(
      numbers(model.weights),
    );
    expect(told('epoch').map(({ epoch, epochs: all }) => [epoch, all])).toEqual([
      [0, 2],
      [1, 2],
    ]);
  });

  it.each([
    [{ epochs: 101 }, /epochs.*100.*101/],
    [{ epochs: 0 }, /epochs/],
    [{ epochs: 1.5 }, /epochs/],
    [{ epochs: 2n ** 60n }, /epochs/],
    [{ epochs: '3' }, /epochs/],
    [{ lr: -1 }, /lr/],
    [{ lr: NaN }, /lr/],
    [{ lr: [0.1] }, /lr/],
    [{ 'batch-size': 0 }, /batch-size/],
    [{ 'batch-size': 2 ** 21 }, /batch-size/],
    [{ lr: 1e300 }, /lr.*3.4/],
    [{ 'proximal-mu': -0.1 }, /proximal-mu/],
    [{ clipping_norm: 0 }, /clipping_norm/],
    [{ clipping_norm: NaN }, /clipping_norm/],
    [{ 'update-dtype': 'int4' }, /'float16' or 'int8'/],
    [{ dpfedavg_clip_norm: 0.1 }, /dpfedavg_clip_norm = 0.1, a demand for privacy/],
    [{ 'noise-multiplier': 1 }, /a demand for privacy/],
  ])('refuses settings that cannot be: %o', async (settings, reason) => {
    const server = await superLink();
    const model = network(1);
    const before = numbers(model.weights);
    const { told } = await joined(server, { model, data: [x, y], ...quiet });
    const config = new ConfigRecord(settings as never);
    const { error } = await server.send({ arrays: weightsOf(network(2)), config });
    expect(error?.code).toBe(2n);
    expect(error?.reason).toMatch(/^ValueError: the config of the server/);
    expect(error?.reason).toMatch(reason);
    expect(told('failed')).toHaveLength(1);
    expect(numbers(model.weights)).toEqual(before);
  });

  it('takes proximal-mu 0, and has no more epochs than maxEpochs', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), data: [x, y], maxEpochs: 2, ...quiet });
    const arrays = weightsOf(network(2));
    const zero = await server.send({
      arrays,
      config: new ConfigRecord({ 'proximal-mu': 0, epochs: 2 }),
    });
    expect(zero.error).toBeUndefined();
    const many = await server.send({ arrays, config: new ConfigRecord({ epochs: 3 }) });
    expect(many.error?.reason).toMatch(/epochs.*2.*3/);
  });

  it('trains in a worker to the same bits', async () => {
    const server = await superLink();
    const remote = await inWorker(network(1), { runtime: { threads: 1 } });
    try {
      const validationData = [xTest, yTest] as const;
      await joined(server, { model: remote, data: [x, y], validationData, ...quiet });
      const arrays = weightsOf(network(2));
      const expected = await plainFit(arrays, { epochs: 2 });
      const config = new ConfigRecord({ epochs: 2 });
      const { records } = await server.send({ arrays, config });
      expect(numbers((records.get('arrays') as ArrayRecord).values())).toEqual(expected.weights);
      expect(metricsOf(records)).toEqual({ ...expected.logs, 'num-examples': 50 });
      const other = network(2);
      const loss = await other.evaluate(xTest, yTest, {
        verbose: 0,
        returnDict: true,
        batchSize: 8,
      });
      const measured = await server.send({ arrays: weightsOf(other) }, { messageType: 'evaluate' });
      expect(metricsOf(measured.records)).toEqual({ ...loss, 'num-examples': 20 });
    } finally {
      remote.dispose();
    }
  });

  it('learns with the weights of samples, and measures with them', async () => {
    const server = await superLink();
    const sampleWeight = tensor(Float32Array.from({ length: 50 }, (_, i) => i % 5));
    const testWeight = tensor(Float32Array.from({ length: 20 }, (_, i) => i % 4));
    await joined(server, {
      model: network(1),
      data: [x, y, sampleWeight],
      validationData: [xTest, yTest, testWeight],
      ...quiet,
    });
    const arrays = weightsOf(network(2));
    const expected = await plainFit(arrays, { sampleWeight });
    const { records } = await server.send({ arrays });
    expect(numbers((records.get('arrays') as ArrayRecord).values())).toEqual(expected.weights);
    expect(metricsOf(records)).toEqual({ ...expected.logs, 'num-examples': 50 });
    const other = network(2);
    const options = {
      verbose: 0,
      returnDict: true,
      batchSize: 8,
      sampleWeight: testWeight,
    } as const;
    const loss = await other.evaluate(xTest, yTest, options);
    const measured = await server.send({ arrays: weightsOf(other) }, { messageType: 'evaluate' });
    expect(metricsOf(measured.records)).toEqual({ ...loss, 'num-examples': 20 });
  });

  it('calls the callbacks of the caller, one or several', async () => {
    for (const many of [false, true]) {
      const server = await superLink();
      let epochs = 0;
      const callback = {
        onEpochEnd: () => {
          epochs++;
        },
      };
      const callbacks = many ? [callback] : callback;
      await joined(server, { model: network(1), data: [x, y], callbacks, ...quiet });
      await server.send({ arrays: weightsOf(network(2)) });
      expect(epochs).toBe(1);
    }
  });

  it('keeps its own epochs where the server sets none', async () => {
    const server = await superLink();
    const { told } = await joined(server, { model: network(1), data: [x, y], ...quiet, epochs: 3 });
    await server.send({ arrays: weightsOf(network(2)) });
    expect(told('epoch')).toHaveLength(3);
  });

  // What other tests have left may be collected meanwhile.
  it('leaves no tensor behind', async () => {
    const server = await superLink();
    const { tells } = await joined(server, { model: network(1), data: [x, y], ...quiet });
    const arrays = weightsOf(network(2));
    (await server.send({ arrays })).records.forEach((one) => {
      if (one instanceof ArrayRecord) for (const array of one.values()) array.dispose();
    });
    await tells('answered');
    const before = memory().tensors;
    const { records } = await server.send({ arrays });
    for (const array of (records.get('arrays') as ArrayRecord).values()) array.dispose();
    await tells('answered', 2);
    expect(memory().tensors).toBeLessThanOrEqual(before);
    // Weights that do not fit, a message for which there is no handler, and one without arrays.
    await server.send({ arrays: new ArrayRecord([x]) });
    await server.send({ arrays }, { messageType: 'query' });
    await server.send({ arrays, more: arrays });
    await tells('failed', 3);
    expect(memory().tensors).toBeLessThanOrEqual(before);
  });
});

describe('num-examples', () => {
  const compiled = <M extends AnyModel>(model: M): M => {
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    return model;
  };
  const small = (inputs: number): Sequential =>
    compiled(new Sequential([new layers.Dense(1, { inputShape: [inputs] })]));
  const several = () => {
    const [a, b] = [
      layers.Input({ shape: [2], name: 'a' }),
      layers.Input({ shape: [3], name: 'b' }),
    ];
    const joint = new layers.Concatenate().apply([a, b]);
    return compiled(new Model({ inputs: [a, b], outputs: new layers.Dense(1).apply(joint) }));
  };
  const flat = Float32Array.from({ length: 30 }, (_, i) => i / 30);
  const batches = data.Dataset.fromTensors(x, y).batch(8);
  const list = Array.from({ length: 3 }, () => [x, y] as const);

  it.each([
    ['arrays', { data: [x, y], batchSize: 8 }, 50],
    ['validationSplit', { data: [x, y], validationSplit: 0.3 }, 35],
    ['numExamples', { data: [x, y], numExamples: 7 }, 7],
    ['a dataset', { data: batches }, 50],
    ['steps of a dataset', { data: batches, stepsPerEpoch: 2 }, 16],
    ['an iterable of batches', { data: { [Symbol.iterator]: () => list.values() } }, 150],
  ])('are counted: %s', async (_, options, expected) => {
    const server = await superLink();
    await joined(server, { model: network(1), verbose: 0, ...options } as never);
    const { records, error } = await server.send({ arrays: weightsOf(network(2)) });
    expect(error).toBeUndefined();
    expect(metricsOf(records)['num-examples']).toBe(expected);
  });

  it('are counted of flat typed arrays', async () => {
    const server = await superLink();
    await joined(server, { model: small(3), data: [flat, flat.subarray(0, 10)] });
    const { records } = await server.send({ arrays: weightsOf(small(3)) });
    expect(metricsOf(records)['num-examples']).toBe(10);
  });

  it.each([
    ['a list', [[flat.subarray(0, 20), flat], flat.subarray(0, 10)]],
    ['by name', [{ a: flat.subarray(0, 20), b: flat }, flat.subarray(0, 10)]],
  ])('are counted of several inputs: %s', async (_, samples) => {
    const server = await superLink();
    const model = several();
    await joined(server, { model, data: samples, validationData: samples } as never);
    for (const messageType of ['train', 'evaluate']) {
      const { records } = await server.send({ arrays: weightsOf(several()) }, { messageType });
      expect(metricsOf(records)['num-examples']).toBe(10);
    }
  });

  it('of steps of validation data are those of the steps', async () => {
    const server = await superLink();
    await joined(server, { model: network(1), validationData: batches, validationSteps: 3 });
    const arrays = weightsOf(network(2));
    const { records } = await server.send({ arrays }, { messageType: 'evaluate' });
    expect(metricsOf(records)['num-examples']).toBe(24);
    const train = await server.send({ arrays });
    expect(train.error?.reason).toMatch(/no handler for messages of type 'train'; it has evaluate/);
  });
});
