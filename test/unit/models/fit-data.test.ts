// What samples may come as: arrays of every kind, and iterables of batches.
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Dense, Flatten } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import type { DataLike, FitOptions } from '../../../src/models.js';
import { SGD } from '../../../src/optimizers.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { TensorLike } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { bitsOf, compiledTwoLayers, labels, regression } from './networks.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;
const options = { ...silent, batchSize: 4, shuffle: false } as const;

/** The weights after fitting those data. */
async function fitted(data: DataLike, targets?: TensorLike, more: FitOptions = options) {
  const model = compiledTwoLayers();
  await (targets === undefined ? model.fit(data, more) : model.fit(data, targets, more));
  return bitsOf(model);
}

const expected = (await fitted(x, y)) as readonly number[][];

describe('samples in memory', () => {
  it('are tensors, nested arrays or typed arrays', async () => {
    expect(await fitted(x.toArray(), y.toArray())).toEqual(expected);
    expect(await fitted(x.toArray(), y)).toEqual(expected);
    // A flat typed array is cut by the model's input shape.
    expect(await fitted(x.data(), y)).toEqual(expected);
  });

  it('that are bytes become numbers', async () => {
    const bytes = Uint8Array.from({ length: 30 }, (_, i) => (i * 37) % 256);
    const images = tensor(bytes, { shape: [10, 3], dtype: 'uint8' });
    const floats = tensor(Float32Array.from(bytes), { shape: [10, 3] });
    const train = async (data: TensorLike, shuffle: boolean): Promise<number[][]> => {
      setRandomSeed(2);
      const model = new Sequential([new Dense(2, { inputShape: [3] })]);
      model.compile({ optimizer: new SGD({ learningRate: 1e-5 }), loss: 'mse' });
      await model.fit(data, y, { ...options, shuffle });
      return bitsOf(model);
    };
    for (const shuffle of [false, true]) {
      const reference = await train(floats, shuffle);
      expect(await train(images, shuffle)).toEqual(reference);
      expect(await train(bytes, shuffle)).toEqual(reference);
    }
  });

  it('build a model that does not know its input', async () => {
    const model = new Sequential([new Flatten(), new Dense(3, { activation: 'softmax' })]);
    model.compile({ loss: 'sparse_categorical_crossentropy' });
    await model.fit(tensor(new Float32Array(48), { shape: [4, 3, 4] }), labels(4), silent);
    expect(model.inputShape).toEqual([null, 3, 4]);
  });

  it('go round with stepsPerEpoch, in a new order each time', async () => {
    const seen: number[] = [];
    const model = compiledTwoLayers();
    const { epoch } = await model.fit(x, y, {
      ...options,
      epochs: 2,
      stepsPerEpoch: 4,
      callbacks: [{ onTrainBatchEnd: (batch) => seen.push(batch) }],
    });
    expect(epoch).toEqual([0, 1]);
    expect(seen).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    // 8 steps of 3 batches each round: two rounds and two batches more.
    const byHand = compiledTwoLayers();
    const round = ['0:4', '4:8', '8:10'];
    for (const rows of [...round, ...round, '0:4', '4:8']) {
      byHand.trainOnBatch(x.slice(rows), y.slice(rows));
    }
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
  });
});

type Pair = readonly [TensorLike, TensorLike];
const batches: readonly Pair[] = ['0:4', '4:8', '8:10'].map(
  (rows) => [x.slice(rows), y.slice(rows)] as const,
);

/** Generators that say when they were ended. */
function* generator(log: string[] = [], times = 1): Generator<Pair> {
  try {
    for (let i = 0; i < times; i++) yield* batches;
  } finally {
    log.push('ended');
  }
}

