// Data of several inputs and outputs that are refused, and losses and metrics for outputs that are not there.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { Input, layers, memory, ones, random, Sequential, tensor } from 'lanegrad';
import { ValueError } from '../../../src/errors.js';
import { compiled, digit, image, meta, n, network, silent, slant, x, y } from './several-data.js';

describe('several inputs and outputs refuse', () => {
  const nan = image.data().slice();
  nan[6] = NaN;
  const cases: readonly [string, unknown, unknown, RegExp][] = [
    ['a missing input', { image }, y, /^fit: x: 'meta' is missing\. The model has 2: 'image', 'meta'/], // prettier-ignore
    ['a surplus input', { ...x, more: meta }, y, /^fit: x: there is no 'more'/],
    ['a misnamed input', { imgae: image, meta }, y, /^fit: x: there is no 'imgae'. Did you mean 'image'\?/], // prettier-ignore
    ['a list that is too short', [image], y, /^fit: x: got a list of 1, expected 2/],
    ['one tensor', image, y, /^fit: x: expected an object, got/],
    ['a number', 3, y, /^fit: x: expected an object, got 3/],
    ['nothing', undefined, y, /^fit: x: expected an object, got undefined/],
    ['null for an input', { image, meta: null }, y, /^fit: x 'meta' must be a tensor, .* got null/],
    ['a list that is too long', [image, meta, image], y, /^fit: x: got a list of 3, expected 2/],
    ['a list for an input', { image: [image, image], meta }, y, /^fit: x: 'image' takes one tensor, got a list of 2/], // prettier-ignore
    ['a list for a target', x, { digit, slant: [slant, slant] }, /^fit: y: 'slant' takes one tensor, got a list of 2/], // prettier-ignore
    ['targets of another shape', x, { digit, slant: image }, /^fit: the loss 'mean_squared_error' of output 'slant': mean_squared_error: yTrue has shape/], // prettier-ignore
    ['inputs of different lengths', { image, meta: meta.slice([0, 9]) }, y, /^fit: x 'image' has 20 samples \(shape \(20, 4\)\), but x 'meta' has 9/], // prettier-ignore
    ['targets of other lengths', x, { digit, slant: slant.slice([0, 9]) }, /but y 'slant' has 9/],
    ['NaN in one input', { image: tensor(nan, { shape: [n, 4] }), meta }, y, /^fit: x 'image' holds NaN in sample 1 of 20/], // prettier-ignore
    ['samples of another shape', { image: meta, meta: image }, y, /takes samples of shape \(4,\), but x 'image' has/], // prettier-ignore
    ['a missing target', x, { digit }, /^fit: the loss 'mean_squared_error' of output 'slant' needs targets, but y has none for it/], // prettier-ignore
    ['a misnamed target', x, { digit, slnat: slant }, /^fit: y: there is no 'slnat'. Did you mean 'slant'\?/], // prettier-ignore
    ['one target', x, digit, /^fit: y: expected an object, got/],
    ['no targets', x, undefined, /^fit: the loss 'sparse_categorical_crossentropy' of output 'digit' needs targets, but no y was given/], // prettier-ignore
  ];
  it.each(cases)('%s', async (_, badX, badY, message) => {
    const model = compiled();
    const before = memory().tensors;
    const fitting = (): Promise<unknown> => model.fit(badX as never, badY as never, silent);
    await expect(fitting()).rejects.toThrow(message);
    expect(memory().tensors).toBe(before);
    expect(model.optimizer?.iterations).toBe(0);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'for no output',
      { digits: ones([n]) },
      /^fit: sampleWeight: there is no 'digits'\. Did you mean 'digit'/,
    ],
    [
      'too many',
      [ones([n]), ones([n]), ones([n])],
      /^fit: sampleWeight: got a list of 3, expected 2/,
    ],
    ['of another length', { slant: ones([3]) }, /but sampleWeight 'slant' has 3/],
    ['that are text', 'x', /^fit: sampleWeight: expected an object, got 'x'/],
    [
      'with NaN',
      {
        slant: ones([n])
          .div(0)
          .sub(ones([n]).div(0)),
      },
      /^fit: sampleWeight 'slant' holds NaN in sample 0/,
    ],
  ])('weights of samples %s', async (_, sampleWeight, message) => {
    await expect(compiled().fit(x, y, { ...silent, sampleWeight: sampleWeight as never })).rejects.toThrow(message); // prettier-ignore
  });

  it('in the same words in all methods', async () => {
    const model = compiled();
    const given = { image, mata: meta } as never;
    const calls: [op: string, call: () => unknown][] = [
      ['fit', () => model.fit(given, y, silent)],
      ['evaluate', () => model.evaluate(given, y, silent)],
      ['predict', () => model.predict(given, silent)],
      ['trainOnBatch', () => model.trainOnBatch(given, y)],
      ['testOnBatch', () => model.testOnBatch(given, y)],
      ['predictOnBatch', () => model.predictOnBatch(given)],
    ];
    for (const [op, call] of calls) {
      await expect(async () => call()).rejects.toThrow(
        `${op}: x: there is no 'mata'. Did you mean 'meta'? Got 'image', 'mata'. The model has 2: 'image', 'meta'.`,
      );
    }
    expect(() => model.apply(given)).toThrow(
      `Functional layer '${model.name}': there is no 'mata'. Did you mean 'meta'? Got 'image', 'mata'.`,
    );
    const one = new Sequential([Input([4]), new layers.Dense(1, { name: 'only' })]);
    await expect(one.predict([image, image] as never, silent)).rejects.toThrow(
      /^predict: x: '.*' takes one tensor, got a list of 2\. The model has one/,
    );
  });

  it('a metric that does not fit its output, which it names', async () => {
    const model = network();
    model.compile({ loss: { slant: 'mse' }, metrics: { slant: ['sparse_categorical_accuracy'] } });
    const targets = { slant: random.normal([n, 2], { seed: 1 }) };
    await expect(model.fit(x, targets as never, silent)).rejects.toThrow(/of output 'slant'/);
    const other = network();
    other.compile({
      loss: { digit: 'mse' },
      metrics: { digit: ['sparse_categorical_accuracy'] },
    });
    await expect(other.fit(x, { digit: random.normal([n, 3], { seed: 1 }) } as never, silent)).rejects.toThrow(/^fit: metric 'digit_sparse_categorical_accuracy': sparse_categorical_accuracy: yTrue/); // prettier-ignore
  });

  it('weights of classes', async () => {
    await expect(compiled().fit(x, y, { ...silent, classWeight: { 1: 2 } })).rejects.toThrow(
      /^fit: classWeight needs a model of one output, but '.*' has 2: 'digit', 'slant'. Give sampleWeight/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['an output that is not there', { loss: { digit: 'mse', slnat: 'mse' } }, /^compile: loss: there is no 'slnat'. Did you mean 'slant'\?.*The model has 2: 'digit', 'slant'/], // prettier-ignore
    ['too few losses', { loss: ['mse'] }, /^compile: loss: got a list of 1, expected 2/],
    [
      'too many losses',
      { loss: ['mse', 'mse', 'mse'] },
      /^compile: loss: got a list of 3, expected 2/,
    ],
    ['a loss that is none', { loss: { digit: 3 } }, /^compile: loss: expected a name, .* got 3/],
    ['too few factors', { loss: 'mse', lossWeights: [1] }, /^compile: lossWeights: got a list of 1, expected 2/], // prettier-ignore
    ['a factor that is not finite', { loss: 'mse', lossWeights: [1, NaN] }, /^compile: lossWeights must be .* got NaN/], // prettier-ignore
    ['too many lists of metrics', { loss: 'mse', metrics: [['mae'], [], []] }, /^compile: metrics: got a list of 3, expected 2/], // prettier-ignore
    ['a list of losses for an output', { loss: { digit: ['mse', 'mae'] } }, /^compile: loss: output 'digit' takes one loss, got \[/], // prettier-ignore
    ['a factor that is not a number', { loss: 'mse', lossWeights: { digit: 'two' } }, /^compile: lossWeights must be one number/], // prettier-ignore
    ['a factor for no output', { loss: 'mse', lossWeights: { digits: 2 } }, /^compile: lossWeights: there is no 'digits'/], // prettier-ignore
    ['one list of metrics', { loss: 'mse', metrics: ['mae'] }, /^compile: metrics: got a list of 1, expected 2.*Give a list of metrics for each/], // prettier-ignore
    ['metrics of no output', { loss: 'mse', weightedMetrics: { digits: ['mae'] } }, /^compile: weightedMetrics: there is no 'digits'/], // prettier-ignore
  ])('in compile: %s', (_, options, message) => {
    expect(() => {
      network().compile(options);
    }).toThrow(message);
    expect(() => {
      network().compile(options);
    }).toThrow(ValueError);
  });
});
