// What a misspelt name is answered with.
import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../src/config/index.js';
import { layers, models, ValueError } from '../../../src/index.js';

const known = ['elu', 'relu', 'relu6', 'selu', 'tanh', 'linear', 'glorot_uniform'];

describe('the nearest known name', () => {
  it.each([
    ['rleu', 'relu'],
    ['reul', 'relu'],
    ['tnah', 'tanh'],
    ['liner', 'linear'],
    ['glort_unifrom', 'glorot_uniform'],
    ['TANH', 'tanh'],
  ])('for %s is %s', (name, nearest) => {
    expect(didYouMean(name, known)).toBe(` Did you mean '${nearest}'?`);
  });

  it('is none where nothing is near', () => {
    for (const name of ['x', '', 'convolution', 'abc']) expect(didYouMean(name, known)).toBe('');
  });
});

describe('an unknown name in the options of a layer', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'activation',
      () => new layers.Dense(3, { name: 'd', activation: 'rleu' }),
      /^Dense layer 'd': Unknown activation 'rleu'\. Did you mean 'relu'\?/,
    ],
    [
      'initializer',
      () => new layers.Conv2D(3, 3, { name: 'c', kernelInitializer: 'glrot_uniform' }),
      /^Conv2D layer 'c': Unknown initializer .* Did you mean 'glorot_uniform'\?/,
    ],
    [
      'initializer of statistics',
      () => new layers.BatchNormalization({ name: 'b', movingMeanInitializer: 'zero_s' }),
      /^BatchNormalization layer 'b': Unknown initializer 'zero_s'\. Did you mean 'zeros'\?/,
    ],
    [
      'regularizer',
      () => new layers.Embedding(3, 2, { name: 'e', embeddingsRegularizer: 'l3' }),
      /^Embedding layer 'e': Unknown regularizer 'l3'\. Did you mean 'l1'\?/,
    ],
    [
      'activity regularizer',
      () => new layers.ReLU({ name: 'r', activityRegularizer: 'l_2' }),
      /^ReLU layer 'r': Unknown regularizer 'l_2'/,
    ],
    [
      'constraint',
      () => new layers.PReLU({ name: 'p', alphaConstraint: 'nonneg_' }),
      /^PReLU layer 'p': Unknown constraint 'nonneg_'\. Did you mean 'non_neg'\?/,
    ],
    [
      'activation of Activation',
      () => new layers.Activation('sigmiod', { name: 'a' }),
      /^Activation layer 'a': Unknown activation 'sigmiod'\. Did you mean 'sigmoid'\?/,
    ],
    [
      'options',
      () => new layers.Dense(3, 'relu' as unknown as object),
      /^Dense: options must be an object, such as .*, got 'relu'/,
    ],
  ])('%s names the layer', (_, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(ValueError);
  });

  it('of compile says so', () => {
    const model = new models.Sequential();
    expect(() => {
      model.compile({ optimizer: 'adma' });
    }).toThrow(/^compile: Unknown optimizer 'adma'\. Did you mean 'adam'\?/);
    expect(() => {
      model.compile({ loss: 'mes' });
    }).toThrow(/^compile: Unknown loss 'mes'\. Did you mean 'mse'\?/);
  });
});
