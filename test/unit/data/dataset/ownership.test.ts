// Whatever happens to a pass, what it made is freed: at its end, when it is left early, when something throws.
import { describe, expect, it } from 'vitest';
import { Dataset } from '../../../../src/data.js';
import type { Element } from '../../../../src/data.js';
import { tensor, Tensor, zeros } from '../../../../src/engine/tensor/index.js';
import '../../../../src/engine/ops/methods.js';
import { collect, held, rows } from './elements.js';

type Stage = (source: Dataset<Tensor>) => Dataset;

const stages: Record<string, Stage> = {
  nothing: (source) => source,
  map: (source) => source.map((x) => x.mul(2).add(1)),
  'map that gives what it got': (source) => source.map((x) => x),
  'map to a list': (source) => source.map((x) => [x, x, x.mul(2)]),
  mapAsync: (source) => source.mapAsync(async (x) => Promise.resolve(x)),
  'mapAsync to others': (source) => source.mapAsync(async (x) => [x.mul(2), x]),
  filter: (source) => source.filter((x) => x.square().item() % 2 === 0),
  shuffle: (source) => source.shuffle(4),
  batch: (source) => source.batch(3),
  'batch without the rest': (source) => source.batch(4, { dropRemainder: true }),
  take: (source) => source.take(4),
  skip: (source) => source.skip(2),
  repeat: (source) => source.repeat(3),
  cache: (source) => source.cache(),
  prefetch: (source) => source.prefetch(3),
  zip: (source) => Dataset.zip(source, source.skip(1)),
  concatenate: (source) => source.concatenate(source.map((x) => x)),
  several: (source) =>
    source.shuffle(4).map((x) => x.neg()).prefetch(2).repeat().batch(3).take(9).prefetch(2),
};

const sources: Record<string, () => Dataset<Tensor>> = {
  rows: () => rows(10),
  'a generator': () =>
    Dataset.fromGenerator(function* () {
      for (let i = 0; i < 10; i++) yield tensor(i);
    }),
  'an asynchronous generator': () =>
    Dataset.fromGenerator(async function* () {
      for (let i = 0; i < 10; i++) {
        await Promise.resolve();
        yield tensor(i);
      }
    }),
};

describe.each(Object.entries(stages))('%s', (_, stage) => {
  it.each(Object.entries(sources))('of %s holds nothing after a pass', async (_name, source) => {
    const before = held();
    const dataset = stage(source());
    for (const limit of [0, 1, 2, Infinity]) await collect(dataset, limit);
    dataset.dispose();
    expect(held()).toEqual(before);
  });

  it('holds nothing after its source has thrown', async () => {
    const before = held();
    for (const good of [0, 1, 5]) {
      const dataset = stage(
        Dataset.fromGenerator(function* () {
          for (let i = 0; i < good; i++) yield tensor(i);
          throw new Error('torn');
        }),
      );
      await collect(dataset).then(
        // Some stages do not get that far.
        () => expect(good).toBeGreaterThanOrEqual(4),
        (error: unknown) => expect(String(error)).toContain('torn'),
      );
      dataset.dispose();
    }
    expect(held()).toEqual(before);
  });

  it('ends the generator when it is left early', async () => {
    let [begun, ended] = [0, 0];
    const source = Dataset.fromGenerator(async function* () {
      begun++;
      try {
        for (let i = 0; i < 100; i++) yield await Promise.resolve(tensor(i));
      } finally {
        ended++;
      }
    });
    const dataset = stage(source);
    await collect(dataset, 1);
    expect(begun).toBeGreaterThan(0);
    expect(ended).toBe(begun);
    dataset.dispose();
  });
});

describe('functions that throw', () => {
  it.each<[string, Stage]>([
    ['map', (source) => source.map(throwAt(3, (x) => [x, x.mul(2)]))],
    ['map that gives no element', (source) => source.map(() => [tensor(1), 'text'] as never)],
    ['filter', (source) => source.shuffle(4).filter(throwAt(3, () => true))],
    [
      'mapAsync',
      (source) => {
        const f = throwAt(3, (x) => x);
        return source.mapAsync(async (x) => f(x));
      },
    ],
    ['shapes that do not agree', (source) => source.map((x) => zeros([x.item() + 1])).batch(4)],
    ['zip', (source) => Dataset.zip(source, source.map(throwAt(3, (x) => x)))],
    [
      'a generator that gives no element',
      () => Dataset.fromGenerator(() => [tensor(1), [tensor(2), 'text'] as never]).batch(3),
    ],
  ])('%s: nothing is left', async (_, stage) => {
    for (const source of Object.values(sources)) {
      const before = held();
      const origin = source();
      const dataset = stage(origin);
      await expect(collect(dataset.prefetch(2))).rejects.toThrow();
      dataset.dispose();
      origin.dispose();
      expect(held()).toEqual(before);
    }
  });

  function throwAt<R>(index: number, f: (x: Tensor) => R): (x: Tensor) => R {
    let calls = 0;
    return (x) => {
      if (calls++ === index) throw new Error('broken');
      return f(x);
    };
  }
});

describe('tensors of others', () => {
  it('that a function of map returns stay theirs', async () => {
    const constant = tensor(5);
    expect(await collect(rows(2).map(() => [constant, constant]))).toEqual([
      [5, 5],
      [5, 5],
    ]);
    expect(constant.item()).toBe(5);
  });

  it('an element belongs to the caller, and outlives the pass', async () => {
    const kept: Element[] = [];
    for await (const batch of rows(4).shuffle(4, { seed: 1 }).batch(2)) kept.push(batch);
    expect(kept.map((one) => one instanceof Tensor && one.size)).toEqual([2, 2]);
  });
});

describe('buffers', () => {
  it('are all that is held', async () => {
    const width = 1000;
    const bytes = width * 4;
    const source = Dataset.fromGenerator(function* () {
      for (let i = 0; i < 200; i++) yield zeros([width]);
    });
    const before = held();
    let most = 0;
    for await (const batch of source.shuffle(20).batch(5).prefetch(2)) {
      most = Math.max(most, held().bytes - before.bytes);
      batch.dispose();
    }
    // 20 in the buffer, 2 batches ahead, one being made, one here.
    expect(most / bytes).toBeLessThanOrEqual(20 + 2 * 5 + 5 + 5);
    expect(held()).toEqual(before);
  });

  it('prefetch reads ahead while the caller works, as far as its buffer', async () => {
    let made = 0;
    const source = Dataset.fromGenerator(async function* () {
      for (;;) yield await Promise.resolve(made++);
    });
    const iterator = source.prefetch(3)[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    // The one that was given and three in the buffer.
    expect(made).toBe(4);
    await iterator.return();
  });
});