describe('an iterable of batches', () => {
  it('is each epoch all of it', async () => {
    const twice = await fitted(x, y, { ...options, epochs: 2 });
    expect(await fitted(new Set(batches), undefined, { ...silent, epochs: 2 })).toEqual(twice);
    const repeatable = { [Symbol.asyncIterator]: () => asynchronous() };
    async function* asynchronous(): AsyncGenerator<Pair> {
      for (const batch of batches) yield Promise.resolve(batch);
    }
    expect(await fitted(repeatable, undefined, { ...silent, epochs: 2 })).toEqual(twice);
    const arrays = new Set(
      batches.map(([a, b]) => [(a as typeof x).toArray(), (b as typeof x).toArray()] as const),
    );
    expect(await fitted(arrays, undefined, { ...silent, epochs: 2 })).toEqual(twice);
  });

  it('may hold weights of samples', async () => {
    const sampleWeight = Array.from({ length: 10 }, (_, i) => i / 5);
    const weighted = new Set(
      batches.map(([a, b], i) => [a, b, sampleWeight.slice(i * 4, i * 4 + 4)] as const),
    );
    expect(await fitted(weighted, undefined, silent)).toEqual(
      await fitted(x, y, { ...options, sampleWeight }),
    );
  });

  it('that is a generator lasts one epoch', async () => {
    const log: string[] = [];
    expect(await fitted(generator(log), undefined, silent)).toEqual(expected);
    expect(log).toEqual(['ended']);
    await expect(fitted(generator(), undefined, { ...silent, epochs: 2 })).rejects.toThrow(
      /fit: the data gave no batch. A generator can be run through only once/,
    );
  });

  it('goes on where it stopped with stepsPerEpoch', async () => {
    const twice = await fitted(x, y, { ...options, epochs: 2 });
    const more = { ...silent, epochs: 3, stepsPerEpoch: 2 };
    expect(await fitted(generator([], 2), undefined, more)).toEqual(twice);
    // What can be iterated again starts over at its end.
    expect(await fitted(new Set(batches), undefined, more)).toEqual(twice);
  });

  it('that is a generator belongs to the caller when the steps are done', async () => {
    const log: string[] = [];
    const source = generator(log, 2);
    await fitted(source, undefined, { ...silent, stepsPerEpoch: 4 });
    expect(log).toEqual([]);
    expect(source.next().done).toBe(false);
  });

  it('that fit began is ended by fit', async () => {
    const log: string[] = [];
    const repeatable = { [Symbol.iterator]: () => generator(log, 2) };
    await fitted(repeatable, undefined, { ...silent, stepsPerEpoch: 4 });
    expect(log).toEqual(['ended']);
  });

  it('that ends before its steps is an error', async () => {
    await expect(fitted(generator(), undefined, { ...silent, stepsPerEpoch: 5 })).rejects.toThrow(
      /fit: the data ended after 3 of 5 batches of the epoch/,
    );
    const model = compiledTwoLayers();
    await expect(model.evaluate(new Set(batches), { ...silent, steps: 4 })).rejects.toThrow(
      /evaluate: the data ended after 3 of 4/,
    );
    await expect(model.fit(new Set<Pair>(), silent)).rejects.toThrow(/fit: the data gave no batch/);
    await expect(model.fit(new Set<Pair>(), { ...silent, stepsPerEpoch: 1 })).rejects.toThrow(
      ValueError,
    );
  });

  it('that throws ends fit with its error; one that fit leaves is ended', async () => {
    const failing = function* (): Generator<Pair> {
      yield* batches.slice(0, 1);
      throw new RangeError('no more');
    };
    await expect(fitted(failing(), undefined, silent)).rejects.toThrow(RangeError);
    const log: string[] = [];
    const onTrainBatchEnd = (): void => {
      throw new RangeError('mine');
    };
    await expect(
      fitted(generator(log), undefined, { ...silent, callbacks: [{ onTrainBatchEnd }] }),
    ).rejects.toThrow('mine');
    expect(log).toEqual(['ended']);
  });

  it('validates, also with a generator by steps', async () => {
    const validate = async (validationData: Iterable<Pair>, more: FitOptions = {}) => {
      const { history } = await compiledTwoLayers().fit(x, y, {
        ...options,
        ...more,
        validationData,
      });
      return history['val_loss'];
    };
    const reference = await compiledTwoLayers().fit(x, y, { ...options, validationData: [x, y] });
    expect(await validate(new Set(batches))).toEqual(reference.history['val_loss']);
    const steps = { epochs: 2, validationSteps: 3 };
    expect(await validate(generator([], 2), steps)).toEqual(
      await validate(new Set(batches), steps),
    );
    await expect(validate(generator(), { epochs: 2 })).rejects.toThrow(
      /fit: validationData: the data gave no batch/,
    );
  });

  it('refuses options that it cannot keep', async () => {
    const refused = (more: object, message: RegExp) =>
      expect(fitted(new Set(batches), undefined, { ...silent, ...more })).rejects.toThrow(message);
    await refused({ validationSplit: 0.1 }, /fit: validationSplit needs all samples in memory/);
    await refused({ classWeight: { 0: 1 } }, /fit: classWeight needs all samples/);
    await refused({ shuffle: true }, /fit: shuffle needs all samples/);
    await refused({ batchSize: 8 }, /batchSize = 8 cannot be kept/);
    await refused({ sampleWeight: [1] }, /are part of the batches: \[x, y, sampleWeight\]/);
    await expect(compiledTwoLayers().fit(new Set(batches), y, silent)).rejects.toThrow(ValueError);
  });

  it('names the batch that does not fit', async () => {
    const bad = (value: unknown, message: RegExp) =>
      expect(fitted(new Set([batches[0], value]) as Set<Pair>, undefined, silent)).rejects.toThrow(
        message,
      );
    await bad([x, y.slice('0:4')], /fit: batch 1: x has 10 samples .* but y has 4/);
    await bad(
      [y, y],
      /fit: batch 1: model '.*' takes samples of shape \(3,\), but x has shape \(10, 2\)/,
    );
    await bad([[[NaN, 0, 0]], [[0, 0]]], /fit: batch 1: x holds NaN in sample 0/);
    await bad([x, y, y, y], /batch 1 must be .* got a list of 4/);
    await bad('text', /batch 1 must be .* got string/);
    await bad(undefined, /got undefined/);
    const shapes = fitted(new Set([[y, y]]) as Set<Pair>, undefined, silent);
    await expect(shapes).rejects.toThrow(ShapeError);
  });
});
