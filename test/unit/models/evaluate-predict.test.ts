import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Flatten } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import type { TensorLike } from '../../../src/engine/tensor/index.js';
import { bitsOf, classifier, compiledTwoLayers, labels, numbers, regression } from './networks.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;

/** Σ (p − t)² / size in float64, over those rows. */
function meanSquaredError(predicted: Float32Array, targets: Float32Array): number {
  const squares = predicted.map((p, i) => (p - (targets[i] ?? NaN)) ** 2);
  return squares.reduce((total, square) => total + square, 0) / squares.length;
}

describe('evaluate', () => {
  it('gives the loss over all samples, whatever the batches', async () => {
    const model = compiledTwoLayers();
    const before = bitsOf(model);
    const expected = meanSquaredError(
      model.apply(x).data() as Float32Array,
      y.data() as Float32Array,
    );
    for (const batchSize of [1, 3, 10, 32]) {
      const [loss] = await model.evaluate(x, y, { ...silent, batchSize });
      expect(loss).toBeCloseTo(expected, 6);
    }
    expect(bitsOf(model)).toEqual(before);
  });

  it('gives a list, or an object by name', async () => {
    const model = classifier('sparse_categorical_crossentropy');
    const data = tensor(numbers(36), { shape: [12, 3] });
    const list = await model.evaluate(data, labels(12), silent);
    const named = await model.evaluate(data, labels(12), { ...silent, returnDict: true });
    expect(Object.keys(named)).toEqual(['loss', 'accuracy']);
    expect(list).toEqual(Object.values(named));
    expect(model.metricsNames).toEqual(['loss', 'accuracy']);
    const right = model.apply(data).argmax(-1).data();
    const share = labels(12).filter((label, i) => label === right[i]).length / 12;
    expect(named['accuracy']).toBeCloseTo(share, 6);
  });

  it('weighs samples in the loss', async () => {
    const model = compiledTwoLayers();
    const sampleWeight = [0, 0, 0, 0, 0, 0, 0, 0, 0, 10];
    const [weighted = NaN] = await model.evaluate(x, y, { ...silent, sampleWeight });
    const [alone = NaN] = await model.evaluate(x.slice('9:'), y.slice('9:'), silent);
    expect(weighted).toBeCloseTo(alone, 5);
  });

  it('takes the first batches with steps, no more than there are', async () => {
    const model = compiledTwoLayers();
    const [two] = await model.evaluate(x, y, { ...silent, batchSize: 3, steps: 2 });
    const [six] = await model.evaluate(x.slice('0:6'), y.slice('0:6'), { ...silent, batchSize: 3 });
    expect(two).toBe(six);
    await expect(model.evaluate(x, y, { ...silent, batchSize: 3, steps: 5 })).rejects.toThrow(
      /evaluate: steps = 5, but 10 samples in batches of 3 are only 4 batches/,
    );
  });

  it('adds what layers add to the loss', async () => {
    const plain = compiledTwoLayers();
    const model = compiledTwoLayers();
    const kernel = model.weights[0];
    if (!kernel) throw new Error('no kernel');
    kernel.regularizer = (w) => w.square().sum();
    const [with2 = NaN] = await model.evaluate(x, y, silent);
    const [without = NaN] = await plain.evaluate(x, y, silent);
    const penalty = Array.from(kernel.value.data()).reduce((sum, w) => sum + w * w, 0);
    expect(with2 - without).toBeCloseTo(penalty, 5);
  });
});

