// What a mistake looks like: the class of the error, what came, what was expected, what to do.
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { memory, zeros } from '../../../src/engine/tensor/index.js';
import type { TensorLike } from '../../../src/engine/tensor/index.js';
import { saying } from '../refusals.js';
import type { ErrorClass } from '../refusals.js';
import { bitsOf, classifier, compiledTwoLayers, regression, twoLayers } from './networks.js';
import { expectNoMoreThan } from './steady-memory.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;

/** What fit is given, where it is not what the model takes. */
type Given = Readonly<Record<string, unknown>>;

function refuses(
  error: ErrorClass,
  cases: Readonly<Record<string, Given | readonly Given[]>>,
): void {
  it.each(Object.entries(cases))('%s', async (message, cases) => {
    for (const given of [cases].flat()) {
      const { x: badX, y: badY, ...options } = { x, y, ...silent, ...given };
      const model = compiledTwoLayers();
      const weights = bitsOf(model);
      const before = memory();
      const fitting = (): Promise<unknown> =>
        model.fit(badX as TensorLike, badY as TensorLike, options);
      await expect(fitting()).rejects.toThrow(saying(message));
      await expect(fitting()).rejects.toThrow(error);
      // Nothing was computed, nothing is held, and the model can be used.
      expect(bitsOf(model)).toEqual(weights);
      expectNoMoreThan(before);
      expect((await model.fit(x, y, silent)).epoch).toEqual([0]);
    }
  });
}

