// What a mistake looks like: the class of the error, what came, what was expected, what to do.
import { describe, expect, it } from 'vitest';
import type { LanegradError } from '../../../src/errors.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers/index.js';
import { Sequential } from '../../../src/models/index.js';
import { memory, zeros } from '../../../src/tensor/index.js';
import type { TensorLike } from '../../../src/tensor/index.js';
import { bitsOf, classifier, compiledTwoLayers, regression, twoLayers } from './networks.js';
import { expectNoMoreThan } from './steady-memory.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;

type Case = readonly [
  what: string,
  x: unknown,
  y: unknown,
  options: object,
  type: typeof LanegradError,
  message: RegExp,
];

const cases: readonly Case[] = [
  [
    'samples of another shape',
    zeros([10, 2]),
    y,
    {},
    ShapeError,
    /^fit: model 'sequential.*' takes samples of shape \(3,\), but x has shape \(10, 2\), that is samples of \(2,\)\. Change/,
  ],
  ['images for a flat input', zeros([10, 3, 1]), y, {}, ShapeError, /Use x\.reshape\(\[10, 3\]\)/],
  [
    'a single sample',
    [1, 2, 3],
    y,
    {},
    ShapeError,
    /A single sample is a row of a batch: \[\[1, 2, 3\]\]/,
  ],
  ['a number', 5, y, {}, ShapeError, /^fit: x must have one entry a sample .* got a single number/],
  ['text', 'data', y, {}, ValueError, /^fit: x must be a tensor, nested arrays .* got 'data'/],
  ['null', null, y, {}, ValueError, /^fit: x must be a tensor, nested arrays .* got null/],
  ['nothing', undefined, y, {}, ValueError, /^fit: x must be a tensor, .* got undefined/],
  ['words among numbers', [[1, 2, 'x']], y, {}, ValueError, /'x' at \[0, 2\] is no number/],
  [
    'null for targets',
    x,
    null,
    {},
    ValueError,
    /^fit: the loss .* needs targets, but no y was given/,
  ],
  [
    'ragged arrays',
    [
      [1, 2, 3],
      [1, 2],
    ],
    y,
    {},
    ShapeError,
    /ragged/,
  ],
  [
    'a typed array of no whole number of samples',
    new Float32Array(10),
    y,
    {},
    ShapeError,
    /^fit: x is a typed array of 10 elements, which are no whole number of samples of shape \(3,\)/,
  ],
  [
    'targets of another length',
    x,
    y.slice('0:9'),
    {},
    ShapeError,
    /^fit: x has 10 samples \(shape \(10, 3\)\), but y has 9 \(shape \(9, 2\)\)\. They must be equally long/,
  ],
  ['targets of another width', x, zeros([10, 3]), {}, ShapeError, /\(10, 3\).*\(10, 2\)/s],
  [
    'no targets',
    x,
    undefined,
    {},
    ValueError,
    /^fit: the loss 'mean_squared_error' needs targets, but no y was given/,
  ],
  [
    'no samples',
    zeros([0, 3]),
    zeros([0, 2]),
    {},
    ValueError,
    /^fit: x is empty \(shape \(0, 3\)\)\. Give at least one sample/,
  ],
  ['NaN in x', x.div(0), y, {}, ValueError, /^fit: x holds -?Infinity in sample 0 of 10/],
  [
    'NaN in y',
    x,
    [...new Array<number[]>(9).fill([0, 0]), [0, NaN]],
    {},
    ValueError,
    /^fit: y holds NaN in sample 9 of 10. Training on it would turn every weight into NaN/,
  ],
  [
    'NaN in sampleWeight',
    x,
    y,
    { sampleWeight: [...new Array<number>(9).fill(1), NaN] },
    ValueError,
    /^fit: sampleWeight holds NaN in sample 9/,
  ],
  [
    'weights of another length',
    x,
    y,
    { sampleWeight: [1, 2] },
    ShapeError,
    /^fit: x has 10 samples .* but sampleWeight has 2/,
  ],
  [
    'epochs 0',
    x,
    y,
    { epochs: 0 },
    ValueError,
    /^fit: epochs must be a whole number of at least 1, got 0/,
  ],
  ['half an epoch', x, y, { epochs: 1.5 }, ValueError, /epochs .* got 1\.5/],
  [
    'a negative first epoch',
    x,
    y,
    { initialEpoch: -1 },
    ValueError,
    /initialEpoch .* at least 0, got -1/,
  ],
  [
    'half a first epoch',
    x,
    y,
    { initialEpoch: 0.5 },
    ValueError,
    /^fit: initialEpoch must be a whole number of at least 0, got 0\.5/,
  ],
  [
    'batchSize 0',
    x,
    y,
    { batchSize: 0 },
    ValueError,
    /^fit: batchSize must be a whole number of at least 1, got 0/,
  ],
  [
    'validationSplit 1',
    x,
    y,
    { validationSplit: 1 },
    ValueError,
    /^fit: validationSplit must be a finite number of at least 0 and below 1, got 1/,
  ],
  ['validationSplit NaN', x, y, { validationSplit: NaN }, ValueError, /got NaN/],
  [
    'a split that leaves nothing',
    x,
    y,
    { validationSplit: 0.95 },
    ValueError,
    /validationSplit = 0\.95 of 10 samples leaves 0 to train on and 10 to validate with/,
  ],
  ['stepsPerEpoch 0', x, y, { stepsPerEpoch: 0 }, ValueError, /stepsPerEpoch .* got 0/],
  [
    'validationSteps 0',
    x,
    y,
    { validationSplit: 0.5, validationSteps: 0 },
    ValueError,
    /validationSteps .* got 0/,
  ],
  [
    'too many validationSteps',
    x,
    y,
    { validationSplit: 0.5, validationSteps: 9 },
    ValueError,
    /^fit: validationSteps = 9, but 5 samples in batches of 32 are only 1 batches/,
  ],
  [
    'validationBatchSize −1',
    x,
    y,
    { validationSplit: 0.5, validationBatchSize: -1 },
    ValueError,
    /validationBatchSize .* got -1/,
  ],
  ['validationFreq 0', x, y, { validationFreq: 0 }, ValueError, /validationFreq .* got 0/],
  [
    'validationFreq of text',
    x,
    y,
    { validationSplit: 0.5, validationFreq: ['1'] },
    ValueError,
    /^fit: validationFreq must be a whole number of at least 1, got '1'/,
  ],
  [
    'validationFreq of a word',
    x,
    y,
    { validationFreq: 'x' },
    ValueError,
    /^fit: validationFreq must be a whole number of at least 1, got 'x'/,
  ],
  [
    'no validationFreq at all',
    x,
    y,
    { validationFreq: [] },
    ValueError,
    /validationFreq .* got \[\]/,
  ],
  [
    'validationSteps without validation',
    x,
    y,
    { validationSteps: 2 },
    ValueError,
    /^fit: validationSteps = 2, but there is nothing to validate with\. Give validationData or/,
  ],
  [
    'validationBatchSize without validation',
    x,
    y,
    { validationBatchSize: 2 },
    ValueError,
    /^fit: validationBatchSize = 2, but/,
  ],
  [
    'validationFreq without validation',
    x,
    y,
    { validationFreq: [1, 2], validationSplit: 0 },
    ValueError,
    /^fit: validationFreq = \[1, 2\], but/,
  ],
  [
    'shuffle of text',
    x,
    y,
    { shuffle: 'no' },
    ValueError,
    /^fit: shuffle must be true or false, got 'no'/,
  ],
  [
    'validationSplit of text',
    x,
    y,
    { validationSplit: '0.2' },
    ValueError,
    /^fit: validationSplit must be a finite number of at least 0 and below 1, got '0\.2'/,
  ],
  [
    'a signal of text',
    x,
    y,
    { signal: 'x' },
    ValueError,
    /^fit: signal must be the signal of an AbortController, got 'x'/,
  ],
  ['a yieldEvery of text', x, y, { yieldEvery: 'x' }, ValueError, /^fit: yieldEvery .* got 'x'/],
  ['a negative yieldEvery', x, y, { yieldEvery: -1 }, ValueError, /^fit: yieldEvery .* got -1/],
  ['epochs of text', x, y, { epochs: '2' }, ValueError, /^fit: epochs .* got '2'/],
  ['batchSize of text', x, y, { batchSize: '2' }, ValueError, /^fit: batchSize .* got '2'/],
  ['callbacks of text', x, y, { callbacks: 'x' }, ValueError, /^fit: callbacks: .* got 'x'/],
  [
    'a misspelt hook',
    x,
    y,
    { callbacks: [{ onEpcohEnd: () => undefined }] },
    ValueError,
    /Did you mean 'onEpochEnd'\?/,
  ],
  [
    'validationData without targets',
    x,
    y,
    { validationData: [x] },
    ValueError,
    /validationData must be \[x, y\]/,
  ],
  [
    'validationData of another shape',
    x,
    y,
    { validationData: [y, y] },
    ShapeError,
    /^fit: validationData: model .* \(3,\), but x has shape \(10, 2\)/,
  ],
  ['verbose 3', x, y, { verbose: 3 }, ValueError, /^fit: verbose must be 'auto', 0, 1 or 2, got 3/],
  [
    'an unknown option',
    x,
    y,
    { batchsize: 3 },
    ValueError,
    /^fit: unknown option 'batchsize'\. Did you mean 'batchSize'\?/,
  ],
];

describe('fit refuses', () => {
  it.each(cases)('%s', async (_, badX, badY, options, type, message) => {
    const model = compiledTwoLayers();
    const weights = bitsOf(model);
    const before = memory();
    const fitting = (): Promise<unknown> =>
      model.fit(badX as TensorLike, badY as TensorLike, { ...silent, ...options });
    await expect(fitting()).rejects.toThrow(message);
    await expect(fitting()).rejects.toThrow(type);
    // Nothing was computed, nothing is held, and the model can be used.
    expect(bitsOf(model)).toEqual(weights);
    expectNoMoreThan(before);
    expect((await model.fit(x, y, silent)).epoch).toEqual([0]);
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
