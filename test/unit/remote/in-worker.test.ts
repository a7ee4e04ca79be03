// Training in a worker gives the numbers that training here gives, whatever the data come as.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import {
  callbacks,
  data,
  layers,
  memory,
  optimizers,
  random,
  Sequential,
  ShapeError,
  tensor,
  utils,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { bits, network, open, quiet, x, y } from './network.js';

describe('inWorker', () => {
  it('trains to the same bits as this thread', async () => {
    const here = network();
    const expected = await here.fit(x, y, { ...quiet, epochs: 3, validationSplit: 0.2 });
    const there = network();
    const remote = await open(there);
    const history = await remote.fit(x, y, { ...quiet, epochs: 3, validationSplit: 0.2 });
    expect(history.history).toEqual(expected.history);
    expect(history.epoch).toEqual([0, 1, 2]);
    expect(there.history).toBe(history);
    expect(bits(there)).toEqual(bits(here));
    expect(remote.metricsNames).toEqual(['loss', 'accuracy']);
  });

  it('moves the random numbers of this thread on as training here does', async () => {
    const here = network();
    // Each fit draws from a generator of its own.
    await here.fit(x, y, { ...quiet, epochs: 1 });
    await here.fit(x, y, { ...quiet, epochs: 2, initialEpoch: 1 });
    const after = random.normal([3]).data();
    const remote = await open(network());
    await remote.fit(x, y, { ...quiet, epochs: 1 });
    await remote.fit(x, y, { ...quiet, epochs: 2, initialEpoch: 1 });
    expect(random.normal([3]).data()).toEqual(after);
    expect(bits(remote.model as Sequential)).toEqual(bits(here));
  });

  it('builds a model whose input is not known yet, as fit does', async () => {
    const make = (): Sequential => {
      utils.setRandomSeed(3);
      const model = new Sequential([new layers.Dense(3)], { name: 'unbuilt' });
      model.compile({ optimizer: new optimizers.SGD({ momentum: 0.9 }), loss: 'mse' });
      return model;
    };
    const targets = random.normal([50, 3], { seed: 2 });
    const here = make();
    await here.fit(x, targets, quiet);
    const there = make();
    const remote = await open(there);
    await remote.fit(x, targets, quiet);
    expect(there.inputShape).toEqual([null, 4]);
    expect(bits(there)).toEqual(bits(here));
  });

  it('builds such a model also for the first batch of an iterable', async () => {
    const make = (): Sequential => {
      utils.setRandomSeed(3);
      const model = new Sequential([new layers.Dense(3, { activation: 'softmax' })]);
      model.compile({ optimizer: 'rmsprop', loss: 'sparse_categorical_crossentropy' });
      return model;
    };
    const batches = [0, 1, 2].map((i) => [x.slice([i, i + 9]), y.slice([i, i + 9])] as const);
    const iterable = { [Symbol.iterator]: () => batches[Symbol.iterator]() };
    const here = make();
    await here.fit(iterable, { verbose: 0, epochs: 2 });
    const there = make();
    await (await open(there)).fit(iterable, { verbose: 0, epochs: 2 });
    expect(bits(there)).toEqual(bits(here));
  });

  it('evaluates and predicts what this thread does', async () => {
    const model = network();
    const remote = await open(model);
    expect(await remote.evaluate(x, y, quiet)).toEqual(await model.evaluate(x, y, quiet));
    const dict = await remote.evaluate(x, y, { ...quiet, returnDict: true });
    expect(Object.keys(dict)).toEqual(['loss', 'accuracy']);
    const predicted = await remote.predict(x, quiet);
    expect(predicted.toArray()).toEqual((await model.predict(x, quiet)).toArray());
    // Weights that were set here are the worker's too.
    model.setWeights(model.getWeights().map((w) => w.mul(0.5)));
    const again = await remote.predict(x, quiet);
    expect(again.toArray()).toEqual((await model.predict(x, quiet)).toArray());
  });

  it('takes typed arrays, nested arrays, weights of samples and classes, and data to validate with', async () => {
    const samples = Float64Array.from(x.data());
    const labels = Array.from(y.data());
    const options = {
      ...quiet,
      epochs: 2,
      sampleWeight: Float32Array.from({ length: 50 }, (_, i) => 1 + (i % 2)),
      validationData: [samples.slice(0, 40), labels.slice(0, 10), new Float32Array(10).fill(2)],
    } as const;
    const here = network();
    const expected = await here.fit(samples, labels, options);
    const remote = await open(network());
    const history = await remote.fit(samples, labels, options);
    expect(history.history).toEqual(expected.history);
    expect(samples).toHaveLength(200);
    const classWeight = { 0: 2, 1: 0.5 };
    const [a, b] = [network(), network()];
    utils.setRandomSeed(1);
    await a.fit(x, y, { ...quiet, classWeight });
    utils.setRandomSeed(1);
    await (await open(b)).fit(x, y, { ...quiet, classWeight });
    expect(bits(b)).toEqual(bits(a));
  });

  it('reads iterables here, batch by batch, and ends them as fit does', async () => {
    let ended = 0;
    const batches = {
      async *[Symbol.asyncIterator]() {
        try {
          for (let i = 0; ; i++) {
            yield [
              x.slice([8 * (i % 5), 8 * (i % 5) + 8]),
              y.slice([8 * (i % 5), 8 * (i % 5) + 8]),
            ] as const;
          }
        } finally {
          ended++;
        }
      },
    };
    const options = { verbose: 0, epochs: 2, stepsPerEpoch: 4, validationSteps: 2 } as const;
    const here = network();
    const expected = await here.fit(batches, { ...options, validationData: batches });
    const endedHere = ended;
    const there = network();
    const remote = await open(there);
    const history = await remote.fit(batches, { ...options, validationData: batches });
    expect(history.history).toEqual(expected.history);
    expect(bits(there)).toEqual(bits(here));
    expect(ended).toBe(2 * endedHere);
  });

  it('goes on with a generator where an earlier call stopped, and leaves it running', async () => {
    function* generate(): Generator<readonly [Tensor, Tensor]> {
      for (let i = 0; i < 6; i++) yield [x.slice([8 * i, 8 * i + 8]), y.slice([8 * i, 8 * i + 8])];
    }
    const remote = await open(network());
    const batches = generate();
    await remote.fit(batches, { verbose: 0, stepsPerEpoch: 2 });
    await remote.fit(batches, { verbose: 0, stepsPerEpoch: 3 });
    expect(batches.next().done).toBe(false);
    expect(batches.next().done).toBe(true);
  });

  it('hands errors of an iterable on as they are', async () => {
    const failure = new TypeError('the camera is off');
    const batches = {
      *[Symbol.iterator](): Generator<Tensor> {
        yield x;
        throw failure;
      },
    };
    const remote = await open(network());
    await expect(remote.predict(batches, { verbose: 0 })).rejects.toBe(failure);
  });

  it('leaves no tensors behind', async () => {
    const model = network();
    const remote = await open(model);
    await remote.fit(x, y, quiet);
    const before = memory();
    await remote.fit(x, Array.from(y.data()), { ...quiet, epochs: 2, validationSplit: 0.1 });
    (await remote.predict(x.toArray() as number[][], quiet)).dispose();
    await expect(remote.fit(x, tensor([1, 2]), quiet)).rejects.toThrow(ShapeError);
    // Its targets are this test's.
    expect(memory().tensors - before.tensors).toBe(1);
  });
});

