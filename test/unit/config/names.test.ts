// What a misspelt name is answered with.
import { describe, expect, it } from 'vitest';
import { camelCase, didYouMean } from '../../../src/config/index.js';
import { refuses } from '../refusals.js';
import {
  layers,
  losses,
  metrics,
  models,
  ops,
  optimizers,
  ValueError,
  zeros,
} from '../../../src/index.js';

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

  it('is none for a name of more than 64 letters, which takes as long as its length tells', () => {
    const long = 'x'.repeat(64);
    expect(didYouMean(`${long}y`, [`${long}z`])).toBe('');
    expect(didYouMean(long, [`${long}z`])).toBe(` Did you mean '${long}z'?`);
    const endless = 'x'.repeat(4_000_000);
    expect(didYouMean(endless, [endless + endless])).toBe('');
  });
});

describe('a name of any length', () => {
  const endless = 'x'.repeat(4_000_000);

  it.each<[string, () => unknown]>([
    ['metric', () => metrics.get(endless)],
    ['loss', () => losses.get(endless)],
    ['optimizer', () => optimizers.get(endless)],
    ['initializer', () => new layers.Dense(1, { kernelInitializer: endless as never })],
    ['activation', () => new layers.Dense(1, { activation: endless as never })],
    ['class of a layer', () => layers.deserialize({ class_name: endless, config: {} })],
    [
      'key of a config',
      () => layers.deserialize({ class_name: 'Dense', config: { [endless]: 1 } }),
    ],
    ['option', () => new layers.Dense(1, { [endless]: 1 })],
    ['dtype', () => zeros([1], endless as 'float32')],
    ['dtype of a layer', () => new layers.Dense(1, { dtype: endless as 'float32' })],
    ['einsum', () => ops.einsum(`${'a'.repeat(1_000_000)}!`, zeros([1]))],
  ])('is refused at once, and not shown whole: %s', (_, call) => {
    let message = '';
    try {
      call();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/xxxxx…|aaaaa…/);
    expect(message.length).toBeLessThan(3000);
  });

  it('is put into camelCase in a time that its length tells', () => {
    const blank = '_'.repeat(1_000_000);
    expect(camelCase(blank)).toBe(blank);
    expect(camelCase(`a${blank}b${blank}`)).toBe(`aB${blank}`);
  });
});

describe('an unknown name in the options of a layer', () => {
  refuses(ValueError, {
    "^Dense layer 'd': Unknown activation 'rleu'. Did you mean 'relu'?": () =>
      new layers.Dense(3, { name: 'd', activation: 'rleu' as never }),
    "^Conv2D layer 'c': Unknown initializer ... Did you mean 'glorot_uniform'?": () =>
      new layers.Conv2D(3, 3, { name: 'c', kernelInitializer: 'glrot_uniform' as never }),
    "^BatchNormalization layer 'b': Unknown initializer 'zero_s'. Did you mean 'zeros'?": () =>
      new layers.BatchNormalization({ name: 'b', movingMeanInitializer: 'zero_s' as never }),
    "^Embedding layer 'e': Unknown regularizer 'l3'. Did you mean 'l1'?": () =>
      new layers.Embedding(3, 2, { name: 'e', embeddingsRegularizer: 'l3' as never }),
    "^ReLU layer 'r': Unknown regularizer 'l_2'": () =>
      new layers.ReLU({ name: 'r', activityRegularizer: 'l_2' as never }),
    "^PReLU layer 'p': Unknown constraint 'nonneg_'. Did you mean 'non_neg'?": () =>
      new layers.PReLU({ name: 'p', alphaConstraint: 'nonneg_' as never }),
    "^Activation layer 'a': Unknown activation 'sigmiod'. Did you mean 'sigmoid'?": () =>
      new layers.Activation('sigmiod' as never, { name: 'a' }),
    "^Dense: options must be an object, such as ... , got 'relu'": () =>
      new layers.Dense(3, 'relu' as unknown as object),
  });

  it('of compile says so', () => {
    const model = new models.Sequential();
    expect(() => {
      model.compile({ optimizer: 'adma' as never });
    }).toThrow(/^compile: Unknown optimizer 'adma'\. Did you mean 'adam'\?/);
    expect(() => {
      model.compile({ loss: 'mes' as never });
    }).toThrow(/^compile: Unknown loss 'mes'\. Did you mean 'mse'\?/);
  });
});
