// Data of several inputs and outputs: how they are given and named.
import '../without-collector.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { callbacks, data, Input, layers, memory, models, ones, random, Sequential, tidy, utils, zeros } from 'lanegrad'; // prettier-ignore
import type { Tensor } from 'lanegrad';
import { ShapeError } from '../../../src/errors.js';
import { bitsOf } from './networks.js';
import {
  compiled,
  digit,
  image,
  listed,
  meta,
  n,
  network,
  silent,
  slant,
  x,
  y,
} from './several-data.js';

beforeEach(() => {
  utils.setRandomSeed(7);
});

describe('data of several inputs and outputs', () => {
  it('are given by names, in lists, and in data sets and generators, to the same bits', async () => {
    const options = { ...silent, epochs: 2, shuffle: false, batchSize: 8 };
    const here = compiled();
    const { history } = await here.fit(x, y, options);
    const names = ['loss', 'digit_loss', 'slant_loss', 'digit_accuracy'];
    expect(Object.keys(history)).toEqual(names);
    expect(here.metricsNames).toEqual(names);

    const byList = compiled();
    await byList.fit([image, meta] as never, [digit, slant] as never, options);
    expect(bitsOf(byList)).toEqual(bitsOf(here));

    const byDataset = compiled();
    const dataset = data.Dataset.fromTensors(x, y).batch(8);
    const given = await byDataset.fit(dataset, { ...silent, epochs: 2 });
    expect(bitsOf(byDataset)).toEqual(bitsOf(here));
    expect(given.history).toEqual(history);

    const byGenerator = compiled();
    const batches = {
      *[Symbol.iterator]() {
        for (let first = 0; first < n; first += 8) {
          const rows = (part: Tensor): Tensor => part.slice([first, Math.min(first + 8, n)]);
          yield [
            { image: rows(image), meta: rows(meta) },
            { digit: rows(digit), slant: rows(slant).toArray() },
          ] as never;
        }
      },
    };
    await byGenerator.fit(batches, { ...silent, epochs: 2 });
    expect(bitsOf(byGenerator)).toEqual(bitsOf(here));

    const byBatch = compiled();
    for (let epoch = 0; epoch < 2; epoch++) {
      for (let first = 0; first < n; first += 8) {
        const rows = (part: Tensor): Tensor => part.slice([first, Math.min(first + 8, n)]);
        byBatch.trainOnBatch(
          { image: rows(image), meta: rows(meta) },
          { digit: rows(digit), slant: rows(slant) },
        );
      }
    }
    expect(bitsOf(byBatch)).toEqual(bitsOf(here));
  });

  it('are predicted in the structure of the outputs', async () => {
    const model = compiled();
    const whole = await model.predict(x, { ...silent, batchSize: 7 });
    expect(Object.keys(whole)).toEqual(['digit', 'slant']);
    expect(whole.digit.shape).toEqual([n, 3]);
    expect(whole.slant.shape).toEqual([n, 1]);
    expect(model.predictOnBatch(x).slant.toArray()).toEqual(whole.slant.toArray());
    expect(model.apply(x).digit.toArray()).toEqual(whole.digit.toArray());
    const [first, second] = await listed().predict([image, meta], silent);
    expect(first?.toArray()).toEqual(whole.digit.toArray());
    expect(second?.toArray()).toEqual(whole.slant.toArray());
  });

  it('give a tensor of its own for each output, though they are one', async () => {
    const input = Input([2]);
    const twice = new layers.Dense(2).apply(input);
    const model = new models.Model({ inputs: input, outputs: [twice, twice, input] });
    const given = ones([3, 2]);
    const [a, b, c] = model.predictOnBatch(given);
    a.dispose();
    c.dispose();
    expect(b.toArray()).toHaveLength(3);
    expect(given.toArray()).toHaveLength(3);
  });

  it('are split, weighted and validated as one', async () => {
    const part = (from: number, to: number) => ({
      x: { image: image.slice([from, to]), meta: meta.slice([from, to]) },
      y: { digit: digit.slice([from, to]), slant: slant.slice([from, to]) },
    });
    const [train, test] = [part(0, 15), part(15, n)];
    const options = { ...silent, epochs: 2, batchSize: 4 };
    const split = compiled();
    const separate = compiled();
    const byDataset = compiled();
    utils.setRandomSeed(3);
    const first = await split.fit(x, y, { ...options, validationSplit: 0.25 });
    utils.setRandomSeed(3);
    const second = await separate.fit(train.x, train.y, {
      ...options,
      validationData: [test.x, test.y],
    });
    expect(second.history).toEqual(first.history);
    expect(Object.keys(first.history)).toContain('val_digit_accuracy');
    expect(bitsOf(separate)).toEqual(bitsOf(split));
    const dataset = data.Dataset.fromTensors(test.x, test.y).batch(4);
    utils.setRandomSeed(3);
    const third = await byDataset.fit(train.x, train.y, { ...options, validationData: dataset });
    expect(third.history).toEqual(first.history);
  });

  it('take one list of sample weights for all outputs, or one for each', async () => {
    const weights = Float32Array.from({ length: n }, (_, i) => i % 4);
    const options = { ...silent, returnDict: true } as const;
    const model = compiled();
    const both = await model.evaluate(x, y, {
      ...options,
      sampleWeight: { digit: weights, slant: weights },
    });
    expect(await model.evaluate(x, y, { ...options, sampleWeight: weights })).toEqual(both);
    expect(await model.evaluate(x, y, { ...options, sampleWeight: Array.from(weights) })).toEqual(
      both,
    );
    const plain = await model.evaluate(x, y, options);
    const one = await model.evaluate(x, y, { ...options, sampleWeight: { slant: weights } });
    expect(one['digit_loss']).toBe(plain['digit_loss']);
    expect(one['slant_loss']).toBe(both['slant_loss']);
    // The sum of the batches' losses: weights of batches are their sizes.
    const slantWeight = 0.1;
    expect(one.loss).toBeCloseTo(
      (one['digit_loss'] ?? 0) + slantWeight * (one['slant_loss'] ?? 0),
      5,
    );
  });

  it('may be targets without options', async () => {
    const model = compiled();
    const options = { ...silent, returnDict: true } as const;
    expect(await model.evaluate(x, y)).toEqual(Object.values(await model.evaluate(x, y, options)));
  });

  it('are seen by callbacks under the names of the outputs', async () => {
    const seen: string[][] = [];
    const stop = new callbacks.EarlyStopping({ monitor: 'val_digit_accuracy', patience: 5 });
    const ofLoss = new callbacks.EarlyStopping({ monitor: 'slant_loss', patience: 5 });
    await compiled().fit(x, y, {
      ...silent,
      validationSplit: 0.2,
      callbacks: [
        stop,
        ofLoss,
        { onTrainBatchEnd: (_: number, logs: object) => seen.push(Object.keys(logs)) },
      ],
    });
    expect(seen[0]).toEqual(['loss', 'digit_loss', 'slant_loss', 'digit_accuracy']);
  });

  it('leave nothing behind', async () => {
    const model = compiled();
    const options = { ...silent, validationSplit: 0.2, sampleWeight: ones([n]) };
    await model.fit(x, y, options);
    const before = memory().tensors;
    await model.fit({ image: image.toArray(), meta: meta.data() } as never, y, options);
    await model.fit(data.Dataset.fromTensors(x, y).shuffle(5).batch(4), silent);
    await expect(model.fit({ image, meta: zeros([3, 3]) }, y, silent)).rejects.toThrow(ShapeError);
    tidy(() => {
      model.predictOnBatch(x);
    });
    for (const part of Object.values(await model.predict(x, silent))) part.dispose();
    // `zeros` here, and what the data set looks at.
    expect(memory().tensors - before).toBe(5);
  });
});