describe('fit refuses', () => {
  refuses(ShapeError, {
    ["^fit: model 'sequential ... ' takes samples of shape (3,), but x has shape (10, 2), that is samples " +
    'of (2,). Change']: { x: zeros([10, 2]) },
    'Use x.reshape([10, 3])': { x: zeros([10, 3, 1]) },
    'A single sample is a row of a batch: [[1, 2, 3]]': { x: [1, 2, 3] },
    '^fit: x must have one entry a sample ... got a single number': { x: 5 },
    ragged: {
      x: [
        [1, 2, 3],
        [1, 2],
      ],
    },
    '^fit: x is a typed array of 10 elements, which are not a whole number of samples of shape (3,)':
      {
        x: new Float32Array(10),
      },
    '^fit: x has 10 samples (shape (10, 3)), but y has 9 (shape (9, 2)). They must be equally long':
      { y: y.slice('0:9') },
    '(10, 3) ... (10, 2)': { y: zeros([10, 3]) },
    '^fit: x has 10 samples ... but sampleWeight has 2': { sampleWeight: [1, 2] },
    '^fit: validationData: model ... (3,), but x has shape (10, 2)': { validationData: [y, y] },
  });
  refuses(ValueError, {
    "^fit: x must be a tensor, nested arrays ... got 'data'": { x: 'data' },
    '^fit: x must be a tensor, nested arrays ... got null': { x: null },
    '^fit: x must be a tensor, ... got undefined': { x: undefined },
    "'x' at [0, 2] is not a number": { x: [[1, 2, 'x']] },
    '^fit: the loss ... needs targets, but no y was given': { y: null },
    "^fit: the loss 'mean_squared_error' needs targets, but no y was given": { y: undefined },
    '^fit: x is empty (shape (0, 3)). Give at least one sample': {
      x: zeros([0, 3]),
      y: zeros([0, 2]),
    },
    '^fit: x holds ... Infinity in sample 0 of 10': { x: x.div(0) },
    '^fit: y holds NaN in sample 9 of 10. Training on it would turn every weight into NaN': {
      y: [...new Array<number[]>(9).fill([0, 0]), [0, NaN]],
    },
    '^fit: sampleWeight holds NaN in sample 9': {
      sampleWeight: [...new Array<number>(9).fill(1), NaN],
    },
    '^fit: epochs must be a whole number of at least 1, got 0': { epochs: 0 },
    'epochs ... got 1.5': { epochs: 1.5 },
    'initialEpoch ... at least 0, got -1': { initialEpoch: -1 },
    '^fit: initialEpoch must be a whole number of at least 0, got 0.5': { initialEpoch: 0.5 },
    '^fit: batchSize must be a whole number of at least 1, got 0': { batchSize: 0 },
    '^fit: validationSplit must be a finite number of at least 0 and below 1, got 1': {
      validationSplit: 1,
    },
    'got NaN': { validationSplit: NaN },
    'validationSplit = 0.95 of 10 samples leaves 0 to train on and 10 to validate with': {
      validationSplit: 0.95,
    },
    'stepsPerEpoch ... got 0': { stepsPerEpoch: 0 },
    'validationSteps ... got 0': { validationSplit: 0.5, validationSteps: 0 },
    '^fit: validationSteps = 9, but 5 samples in batches of 32 are only 1 batches': {
      validationSplit: 0.5,
      validationSteps: 9,
    },
    'validationBatchSize ... got -1': { validationSplit: 0.5, validationBatchSize: -1 },
    'validationFreq ... got 0': { validationFreq: 0 },
    "^fit: validationFreq must be a whole number of at least 1, got '1'": {
      validationSplit: 0.5,
      validationFreq: ['1'],
    },
    "^fit: validationFreq must be a whole number of at least 1, got 'x'": { validationFreq: 'x' },
    'validationFreq ... got []': { validationFreq: [] },
    '^fit: validationSteps = 2, but there is nothing to validate with. Give validationData or': {
      validationSteps: 2,
    },
    '^fit: validationBatchSize = 2, but': { validationBatchSize: 2 },
    '^fit: validationFreq = [1, 2], but': { validationFreq: [1, 2], validationSplit: 0 },
    "^fit: shuffle must be true or false, got 'no'": { shuffle: 'no' },
    "^fit: validationSplit must be a finite number of at least 0 and below 1, got '0.2'": {
      validationSplit: '0.2',
    },
    "^fit: signal must be the signal of an AbortController, got 'x'": { signal: 'x' },
    "^fit: yieldEvery ... got 'x'": { yieldEvery: 'x' },
    '^fit: yieldEvery ... got -1': { yieldEvery: -1 },
    "^fit: epochs ... got '2'": { epochs: '2' },
    "^fit: batchSize ... got '2'": { batchSize: '2' },
    "^fit: callbacks: ... got 'x'": { callbacks: 'x' },
    "Did you mean 'onEpochEnd'?": { callbacks: [{ onEpcohEnd: () => undefined }] },
    'validationData must be [x, y]': { validationData: [x] },
    "^fit: verbose must be 'auto', 0, 1 or 2, got 3": { verbose: 3 },
    "^fit: unknown option 'batchsize'. Did you mean 'batchSize'?": { batchsize: 3 },
  });

  it('to run before compile, as the other methods do', async () => {
    const model = twoLayers();
    const message = /Sequential layer '.*': fit needs a compiled model. Call compile\(/;
    await expect(model.fit(x, y, silent)).rejects.toThrow(message);
    await expect(model.fit(x, y, silent)).rejects.toThrow(ValueError);
    await expect(model.evaluate(x, y, silent)).rejects.toThrow(/evaluate needs a compiled model/);
  });

  it('a model without layers', async () => {
    const model = new Sequential();
    model.compile({ loss: 'mse' });
    await expect(model.fit(x, y, silent)).rejects.toThrow(/has no layers. Add some first/);
  });

  it('labels where one-hot rows are expected, and the other way round', async () => {
    const categorical = classifier('categorical_crossentropy');
    await expect(categorical.fit(x, new Int32Array(10), silent)).rejects.toThrow(
      /categorical_crossentropy: yTrue has shape \(10,\) but yPred has shape \(10, 3\).*utils\.toCategorical\(y, 3\)/,
    );
    const sparse = classifier('sparse_categorical_crossentropy');
    await expect(sparse.fit(x, zeros([10, 3]), silent)).rejects.toThrow(
      /the targets look one-hot\. Use the loss 'categorical_crossentropy'/,
    );
  });

  it('labels out of range', async () => {
    const sparse = classifier('sparse_categorical_crossentropy');
    const labels = Int32Array.of(0, 1, 2, 0, 3, 0, 0, 0, 0, 0);
    const before = memory();
    await expect(sparse.fit(x, labels, { ...silent, shuffle: false })).rejects.toThrow(
      /label 3 at position \[4\] is not within 0 … 2/,
    );
    expectNoMoreThan(before);
    labels[4] = -1;
    await expect(sparse.fit(x, labels, silent)).rejects.toThrow(ValueError);
  });

  it('the weights of another model in its optimizer', async () => {
    const model = compiledTwoLayers();
    await model.fit(x, y, silent);
    model.pop();
    model.add(new Dense(2));
    await expect(model.fit(x, y, silent)).rejects.toThrow(/is unknown.*compile the model again/);
    model.compile({ loss: 'mse' });
    expect((await model.fit(x, y, silent)).epoch).toEqual([0]);
  });
});
