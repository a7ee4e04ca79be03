// Which layers and operations go with a cache, and what is refused.
import { describe, expect, it } from 'vitest';
import {
  grad,
  Input,
  layers,
  models,
  ones,
  ops,
  random,
  Sequential,
  zeros,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { WIDTH } from './cached-models.js';

const { KeyValueCache } = layers;

const difference = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return ops.max(ops.abs(a.sub(b))).item();
};

const cacheOf = (maxLength = 20): layers.KeyValueCache => new KeyValueCache({ maxLength });

describe('operations in a graph', () => {
  const x = Input([null, WIDTH]);
  const cached = (make: (h: typeof x) => unknown, steps = 2): Tensor => {
    const model = new models.Model({ inputs: x, outputs: make(x) as typeof x });
    return model.apply(zeros([1, steps, WIDTH]), { cache: cacheOf() });
  };

  it('go with a cache if they go from element to element, or along a step', () => {
    const fine: ((h: typeof x) => unknown)[] = [
      (h) => h.add(1).mul(h).sub([1, 2, 3, 4, 5, 6, 7, 8]).div(2).tanh(),
      (h) => h.add(zeros([WIDTH])).add(zeros([1, 1, WIDTH])),
      (h) => h.sub(h.mean(-1, true)).softmax(),
      (h) => ops.logSoftmax(h, 2).max(2),
      (h) => ops.concat([h, h], -1),
      (h) => ops.gelu(h, true),
      (h) => ops.where(h.greater(0), h, 0),
    ];
    for (const make of fine) expect(cached(make).shape.slice(0, 2)).toEqual([1, 2]);
  });

  it('refuse a cache if they may mix steps, or hold an element for each', () => {
    const refused: readonly (readonly [RegExp, (h: typeof x) => unknown])[] = [
      [/operation 'mean.*' cannot be called with a cache/, (h) => h.mean(1)],
      [/operation 'mean.*' cannot/, (h) => h.mean()],
      [/operation 'softmax.*' cannot/, (h) => h.softmax(1)],
      [/operation 'concat.*' cannot/, (h) => ops.concat([h, h], 1)],
      [/operation 'transpose.*' cannot/, (h) => h.transpose([0, 2, 1])],
      [/operation 'matmul.*' cannot/, (h) => h.matmul(ones([1, WIDTH, 2]))],
      [/operation 'cumsum.*' cannot/, (h) => h.cumsum(1)],
      [/operation 'slice.*' cannot/, (h) => h.slice(':', '1:')],
      [/operation 'add.*' cannot/, (h) => h.add(zeros([2, WIDTH]))],
      [/operation 'add.*' cannot/, (h) => h.add(zeros([1, 2, WIDTH]))],
      [/operation 'add.*' cannot/, (h) => h.add([[1], [2]])],
    ];
    for (const [message, make] of refused) expect(() => cached(make)).toThrow(message);
  });
});

