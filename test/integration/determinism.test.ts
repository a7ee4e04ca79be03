// One seed, one result, bit for bit: initial weights, order of samples and dropout are all drawn from it.
import { describe, expect, it } from 'vitest';
import { layers, models, tensor, utils } from 'lanegrad';
import type { FitOptions } from '../../src/models.js';

const values = Float32Array.from({ length: 90 * 12 }, (_, i) => Math.sin(i * 3.7));
const x = tensor(values, { shape: [90, 12] });
const labels = Int32Array.from({ length: 90 }, (_, i) => (i * i) % 5);

/** The bits of all weights after training, and the history. */
async function train(seed: number, options: FitOptions = {}) {
  utils.setRandomSeed(seed);
  const model = new models.Sequential([
    new layers.Dense(24, { activation: 'relu', inputShape: [12] }),
    new layers.Dropout(0.4),
    new layers.GaussianNoise(0.1),
    new layers.Dense(5, { activation: 'softmax' }),
  ]);
  model.compile({ loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
  const { history } = await model.fit(x, labels, {
    verbose: 0,
    epochs: 2,
    batchSize: 16,
    validationSplit: 0.2,
    ...options,
  });
  const bits = model.weights.map(({ value }) => [...new Uint8Array(value.data().buffer)]);
  return { bits, history };
}

describe('the same seed', () => {
  it('gives the same weights and history, bit for bit', async () => {
    const first = await train(11);
    // Whatever is drawn in between.
    tensor([1, 2]).dispose();
    await train(3);
    expect(await train(11)).toEqual(first);
  });

  it('whatever else only watches', async () => {
    const first = await train(11);
    expect(await train(11, { yieldEvery: 'batch', callbacks: [{ onEpochEnd: () => 1 }] })).toEqual(
      first,
    );
    const { bits } = await train(11, { validationBatchSize: 3, validationFreq: 2 });
    expect(bits).toEqual(first.bits);
  });
});

describe('another seed', () => {
  it('gives other weights', async () => {
    const [a, b] = [await train(11), await train(12)];
    expect(b.bits[0]).not.toEqual(a.bits[0]);
    expect(b.history.loss).not.toEqual(a.history.loss);
  });
});
