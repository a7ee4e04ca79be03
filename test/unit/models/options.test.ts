// Options of fit and its kin: what is refused, and that nothing is kept of what was refused.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { memory, tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { TensorLike } from '../../../src/engine/tensor/index.js';
import { compiledTwoLayers, regression } from './networks.js';
import { settledMemory } from './steady-memory.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;

describe('a fit that fails frees what it made', () => {
  const rows = x.toArray() as number[][];
  const targets = y.toArray() as number[][];

  it.each<[string, object]>([
    ['a split that leaves nothing', { validationSplit: 0.99 }],
    ['class weights that do not fit', { classWeight: { 0: -1 } }],
    [
      'class weights beside sample weights',
      { classWeight: { 0: 1 }, sampleWeight: new Float32Array(10).fill(1) },
    ],
    ['validation data that do not fit', { validationData: [targets, targets] }],
    ['too many validation steps', { validationSplit: 0.5, validationSteps: 9 }],
    ['a callback that is none', { callbacks: [5] }],
    [
      'a callback that throws',
      {
        callbacks: [
          {
            onTrainBatchEnd: () => {
              throw new Error('x');
            },
          },
        ],
      },
    ],
  ])('of nested arrays: %s', async (_, options) => {
    const model = compiledTwoLayers();
    await model.fit(rows, targets, silent);
    const before = await settledMemory();
    await expect(model.fit(rows, targets, { ...silent, ...options })).rejects.toThrow();
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
  });
});

describe('options of all methods', () => {
  const model = compiledTwoLayers();
  type Method = (inputs: TensorLike, targets: TensorLike, options: unknown) => unknown;
  const call = async (
    method: 'fit' | 'evaluate' | 'trainOnBatch' | 'testOnBatch',
    options: unknown,
  ) => (model[method].bind(model) as Method)(x, y, options);

  it.each(['fit', 'evaluate', 'trainOnBatch', 'testOnBatch'] as const)(
    'of %s must be an object',
    async (method) => {
      const message = new RegExp(`^${method}: options must be an object, such as .*, got 5`);
      await expect(call(method, 5)).rejects.toThrow(message);
      await expect(call(method, [])).rejects.toThrow(/got \[\]/);
      await expect(call(method, 'sgd')).rejects.toThrow(/got 'sgd'/);
    },
  );

  it.each(['evaluate', 'trainOnBatch', 'testOnBatch'] as const)(
    'of %s: returnDict is true or false',
    async (method) => {
      const message = `${method}: returnDict must be true or false, got 'x'`;
      await expect(
        call(method, { returnDict: 'x', ...(method === 'evaluate' ? silent : {}) }),
      ).rejects.toThrow(message);
    },
  );

  it('may be null where there is nothing to say', async () => {
    const none = { sampleWeight: null, classWeight: null, validationData: null, batchSize: null };
    await model.fit(x, y, { ...silent, ...none });
    await model.evaluate(x, y, { ...silent, sampleWeight: null });
    model.trainOnBatch(x, y, { sampleWeight: null, classWeight: null });
  });
});

describe('evaluate and predict refuse', () => {
  const model = compiledTwoLayers();

  it.each([
    [{ batchSize: 0 }, /batchSize must be/],
    [{ steps: 0 }, /steps must be/],
    [{ verbose: 'yes' }, /verbose must be/],
    [{ signal: 'x' }, /signal must be the signal of an AbortController, got 'x'/],
    [{ yieldEvery: NaN }, /yieldEvery must be/],
    [{ epochs: 2 }, /unknown option 'epochs'/],
  ])('options out of range: %o', async (options, message) => {
    await expect(model.evaluate(x, y, options as object)).rejects.toThrow(message);
    await expect(model.predict(x, options as object)).rejects.toThrow(message);
  });

  it('samples that do not fit', async () => {
    await expect(model.evaluate(y, y, silent)).rejects.toThrow(/^evaluate: model .* \(10, 2\)/);
    await expect(model.evaluate(x, [[1, 2]], silent)).rejects.toThrow(/^evaluate: x has 10/);
    await expect(model.evaluate(x, silent)).rejects.toThrow(/^evaluate: the loss .* needs targets/);
    await expect(model.predict(null as never, silent)).rejects.toThrow(
      /^predict: x must be a tensor, .* got null/,
    );
    await expect(model.predict(y, silent)).rejects.toThrow(/^predict: model .* \(10, 2\)/);
    await expect(model.predict(zeros([0, 3]), silent)).rejects.toThrow(/^predict: x is empty/);
    await expect(model.evaluate(tensor([[NaN, 0, 0]]), [[0, 0]], silent)).rejects.toThrow(
      /^evaluate: x holds NaN in sample 0 of 1\. Loss and metrics would be NaN: remove/,
    );
  });
});
