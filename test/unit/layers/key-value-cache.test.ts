// With a cache a model gives what it gives for whole sequences. What it gives for these is compared with Keras elsewhere.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Input, layers, memory, models, ops, random, Sequential, tensor, zeros } from '../../../src/index.js'; // prettier-ignore
import type { Tensor } from '../../../src/index.js';
import { inChunks, kinds, VOCABULARY, WIDTH } from './cached-models.js';
import type { Attentions } from './cached-models.js';

const { KeyValueCache } = layers;

const attentions: Readonly<Record<string, Attentions>> = {
  MultiHeadAttention: () => new layers.MultiHeadAttention(2, 4),
  'dropout, in inference': () => new layers.MultiHeadAttention(2, 4, { dropout: 0.5 }),
  'a sliding window': () => new layers.MultiHeadAttention(2, 4, { slidingWindow: 3 }),
  'a gate, and other sizes': () =>
    new layers.MultiHeadAttention(3, 2, { valueDim: 5, useGate: true, useBias: false }),
  flashAttention: () => new layers.MultiHeadAttention(2, 4, { flashAttention: true }),
  'no flashAttention': () => new layers.MultiHeadAttention(2, 4, { flashAttention: false }),
  GroupQueryAttention: () => new layers.GroupQueryAttention(4, 4, 2),
};

const ways = [[1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 1, 1, 1, 1], [9], [1, 4, 1, 3]];

const tokensOf = (batch: number, seed = 3): Tensor =>
  random.randint([batch, 9], 1, VOCABULARY, { seed });

const difference = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape);
  return ops.max(ops.abs(a.sub(b))).item();
};

/** Weights far from 0, so that every step matters. */
function weighted(model: models.Model<layers.SymbolicTensor>): models.Model<layers.SymbolicTensor> {
  const seed = new random.SeedGenerator(5);
  model.apply(zeros([1, 2], 'int32'));
  model.setWeights(
    model
      .getWeights()
      .map(({ shape }) => random.uniform(shape, { minval: -0.8, maxval: 0.8, seed })),
  );
  return model;
}

const cacheOf = (maxLength = 20): layers.KeyValueCache => new KeyValueCache({ maxLength });