describe('compile for several outputs', () => {
  const options = { ...silent, returnDict: true } as const;

  it('leaves outputs without a loss alone', async () => {
    const model = network();
    model.compile({ optimizer: 'sgd', loss: { slant: 'mse' }, metrics: { slant: 'mae' } });
    const { history } = await model.fit(x, { slant }, silent);
    expect(Object.keys(history)).toEqual(['loss', 'slant_mae']);
    expect(model.loss).toMatchObject({ slant: { name: 'mean_squared_error' } });
  });

  it('orders losses as they were given, and metrics by name', async () => {
    const model = network();
    model.compile({
      loss: { slant: 'mse', digit: 'sparse_categorical_crossentropy' },
      metrics: { slant: ['mse', 'mae'], digit: ['accuracy'] },
      weightedMetrics: { slant: ['mae'] },
    });
    await model.evaluate(x, y, options);
    expect(model.metricsNames).toEqual([
      'loss',
      'slant_loss',
      'digit_loss',
      'digit_accuracy',
      'slant_mae',
      'slant_mse',
      'slant_weighted_mae',
    ]);
  });

  it('takes one loss and one factor for all', async () => {
    const model = network();
    model.compile({ loss: 'mse', lossWeights: 0.5 });
    const targets = { digit: random.normal([n, 3], { seed: 5 }), slant };
    const logs = await model.evaluate(x, targets, { ...options, batchSize: n });
    expect(logs.loss).toBeCloseTo(0.5 * ((logs['digit_loss'] ?? 0) + (logs['slant_loss'] ?? 0)), 5);
  });
});

