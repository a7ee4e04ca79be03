// What training, measuring and predicting take up: nothing more after the first steps, of which one is recorded.
import { describe, expect, it } from 'vitest';
import { callbacks, layers, memory, metrics, models, optimizers, tensor, utils } from 'lanegrad';
import type { MemoryInfo, Tensor } from 'lanegrad';
import { expectNoMoreThan, settledMemory } from '../unit/models/steady-memory.js';
import type { CompileOptions, FitOptions } from '../../src/models.js';

const samples = 240;

/** Steps after the first until one is recorded. */
const RECORDED = 6;

function data(): { readonly x: Tensor; readonly y: Tensor } {
  const values = Float32Array.from({ length: samples * 20 }, (_, i) => Math.sin(i * 7.3));
  const x = tensor(values, { shape: [samples, 20] });
  const y = utils.toCategorical(Int32Array.from({ length: samples }, (_, i) => i % 4));
  return { x, y };
}

/** A network with something of everything. */
function network(options: CompileOptions = {}): models.Sequential {
  utils.setRandomSeed(1);
  const model = new models.Sequential([
    new layers.Dense(32, {
      activation: 'relu',
      inputShape: [20],
      kernelRegularizer: 'l2',
      activityRegularizer: 'l1',
      kernelConstraint: 'non_neg',
    }),
    new layers.Dropout(0.3),
    new layers.Dense(16, { activation: 'gelu' }),
    new layers.Dense(4, { activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: new optimizers.RMSprop({ momentum: 0.9, centered: true, clipnorm: 1 }),
    loss: 'categorical_crossentropy',
    metrics: ['accuracy', new metrics.AUC(), (t: Tensor, p: Tensor) => p.sub(t).abs().mean(-1)],
    weightedMetrics: ['mse'],
    ...options,
  });
  return model;
}

/** Runs `run` with a hook that notes what is in use, and fails if it is ever more than at first. */
async function expectSteady(run: (note: () => void) => Promise<void>): Promise<void> {
  await settledMemory();
  const notes: MemoryInfo[] = [];
  await run(() => notes.push(memory()));
  const [first, ...rest] = notes;
  expect(rest.length).toBeGreaterThan(5);
  // The second step is the first that works beside what a step leaves, such as the optimizer's slots. The seventh is recorded.
  const settled = rest[Math.min(RECORDED, rest.length - 4)];
  for (const [i, note] of rest.entries()) {
    if (i > RECORDED) expect(note.reserved, 'reserved').toBe(settled?.reserved);
    expect(note.reserved, 'reserved').toBeLessThanOrEqual(2 * (rest[0]?.reserved ?? 0));
    expect(note.tensors, 'tensors').toBeLessThanOrEqual(first?.tensors ?? 0);
    expect(note.bytes, 'bytes').toBeLessThanOrEqual(first?.bytes ?? 0);
  }
}

describe('memory', () => {
  const cases: readonly [what: string, compile: CompileOptions, fit: FitOptions][] = [
    ['in order', {}, { shuffle: false }],
    ['shuffled', {}, { shuffle: true }],
    ['with class weights', {}, { classWeight: { 1: 2 } }],
    ['with stepsPerEpoch', {}, { stepsPerEpoch: 11 }],
    ['with nesterov', { optimizer: new optimizers.SGD({ momentum: 0.9, nesterov: true }) }, {}],
    ['with averages', { optimizer: new optimizers.SGD({ useEma: true, weightDecay: 0.1 }) }, {}],
    [
      'with accumulation',
      { optimizer: new optimizers.SGD({ gradientAccumulationSteps: 3, globalClipnorm: 1 }) },
      {},
    ],
  ];

  it.each(cases)('does not grow in fit, %s', async (_, compile, options) => {
    const { x, y } = data();
    await expectSteady(async (note) => {
      const model = network(compile);
      await model.fit(x, y, {
        verbose: 0,
        epochs: 3,
        batchSize: 30,
        ...options,
        callbacks: [{ onTrainBatchEnd: note }],
      });
    });
  });

  it('is after fit what it was before, but for the optimizer', async () => {
    const { x, y } = data();
    const model = network();
    await model.fit(x, y, { verbose: 0 });
    const before = await settledMemory();
    const options = { verbose: 0, epochs: 2, batchSize: 50 } as const;
    const [nested, flat] = [x.toArray(), x.data()];
    const stop = new callbacks.EarlyStopping({ restoreBestWeights: true, patience: 5 });
    const sampleWeight = new Float32Array(samples).fill(0.5);
    const batches = new Set([[nested, y.toArray()] as const]);
    for (let round = 0; round < 3; round++) {
      await model.fit(x, y, { ...options, validationSplit: 0.25, callbacks: [stop] });
      await model.fit(nested, y.toArray(), { ...options, sampleWeight, validationSplit: 0.1 });
      await model.fit(flat, y, { ...options, classWeight: { 0: 2 }, validationSplit: 0.1 });
      await model.fit(flat, y, { ...options, validationData: [flat, y.toArray(), sampleWeight] });
      await model.fit(batches, { verbose: 0, epochs: 2, validationData: batches });
      await model.fit(flat, y, { ...options, stepsPerEpoch: 3, validationData: [x, y] });
    }
    expectNoMoreThan(before);
  });

  it('does not grow in evaluate and predict, and what they return is all that is left', async () => {
    const { x, y } = data();
    const model = network();
    const flat = x.data();
    await expectSteady(async (note) => {
      for (let round = 0; round < 8; round++) {
        await model.evaluate(flat, y.toArray(), { verbose: 0, batchSize: 50 });
        const predicted = await model.predict(flat, { verbose: 0, batchSize: 50 });
        predicted.dispose();
        model.predictOnBatch(x).dispose();
        note();
      }
    });
  });

  it('does not grow in trainOnBatch and testOnBatch', async () => {
    const { x, y } = data();
    const model = network();
    const [nested, targets] = [x.toArray(), y.toArray()];
    await expectSteady(async (note) => {
      for (let round = 0; round < 8; round++) {
        model.trainOnBatch(nested, targets, { classWeight: { 2: 0.5 } });
        model.testOnBatch(x, y);
        note();
      }
    });
  });

  it('is given back by errors in the middle of a step', async () => {
    const { x, y } = data();
    const model = network();
    model.trainOnBatch(x, y);
    const before = await settledMemory();
    const failing = [
      new layers.Lambda(() => {
        throw new RangeError('in a layer');
      }),
      new layers.Lambda((input) => input.matmul(input)),
    ];
    for (const layer of failing) {
      const broken = new models.Sequential([new layers.Dense(4), layer]);
      broken.compile({ loss: 'mse' });
      await expect(broken.fit(x.toArray(), y, { verbose: 0 })).rejects.toThrow();
      await expect(broken.evaluate(x.toArray(), y, { verbose: 0 })).rejects.toThrow();
      await expect(broken.predict(x.toArray(), { verbose: 0 })).rejects.toThrow();
      broken.dispose();
      broken.optimizer?.dispose();
    }
    model.compile({
      loss: () => {
        throw new RangeError('in the loss');
      },
    });
    await expect(model.fit(x.data(), y, { verbose: 0 })).rejects.toThrow('in the loss');
    model.optimizer?.dispose();
    expectNoMoreThan(before);
  });
});