beforeEach(() => {
  // Of masks that end in TimeDistributed.
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(kinds))('a model that is %s', (_, make) => {
  it.each(Object.entries(attentions))('gives the same in parts, with %s', (__, attention) => {
    const model = weighted(make(attention));
    for (const batch of [1, 3]) {
      const tokens = tokensOf(batch);
      const whole = model.apply(tokens);
      for (const way of ways) {
        const cache = cacheOf();
        const parts = inChunks(model, tokens, way, cache);
        expect(difference(parts, whole)).toBeLessThan(1e-5);
        expect([cache.length, cache.batchSize]).toEqual([9, batch]);
        cache.dispose();
      }
    }
  });

  it('gives the same where sequences are padded, on the left or on the right', () => {
    const model = weighted(make(() => new layers.GroupQueryAttention(4, 2, 1)));
    const tokens = tokensOf(3).toArray() as number[][];
    // Of each sequence the positions from … to are padding.
    const [left, right] = [
      [0, 3],
      [5, 9],
    ];
    const padded = [left, right, [0, 0]].map(([from = 0, to = 0], row) =>
      (tokens[row] ?? []).map((token, i) => (i >= from && i < to ? 0 : token)),
    );
    const counts = tensor(padded).notEqual(0).expandDims(-1);
    const whole = model.apply(tensor(padded, { dtype: 'int32' }));
    for (const way of ways) {
      const cache = cacheOf();
      const parts = inChunks(model, tensor(padded, { dtype: 'int32' }), way, cache);
      expect(difference(parts.mul(counts), whole.mul(counts))).toBeLessThan(1e-5);
      // What is left out is left out: padding changes what is behind it.
      expect(difference(parts, model.apply(tensor(tokens, { dtype: 'int32' })))).toBeGreaterThan(
        0.01,
      );
    }
  });

  it('leaves nothing, between calls nothing new, and gives all back', () => {
    const model = weighted(make(() => new layers.MultiHeadAttention(2, 4)));
    const before = memory();
    const cache = cacheOf();
    const tokens = tokensOf(2);
    const steps = Array.from({ length: 9 }, (_, i) => tokens.slice(':', [i, i + 1]));
    const bytes = steps.map((step) => {
      model.apply(step, { cache }).dispose();
      return memory().bytes;
    });
    expect(new Set(bytes).size).toBe(1);
    cache.reset();
    model.apply(tokens, { cache }).dispose();
    expect(memory().bytes).toBe(bytes[0]);
    cache.select([1, 1, 0]);
    cache.dispose();
    for (const x of [tokens, ...steps]) x.dispose();
    expect(memory()).toEqual({ ...before, reserved: memory().reserved });
  });
});

describe('a cache', () => {
  const model = weighted(kinds['functional']?.(() => new layers.MultiHeadAttention(2, 4)) as models.Model<layers.SymbolicTensor>); // prettier-ignore
  const tokens = tokensOf(2);
  const whole = model.apply(tokens);

  it('knows how many steps it keeps, and says so', () => {
    const cache = cacheOf();
    expect([cache.length, cache.batchSize, cache.maxLength]).toEqual([0, undefined, 20]);
    expect(String(cache)).toBe('KeyValueCache(length=0, maxLength=20)');
    model.apply(tokens, { cache });
    expect(String(cache)).toBe('KeyValueCache(length=9, maxLength=20, batchSize=2)');
    cache.reset();
    expect([cache.length, cache.batchSize]).toEqual([0, undefined]);
    cache.dispose();
    expect(String(cache)).toBe('KeyValueCache(disposed)');
  });

  it('takes other sequences after reset(), as many or not', () => {
    const cache = cacheOf();
    for (const batch of [2, 2, 1, 4]) {
      cache.reset();
      const others = tokensOf(batch, batch);
      const parts = inChunks(model, others, [4, 1, 4], cache);
      expect(difference(parts, model.apply(others))).toBeLessThan(1e-5);
    }
  });

  it('goes on with the sequences that select() takes', () => {
    const cache = cacheOf();
    model.apply(tokens.slice(':', ':6'), { cache });
    cache.select(tensor([1, 0, 1], { dtype: 'int32' }));
    expect([cache.length, cache.batchSize]).toEqual([6, 3]);
    const rest = model.apply(tokens.slice(':', '6:').gather([1, 0, 1]), { cache });
    expect(difference(rest, whole.slice(':', '6:').gather([1, 0, 1]))).toBeLessThan(1e-5);
    expect(() => {
      cache.select([3]);
    }).toThrow(/KeyValueCache: select.*3.*out of range/);
    expect(() => {
      cache.select([[0]]);
    }).toThrow('KeyValueCache: select takes a list of indices, got shape (1, 1).');
    expect(cache.batchSize).toBe(3);
    expect(() => {
      cacheOf().select([0]);
    }).toThrow('KeyValueCache: select needs sequences, but no model was called yet.');
  });

  it('stays as it was where a call fails', () => {
    const cache = cacheOf(9);
    const start = tokens.slice(':', ':5');
    model.apply(start, { cache });
    expect(() => model.apply(tokens, { cache })).toThrow(/at most 9 steps/);
    const last = model.layers.at(-1) as layers.Layer;
    const call = vi.spyOn(last, 'call').mockImplementation(() => {
      throw new Error('no');
    });
    expect(() => model.apply(tokens.slice(':', '5:7'), { cache })).toThrow('no');
    call.mockRestore();
    expect(cache.length).toBe(5);
    const rest = model.apply(tokens.slice(':', '5:'), { cache });
    expect(difference(rest, whole.slice(':', '5:'))).toBeLessThan(1e-5);
    const first = cacheOf();
    expect(() => model.apply([[VOCABULARY]], { cache: first })).toThrow(/out of range/);
    expect([first.length, first.batchSize]).toEqual([0, undefined]);
  });

  it('computes new steps alone', () => {
    const cache = cacheOf();
    model.apply(tokens, { cache });
    const dense = model.layers.at(-1) as layers.Dense;
    const call = vi.spyOn(dense, 'call');
    model.apply(tokens.slice(':', ':1'), { cache });
    expect(call.mock.calls[0]?.[0].shape).toEqual([2, 1, WIDTH]);
  });

  it('reaches a layer that is in no model', () => {
    const attention = new layers.MultiHeadAttention(2, 4);
    const x = random.normal([2, 5, 6], { seed: 1 });
    const all = attention.apply([x, x], { useCausalMask: true });
    const cache = cacheOf();
    for (let step = 0; step < 5; step++) {
      const given = x.slice(':', [step, step + 1]);
      const y = attention.apply([given, given], { useCausalMask: true, cache });
      expect(difference(y, all.slice(':', [step, step + 1]))).toBeLessThan(1e-5);
    }
    expect(cache.length).toBe(5);
  });

  it('goes with a mask of scores, whose keys are all steps so far', () => {
    const attention = new layers.MultiHeadAttention(2, 4);
    const x = random.normal([1, 5, 6], { seed: 1 });
    // Causal, but no query sees step 1.
    const counts = Array.from({ length: 5 }, (_, t) =>
      [0, 1, 2, 3, 4].map((s) => s <= t && s !== 1),
    );
    const attentionMask = tensor([counts]);
    const all = attention.apply([x, x], { attentionMask });
    const cache = cacheOf();
    const parts = [':2', '2:3', '3:5'].map((part, i) => {
      const given = x.slice(':', part);
      const mask = attentionMask.slice(':', part, [':2', ':3', ':5'][i] ?? '');
      return attention.apply([given, given], { attentionMask: mask, cache });
    });
    expect(difference(ops.concat(parts, 1), all)).toBeLessThan(1e-5);
    const given = x.slice(':', ':1');
    expect(() =>
      attention.apply([given, given], { attentionMask: attentionMask.slice(':', ':1'), cache }),
    ).toThrow(
      /attentionMask, of shape \(1, 1, 5\), does not fit the scores, of shape \(1, 2, 1, 6\)/,
    );
  });

  it('gives scores of all steps so far', () => {
    const attention = new layers.MultiHeadAttention(2, 4);
    const x = random.normal([1, 5, 6], { seed: 1 });
    const options = { useCausalMask: true, returnAttentionScores: true } as const;
    const [, all] = attention.apply([x, x], options);
    const cache = cacheOf();
    const start = x.slice(':', ':3');
    attention.apply([start, start], { ...options, cache });
    const rest = x.slice(':', '3:');
    const [, scores] = attention.apply([rest, rest], { ...options, cache });
    expect(difference(scores, all.slice(':', ':', '3:'))).toBeLessThan(1e-5);
  });

  it('keeps what a layer makes of a sequence that does not grow', () => {
    const tokens = Input([null, WIDTH]);
    const encoded = Input([null, WIDTH]);
    const own = new layers.MultiHeadAttention(2, 4).apply([tokens, tokens], {
      useCausalMask: true,
    });
    const cross = new layers.MultiHeadAttention(2, 4, { name: 'cross' });
    const outputs = cross.apply([own, encoded]);
    const decoder = new models.Model({ inputs: [tokens, encoded], outputs });
    const [x, memo] = [random.normal([2, 5, WIDTH]), random.normal([2, 7, WIDTH])];
    memo.attachMask(
      tensor([
        [1, 1, 1, 1, 1, 0, 0],
        [1, 1, 1, 1, 1, 1, 1],
      ]).astype('bool'),
    );
    const all = decoder.apply([x, memo]);
    const cache = cacheOf();
    const project = vi.spyOn(cross.keyDense as layers.EinsumDense, 'call');
    const parts = [':2', '2:3', '3:4', '4:5'].map((part) =>
      decoder.apply([x.slice(':', part), memo], { cache }),
    );
    expect(difference(ops.concat(parts, 1), all)).toBeLessThan(1e-5);
    expect(project).toHaveBeenCalledTimes(1);
    // Another tensor is another sequence.
    const other = random.normal([2, 3, WIDTH]);
    const last = decoder.apply([x.slice(':', '4:5'), other], { cache });
    expect(project).toHaveBeenCalledTimes(2);
    const again = decoder.apply([ops.concat([x, x.slice(':', '4:5')], 1), other]);
    expect(difference(last, again.slice(':', '5:'))).toBeLessThan(1e-5);
  });

  it('does not reach a call with cache: null, nor what finds out shapes', () => {
    const attention = new layers.MultiHeadAttention(2, 4);
    class Encoding extends layers.Layer<readonly Tensor[]> {
      override supportsCaching = true;
      readonly encoder = new layers.GlobalAveragePooling1D();
      override call([x, other]: readonly [Tensor, Tensor], { cache }: layers.CallOptions): Tensor {
        expect(cache).toBeInstanceOf(KeyValueCache);
        const seen: unknown[] = [];
        const given = new layers.Lambda((y, options) => {
          seen.push(options.cache);
          return y;
        });
        given.apply(other, { cache: null });
        expect(seen).toEqual([undefined]);
        const sum = this.encoder.apply(other, { cache: null });
        const y = attention.apply([x, x], { useCausalMask: true });
        return ops.add(y, ops.expandDims(sum, 1));
      }
    }
    const cache = cacheOf();
    const y = new Encoding().apply([zeros([1, 2, WIDTH]), zeros([1, 4, WIDTH])], { cache });
    expect([y.shape, cache.length]).toEqual([[1, 2, WIDTH], 2]);
    // A layer whose shapes are found by calling it, with a cache, for the first time.
    class Found extends layers.Layer {
      override supportsCaching = true;
      override call(x: Tensor): Tensor {
        return attention.apply([x, x], { useCausalMask: true });
      }
    }
    const fresh = cacheOf();
    new Sequential([new Found()]).apply(zeros([1, 2, WIDTH]), { cache: fresh });
    expect(fresh.length).toBe(2);
  });
});
