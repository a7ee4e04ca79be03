// Data sets in fit, evaluate and predict: the same numbers as arrays, every tensor freed, clear errors.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../../../src/data.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import type { FitOptions } from '../../../src/models.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { held } from '../data/dataset/elements.js';
import { bitsOf, compiledTwoLayers, regression } from './networks.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;

async function fitted(data: Dataset, options: FitOptions = {}): Promise<number[][]> {
  const model = compiledTwoLayers();
  await model.fit(data, { ...silent, ...options });
  return bitsOf(model);
}

describe('fit', () => {
  it('gives the weights that arrays give', async () => {
    const model = compiledTwoLayers();
    await model.fit(x, y, { ...silent, batchSize: 4, shuffle: false, epochs: 3 });
    const expected = bitsOf(model);
    const rows = Dataset.fromTensors(x, y).batch(4);
    expect(await fitted(rows, { epochs: 3 })).toEqual(expected);
    const made = Dataset.fromGenerator(() => Dataset.fromTensors(x, y)).batch(4);
    expect(await fitted(made.prefetch(2), { epochs: 3 })).toEqual(expected);
    expect(await fitted(rows.repeat(), { epochs: 3, stepsPerEpoch: 3 })).toEqual(expected);
  });

  it('shuffles again in each epoch, the same with the same seed', async () => {
    const shuffled = (seed: number): Dataset =>
      Dataset.fromTensors(x, y).shuffle(10, { seed }).batch(4);
    const first = await fitted(shuffled(1), { epochs: 3 });
    expect(await fitted(shuffled(1), { epochs: 3 })).toEqual(first);
    expect(await fitted(shuffled(2), { epochs: 3 })).not.toEqual(first);
    const unseeded = async (seed: number): Promise<number[][]> => {
      const model = compiledTwoLayers();
      setRandomSeed(seed);
      await model.fit(Dataset.fromTensors(x, y).shuffle(10).batch(4), { ...silent, epochs: 2 });
      return bitsOf(model);
    };
    expect(await unseeded(4)).toEqual(await unseeded(4));
    expect(await unseeded(4)).not.toEqual(await unseeded(5));
  });

  it('knows the steps of an epoch where the data set knows them', async () => {
    const stepsOf = async (data: Dataset, options: FitOptions = {}): Promise<unknown> => {
      const history = await compiledTwoLayers().fit(data, { ...silent, ...options });
      return history.params.steps;
    };
    const rows = Dataset.fromTensors(x, y);
    expect(await stepsOf(rows.batch(4))).toBe(3);
    expect(await stepsOf(rows.filter(() => true).batch(4))).toBe(null);
    expect(await stepsOf(rows.batch(4).repeat(), { stepsPerEpoch: 5 })).toBe(5);
  });

  it('goes on where the last epoch stopped with stepsPerEpoch, and at the end from the start', async () => {
    const seen: number[] = [];
    const data = Dataset.fromTensors(x, y)
      .batch(2)
      .map(([input, target]) => {
        seen.push(input.data()[0] ?? NaN);
        return [input, target];
      });
    await fitted(data, { stepsPerEpoch: 3, epochs: 3 });
    const firsts = [0, 2, 4, 6, 8, 0, 2, 4, 6].map((row) => x.data()[row * 3]);
    expect(seen).toEqual(firsts);
  });

  it('takes sample weights and validation data sets', async () => {
    const weights = tensor([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    const model = compiledTwoLayers();
    const { history: expected } = await model.fit(x, y, {
      ...silent,
      batchSize: 5,
      shuffle: false,
      sampleWeight: weights,
      validationData: [x, y],
      validationSteps: 1,
    });
    const { history } = await compiledTwoLayers().fit(Dataset.fromTensors(x, y, weights).batch(5), {
      ...silent,
      validationData: Dataset.fromTensors(x, y).batch(5).repeat(),
      validationSteps: 1,
    });
    expect(history).toEqual(expected);
  });
});

describe('evaluate and predict', () => {
  it('give what arrays give', async () => {
    const model = compiledTwoLayers();
    const data = Dataset.fromTensors(x, y).batch(4);
    expect(await model.evaluate(data, silent)).toEqual(
      await model.evaluate(x, y, { ...silent, batchSize: 4 }),
    );
    const expected = (await model.predict(x, { ...silent, batchSize: 4 })).toArray();
    // Targets are not looked at.
    expect((await model.predict(data, silent)).toArray()).toEqual(expected);
    const alone = Dataset.fromTensors(x).batch(4);
    expect((await model.predict(alone, silent)).toArray()).toEqual(expected);
    const one = await model.predict(alone.repeat(), { ...silent, steps: 1 });
    expect(one.shape).toEqual([4, 2]);
  });
});

describe('memory', () => {
  it('does not grow, and nothing is left, however the loop ends', async () => {
    const model = compiledTwoLayers();
    await model.fit(x, y, silent);
    const before = held();
    const data = Dataset.fromTensors(x, y)
      .shuffle(10)
      .map(([a, b]) => [a.mul(1), b]);
    const batches = data.batch(3).prefetch(2);
    await model.fit(batches, { ...silent, epochs: 2 });
    await model.fit(batches.repeat(), { ...silent, stepsPerEpoch: 2, epochs: 2 });
    await model.evaluate(batches, silent);
    (await model.predict(batches, silent)).dispose();
    const stopping = { onTrainBatchEnd: () => void (model.stopTraining = true) };
    await model.fit(batches, { ...silent, callbacks: [stopping] });
    for (const hook of ['onTrainBatchBegin', 'onTrainBatchEnd'] as const) {
      const failing = {
        [hook]: () => {
          throw new Error('callback');
        },
      };
      await expect(model.fit(batches, { ...silent, callbacks: [failing] })).rejects.toThrow(
        'callback',
      );
    }
    const controller = new AbortController();
    const aborting = { onTrainBatchEnd: () => controller.abort() };
    const options = { ...silent, callbacks: [aborting], signal: controller.signal };
    await expect(model.fit(batches, options)).rejects.toThrow();
    const torn = data.map(([a, b]) => [a.slice([0, 2]), b]).batch(3);
    await expect(model.fit(torn, silent)).rejects.toThrow(ShapeError);
    data.dispose();
    expect(held()).toEqual(before);
  });
});

describe('what cannot be trained on', () => {
  const rows = Dataset.fromTensors(x, y);
  const refused = async (
    data: Dataset,
    message: RegExp,
    options: FitOptions = {},
  ): Promise<void> => {
    const model = compiledTwoLayers();
    await expect(model.fit(data, { ...silent, ...options })).rejects.toThrow(message);
  };

  it('samples that are not batched', async () => {
    await refused(rows, /gives samples one by one .*shape \(3,\).*Add \.batch\(32\)/);
    const scalars = Dataset.fromTensors(x, tensor(new Float32Array(10)));
    await refused(scalars, /gives samples one by one .*Add \.batch\(32\)/);
  });

  it('a data set without end, if the number of steps is not given', async () => {
    await refused(rows.batch(2).repeat(), /repeats without end.*stepsPerEpoch/);
    const model = compiledTwoLayers();
    const endless = rows.batch(2).repeat();
    await expect(model.evaluate(endless, silent)).rejects.toThrow(/without end.*: steps\./);
    await refused(rows.batch(2), /without end.*validationSteps/, { validationData: endless });
  });

  it('a data set that gives nothing, or less than the steps of a validation', async () => {
    await refused(rows.take(0).batch(2), /the data gave no batch/);
    const few = rows.batch(5);
    await refused(few, /ended after 2 of 3 batches/, { validationData: few, validationSteps: 3 });
  });

  it('batches that change their form', async () => {
    const changing = (at: number, [a, b]: readonly [number, number]): Dataset =>
      Dataset.fromGenerator(function* () {
        for (let i = 0; i < 4; i++) {
          yield [
            tensor(new Float32Array(6), { shape: [2, 3] }),
            tensor(new Float32Array(2 * (i < at ? a : b)), { shape: [2, i < at ? a : b] }),
          ] as const;
        }
      });
    const model = new Sequential([new Dense(1, { inputShape: [3] })]);
    model.compile({ loss: 'mse' });
    const fitting = model.fit(changing(2, [1, 3]), silent);
    await expect(fitting).rejects.toThrow(ShapeError);
    await expect(fitting).rejects.toThrow(
      'fit: batch 2 has y with samples of shape (3,), in the first batch they have (1,)',
    );
    const lists: Dataset = rows
      .batch(5)
      .take(1)
      .concatenate(Dataset.fromTensors(x).batch(5) as unknown as typeof rows);
    await refused(lists, /batch 1 has no y, the first batch has one/);
  });

  it('options that only arrays can keep', async () => {
    const batches = rows.batch(2);
    await refused(batches, /batchSize = 4 cannot be kept/, { batchSize: 4 });
    await refused(batches, /validationSplit needs all samples in memory/, { validationSplit: 0.5 });
    await expect(compiledTwoLayers().fit(batches, y, silent)).rejects.toThrow(ValueError);
  });
});