describe('predict', () => {
  it('gives one row a sample, in their order, the last batch included', async () => {
    const model = compiledTwoLayers();
    const expected = model.apply(x).toArray();
    for (const batchSize of [1, 3, 10, 32]) {
      const predicted = await model.predict(x, { ...silent, batchSize });
      expect(predicted.shape).toEqual([10, 2]);
      expect(predicted.toArray()).toEqual(expected);
    }
    expect((await model.predict(x.data(), silent)).toArray()).toEqual(expected);
    expect((await model.predict(x.toArray(), silent)).toArray()).toEqual(expected);
  });

  it('gives a tensor of the caller’s, even where the model passes its input on', async () => {
    const model = new Sequential([new Flatten()]);
    const data = tensor([[1, 2]]);
    const predicted = await model.predict(data, silent);
    data.dispose();
    expect(predicted.toArray()).toEqual([[1, 2]]);
    const { tensors } = memory();
    predicted.dispose();
    expect(memory().tensors).toBe(tensors - 1);
  });

  it('takes iterables, of inputs alone or with targets', async () => {
    const model = compiledTwoLayers();
    const expected = (await model.predict(x, silent)).toArray();
    const inputs = new Set([x.slice('0:6'), x.slice('6:')]);
    expect((await model.predict(inputs, silent)).toArray()).toEqual(expected);
    const pairs = new Set([
      [x.slice('0:6'), y.slice('0:6')] as const,
      [x.slice('6:'), y.slice('6:')] as const,
    ]);
    expect((await model.predict(pairs, silent)).toArray()).toEqual(expected);
    const some = await model.predict(inputs, { ...silent, steps: 1 });
    expect(some.shape).toEqual([6, 2]);
  });

  it('takes the first batches with steps, no more than there are', async () => {
    const model = compiledTwoLayers();
    const some = await model.predict(x, { ...silent, batchSize: 4, steps: 2 });
    expect(some.toArray()).toEqual((await model.predict(x.slice('0:8'), silent)).toArray());
    await expect(model.predict(x, { ...silent, batchSize: 4, steps: 4 })).rejects.toThrow(
      /predict: steps = 4, but 10 samples in batches of 4 are only 3/,
    );
  });

  it('needs no compile, and lets NaN through', async () => {
    const model = new Sequential([new Flatten({ inputShape: [1] })]);
    expect((await model.predict([[NaN]], silent)).toArray()).toEqual([[NaN]]);
  });

  it('calls its hooks', async () => {
    const calls: string[] = [];
    await compiledTwoLayers().predict(x, {
      ...silent,
      batchSize: 6,
      callbacks: [
        {
          onPredictBegin: () => calls.push('begin'),
          onPredictBatchBegin: (batch) => calls.push(`batch ${batch}`),
          onPredictBatchEnd: (batch) => calls.push(`done ${batch}`),
          onPredictEnd: () => calls.push('end'),
        },
      ],
    });
    expect(calls).toEqual(['begin', 'batch 0', 'done 0', 'batch 1', 'done 1', 'end']);
  });
});

describe('one batch', () => {
  it('gathers metrics until they are reset, as in Keras 3', () => {
    const model = compiledTwoLayers();
    const part = (rows: string) => [x.slice(rows), y.slice(rows)] as const;
    const [all = NaN] = model.testOnBatch(x, y);
    model.resetMetrics();
    const [first = NaN] = model.testOnBatch(...part('0:4'));
    // The mean over the samples of both batches.
    const [both = NaN] = model.testOnBatch(...part('4:10'));
    expect(both).toBeCloseTo(all, 6);
    model.resetMetrics();
    const [again] = model.testOnBatch(...part('0:4'));
    expect(again).toBe(first);
  });

  it('starts over with evaluate', async () => {
    const model = compiledTwoLayers();
    const [alone] = await model.evaluate(x, y, silent);
    model.testOnBatch(x.mul(9), y);
    expect(await model.evaluate(x, y, silent)).toEqual([alone]);
    model.trainOnBatch(x, y);
    expect(model.optimizer?.iterations).toBe(1);
  });

  it('gives an object when asked, with weights of classes and samples', () => {
    const data = tensor(numbers(9), { shape: [3, 3] });
    const train = (more: object): Readonly<Record<string, number>> => {
      const model = classifier('sparse_categorical_crossentropy');
      return model.trainOnBatch(data, labels(3), { ...more, returnDict: true });
    };
    expect(Object.keys(train({}))).toEqual(['loss', 'accuracy']);
    expect(train({ classWeight: { 1: 3 } })).toEqual(train({ sampleWeight: [1, 3, 1] }));
    expect(train({ classWeight: { 1: 3 } })).not.toEqual(train({}));
    const misspelt: object = { classWeights: { 1: 3 } };
    expect(() => train(misspelt)).toThrow(/trainOnBatch: unknown option 'classWeights'/);
  });

  it('predicts', () => {
    const model = compiledTwoLayers();
    const predicted = model.predictOnBatch(x.toArray());
    expect(predicted.toArray()).toEqual(model.apply(x).toArray());
    expect(() => model.predictOnBatch([[1, 2]])).toThrow(/predictOnBatch: model/);
  });

  it('is checked like the samples of fit', () => {
    const model = compiledTwoLayers();
    const train = (a: TensorLike, b?: TensorLike) => () => model.trainOnBatch(a, b);
    expect(
      train(
        [[1, 2, 3]],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toThrow(/trainOnBatch: x has 1 samples/);
    expect(train([[1, 2, NaN]], [[1, 2]])).toThrow(/trainOnBatch: x holds NaN/);
    expect(train([[1, 2, 3]])).toThrow(/trainOnBatch: the loss .* needs targets/);
    expect(() => new Sequential().trainOnBatch([[1]], [[1]])).toThrow(ValueError);
    expect(() => new Sequential().testOnBatch([[1]], [[1]])).toThrow(
      /testOnBatch needs a compiled/,
    );
  });
});