describe('a model that computes in call', () => {
  class Both extends models.Model {
    static override readonly className = 'Both';
    readonly one = new layers.Dense(2);
    readonly two = new layers.Dense(1);
    override call(given: never): never {
      const { a, b } = given as { a: Tensor; b: Tensor };
      return { sum: this.one.apply(a.add(b)), difference: this.two.apply(a.sub(b)) } as never;
    }
  }
  const given = { a: meta, b: random.normal([n, 3], { seed: 9 }) };
  const wanted = { difference: slant, sum: random.normal([n, 2], { seed: 8 }) };

  it('gets the structure that was given, and gives one', async () => {
    const model = new Both();
    model.compile({ loss: { sum: 'mse', difference: 'mae' }, metrics: { sum: ['mae'] } });
    const { history } = await model.fit(given as never, wanted as never, { ...silent, epochs: 3 });
    expect(Object.keys(history)).toEqual(['loss', 'sum_loss', 'difference_loss', 'sum_mae']);
    expect(history.loss?.[2]).toBeLessThan(history.loss?.[0] ?? 0);
    const predicted = (await model.predict(given as never, silent)) as never as typeof wanted;
    expect(predicted.sum.shape).toEqual([n, 2]);
    await expect(model.fit(given as never, { sum: wanted.sum, other: slant } as never, silent)).rejects.toThrow(/^fit: y: there is no 'other'/); // prettier-ignore
    await expect(model.fit({ a: meta } as never, wanted as never, silent)).rejects.toThrow(/^fit: x: 'b' is missing/); // prettier-ignore
  });

  it('refuses a tensor as the target of several outputs', async () => {
    const model = new Both();
    model.compile({ loss: 'mse' });
    await expect(model.fit(given as never, slant, silent)).rejects.toThrow(
      /y has one tensor, but model 'both.*' gives 2 outputs/,
    );
  });
});

describe('a fit', () => {
  it('has the bits that it has alone, though another runs meanwhile', async () => {
    const make = (): Sequential[] =>
      [1, 2].map((seed) => {
        utils.setRandomSeed(seed);
        const model = new Sequential([new layers.Dense(3, { inputShape: [4] })]);
        model.compile({ loss: 'mse' });
        return model;
      });
    const targets = random.normal([n, 3], { seed: 4 });
    const rows = data.Dataset.fromTensors(image, targets).shuffle(n).batch(4);
    const run = (model: Sequential, i: number): Promise<unknown> =>
      i === 0
        ? model.fit(image, targets, { ...silent, epochs: 3, batchSize: 4, yieldEvery: 'batch' })
        : model.fit(rows, { ...silent, epochs: 3, yieldEvery: 'batch' });
    const alone = make();
    utils.setRandomSeed(5);
    for (const [i, model] of alone.entries()) await run(model, i);
    const together = make();
    utils.setRandomSeed(5);
    await Promise.all(together.map(run));
    expect(together.map(bitsOf)).toEqual(alone.map(bitsOf));
  });
});

describe('two outputs of one name', () => {
  // Keras 3.15.1 and the nightly: w = 1, b = 0, outputs 2 and 4, targets 1.
  it('have the names and results of Keras', async () => {
    const inputs = Input([2]);
    const dense = new layers.Dense(1, { name: 'd', kernelInitializer: 'ones' });
    const outputs = [dense.apply(inputs), dense.apply(inputs.mul(2))] as const;
    const model = new models.Model({ inputs, outputs });
    model.compile({ loss: { d: 'mse' }, metrics: { d: ['mae'] }, optimizer: 'sgd' });
    const [samples, targets] = [ones([4, 2]), [ones([4, 1]), ones([4, 1])] as const];
    const { history } = await model.fit(samples, targets, { ...silent, epochs: 2 });
    const close = (...values: number[]): unknown =>
      values.map((v) => expect.closeTo(v, 5) as number);
    expect(history).toEqual({
      loss: close(10, 5.9792),
      d_loss: close(9, 5.5696006),
      d_mae: close(1, 0.64),
      d_mae_1: close(3, 2.36),
    });
    expect(model.metricsNames).toEqual(['loss', 'd_loss', 'd_loss', 'd_mae', 'd_mae_1']);
    const list = close(3.6350522, 3.5013888, 3.5013888, 0.3656, 1.8711998);
    expect(await model.evaluate(samples, targets, silent)).toEqual(list);
    expect(model.testOnBatch(samples, targets)).toEqual(list);
    const named = await model.evaluate(samples, targets, { ...silent, returnDict: true });
    expect(Object.keys(named)).toEqual(['loss', 'd_loss', 'd_mae', 'd_mae_1']);
  });
});