describe('a data set for a model in a worker', () => {
  it('is read here, shuffled as in fit, and frees its batches', async () => {
    const make = () => data.Dataset.fromTensors(x, y).shuffle(50).batch(8);
    const options = { verbose: 0, epochs: 3, validationData: data.Dataset.fromTensors(x, y).batch(25) } as const; // prettier-ignore
    const here = network();
    const expected = await here.fit(make(), options);
    const there = network();
    const dataset = make();
    const remote = await open(there);
    const history = await remote.fit(dataset, options);
    expect(history.history).toEqual(expected.history);
    expect(bits(there)).toEqual(bits(here));
    const before = memory().tensors;
    const steps: unknown[] = [];
    const listener = new callbacks.Callback();
    Object.defineProperty(listener, 'onEpochEnd', {
      value: () => steps.push(listener.params.steps),
    });
    await remote.fit(dataset, { verbose: 0, callbacks: [listener] });
    expect(steps).toEqual([7]);
    expect(memory().tensors).toBe(before);
  });

  it('takes the random numbers of an iterable from this thread', async () => {
    const noisy = {
      *[Symbol.iterator]() {
        for (let i = 0; i < 4; i++) yield [random.normal([8, 4]), y.slice([0, 8])] as const;
      },
    };
    const here = network();
    await here.fit(noisy, { verbose: 0, epochs: 2 });
    const there = network();
    await (await open(there)).fit(noisy, { verbose: 0, epochs: 2 });
    expect(bits(there)).toEqual(bits(here));
  });
});