describe('errors say what came and what to do', () => {
  const causal = (): layers.MultiHeadAttention => new layers.MultiHeadAttention(2, 4);
  const given = random.normal([2, 3, WIDTH]);

  it.each([
    ['Conv1D', new layers.Conv1D(4, 3, { padding: 'causal' })],
    ['LSTM', new layers.LSTM(4)],
    ['GRU', new layers.GRU(4, { returnSequences: true })],
    ['Bidirectional', new layers.Bidirectional(new layers.LSTM(4))],
    ['MaxPooling1D', new layers.MaxPooling1D()],
    ['GlobalAveragePooling1D', new layers.GlobalAveragePooling1D()],
    ['Flatten', new layers.Flatten()],
    ['Permute', new layers.Permute([2, 1])],
    ['ZeroPadding1D', new layers.ZeroPadding1D()],
    ['UpSampling1D', new layers.UpSampling1D()],
    ['GroupNormalization', new layers.GroupNormalization({ groups: 2 })],
    ['LayerNormalization', new layers.LayerNormalization({ axis: [1, 2] })],
    ['LayerNormalization', new layers.LayerNormalization({ axis: -2 })],
    ['RMSNormalization', new layers.RMSNormalization({ axis: 1 })],
    ['UnitNormalization', new layers.UnitNormalization({ axis: 1 })],
    ['BatchNormalization', new layers.BatchNormalization({ axis: 1 })],
    ['Normalization', new layers.Normalization({ axis: 1, mean: [0, 0, 0], variance: [1, 1, 1] })],
    ['Softmax', new layers.Softmax({ axis: 1 })],
    ['PReLU', new layers.PReLU()],
    ['EinsumDense', new layers.EinsumDense('abc,bd->adc', [4, WIDTH])],
    ['Lambda', new layers.Lambda((x) => x)],
  ])('%s refuses a cache', (name, layer) => {
    const model = new Sequential([new layers.Dense(WIDTH), layer as layers.Layer]);
    const cache = cacheOf();
    const message = new RegExp(`${name} layer '.*' cannot be called with a cache: .*may mix steps`);
    expect(() => model.apply(given, { cache })).toThrow(message);
    expect(cache.length).toBe(0);
  });

  it.each([
    new layers.PReLU({ sharedAxes: [1] }),
    new layers.EinsumDense('abc,cd->abd', [null, 4]),
    new layers.EinsumDense('...a,ab->...b', [4]),
    new layers.BatchNormalization(),
    new layers.RMSNormalization(),
    new layers.UnitNormalization(),
    new layers.Normalization({ mean: 0, variance: 1 }),
    new layers.Rescaling(2),
    new layers.Masking(),
    new layers.SpatialDropout1D(0.5),
    new layers.GaussianNoise(1),
    new layers.TimeDistributed(new layers.Flatten()),
  ])('works step by step, so goes with a cache: %s', (layer) => {
    const whole = layer.apply(given);
    const cache = cacheOf();
    const parts = [':1', '1:'].map((part) => layer.apply(given.slice(':', part), { cache }));
    expect(difference(ops.concat(parts, 1), whole)).toBeLessThan(1e-5);
  });

  it('attention without heads refuses a cache', () => {
    for (const layer of [new layers.Attention(), new layers.AdditiveAttention()]) {
      expect(() => layer.apply([given, given], { useCausalMask: true, cache: cacheOf() })).toThrow(
        /Attention layer '.*' cannot be called with a cache/,
      );
    }
    expect(() => new layers.Dot([2, 2]).apply([given, given], { cache: cacheOf() })).toThrow(/Dot/);
    const concatenated = new layers.Concatenate({ axis: 1 });
    expect(() => concatenated.apply([given, given], { cache: cacheOf() })).toThrow(/Concatenate/);
    expect(new layers.Concatenate().apply([given, given], { cache: cacheOf() }).shape).toEqual([2, 3, 16]); // prettier-ignore
  });

  it('a custom layer that says nothing', () => {
    class Own extends layers.Layer {
      override call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    expect(() => new Own({ name: 'own' }).apply(given, { cache: cacheOf() })).toThrow(
      /Own layer 'own' cannot be called .*supportsCaching = true .*cache\.length/,
    );
    const own = new Own();
    own.supportsCaching = true;
    expect(own.apply(given, { cache: cacheOf() }).shape).toEqual(given.shape);
    class OwnModel extends models.Model {
      override call(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    expect(() => new OwnModel().apply(given, { cache: cacheOf() })).toThrow(/cannot be called/);
  });

  it('what is not causal, or has several axes of steps', () => {
    const attention = causal();
    expect(() => attention.apply([given, given], { cache: cacheOf() })).toThrow(
      /MultiHeadAttention layer '.*': a cache needs useCausalMask: true.*attentionMask/,
    );
    const images = zeros([1, 2, 2, WIDTH]);
    const options = { attentionMask: zeros([4, 4]), cache: cacheOf() };
    expect(() => causal().apply([images, images], options)).toThrow(/\(1, 2, 2, 8\)/);
  });

  it('a sequence that grows otherwise', () => {
    const x = Input([null, WIDTH]);
    const other = Input([null, WIDTH]);
    const own = causal().apply([x, x], { useCausalMask: true });
    const encoder = causal().apply([other, other], { useCausalMask: true });
    const outputs = causal().apply([own, encoder]);
    const both = new models.Model({ inputs: [x, other], outputs });
    expect(() => both.apply([given, zeros([2, 5, WIDTH])], { cache: cacheOf() })).toThrow(
      /got . steps with a cache, but the call has .: .*output of an encoder/,
    );
  });

  it('training, gradients, and graphs', () => {
    const model = new Sequential([Input([null, WIDTH]), new layers.Dense(2)]);
    const cache = cacheOf();
    expect(() => model.apply(given, { cache, training: true })).toThrow(
      /Sequential layer '.*': training does not go with a cache/,
    );
    expect(() => grad((x) => model.apply(x, { cache }).sum())(given)).toThrow(
      /Sequential layer '.*': no gradient flows through a cache/,
    );
    expect(() => model.apply(Input([null, WIDTH]), { cache })).toThrow(
      /Sequential layer '.*': a cache needs tensors, but the input is symbolic/,
    );
    expect(model.apply(Input([null, WIDTH]), { cache: null }).shape).toEqual([null, null, 2]);
    expect(() => model.apply(given, { cache: new Map() as never })).toThrow(
      /cache must be a layers\.KeyValueCache, got /,
    );
  });

  it('a full cache, another batch, another model', () => {
    const attention = causal();
    const cache = cacheOf(4);
    const options = { useCausalMask: true, cache };
    attention.apply([given, given], options);
    expect(() => attention.apply([given, given], options)).toThrow(
      /MultiHeadAttention layer '.*': the cache holds 3 of at most 4 steps, and 3 more came\. .*larger maxLength, or reset/,
    );
    const one = zeros([1, 1, WIDTH]);
    expect(() => attention.apply([one, one], options)).toThrow(
      /the cache keeps 2 sequences, but a batch of 1 came\. .*select\(\), or reset\(\)/,
    );
    const next = zeros([2, 1, WIDTH]);
    expect(() => causal().apply([next, next], options)).toThrow(
      /has kept 0 steps of the 3 in the cache: it did not take part in all calls/,
    );
    expect(cache.length).toBe(3);
    attention.apply([next, next], options);
    expect(cache.length).toBe(4);
  });

  it('another cache inside, and what a cache refuses during a call', () => {
    const cache = cacheOf();
    const attempts: string[] = [];
    class Own extends layers.Layer {
      override supportsCaching = true;
      override call(x: Tensor): Tensor {
        for (const attempt of ['reset', 'dispose', 'select'] as const) {
          try {
            cache[attempt]([0]);
          } catch (error) {
            attempts.push((error as Error).message);
          }
        }
        return new layers.Identity().apply(x, { cache: cacheOf() });
      }
    }
    expect(() => new Own().apply(given, { cache })).toThrow(
      /Identity layer '.*' was given another cache than the call that it is a part of/,
    );
    expect(attempts).toEqual(
      ['reset', 'dispose', 'select'].map(
        (attempt) => `KeyValueCache: ${attempt} during a call with the cache. Wait for its end.`,
      ),
    );
  });

  it('a cache that is disposed, and options', () => {
    const cache = cacheOf();
    cache.dispose();
    cache.dispose();
    expect(() => new layers.Identity().apply(given, { cache })).toThrow(
      'KeyValueCache: apply after dispose(). Make a new cache.',
    );
    expect(() => new KeyValueCache({ maxLength: 0 })).toThrow(/KeyValueCache: maxLength .*0/);
    expect(() => new KeyValueCache({} as { maxLength: number })).toThrow(/maxLength .*undefined/);
    expect(() => new KeyValueCache({ maxLength: 3, size: 2 } as { maxLength: number })).toThrow(
      /unknown option 'size'/,
    );
  });
});
