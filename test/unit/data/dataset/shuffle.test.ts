import { describe, expect, it } from 'vitest';
import { SeedGenerator, setSeed } from '../../../../src/random.js';
import { collect, count, rows } from './elements.js';

describe.each([
  ['tensors made one by one', count],
  ['rows of a tensor', rows],
])('shuffling %s', (_, make) => {
  const sorted = (values: unknown[]): unknown[] =>
    (values as number[]).toSorted((a, b) => a - b);
  const naturals = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

  it('gives every element once, none earlier than the buffer allows', async () => {
    for (const buffer of [1, 2, 7, 50, 99]) {
      const order = (await collect(make(50).shuffle(buffer, { seed: 1 }))) as number[];
      expect(sorted(order)).toEqual(naturals(50));
      order.forEach((value, position) => {
        expect(value).toBeLessThan(position + buffer);
      });
    }
    expect(await collect(make(50).shuffle(1))).toEqual(naturals(50));
  });

  it('makes all orders of a whole buffer equally likely', async () => {
    const seen = new Map<string, number>();
    const shuffled = make(4).shuffle(4, { seed: 5 });
    const passes = 2400;
    for (let i = 0; i < passes; i++) {
      const order = String(await collect(shuffled));
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    // Chi-squared with 23 degrees of freedom is above 49.7 once in a thousand times.
    const expected = passes / 24;
    const chi = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chi).toBeLessThan(49.7);
  });

  it('has new orders in each pass, the same ones with the same seed', async () => {
    const orders = async (seed: number): Promise<unknown[]> => {
      const shuffled = make(30).shuffle(30, { seed });
      return [await collect(shuffled), await collect(shuffled), await collect(shuffled)];
    };
    const [first, second, third] = await orders(3);
    expect(first).not.toEqual(second);
    expect(second).not.toEqual(third);
    expect(await orders(3)).toEqual([first, second, third]);
    expect(await orders(4)).not.toEqual([first, second, third]);
    // Rounds of repeat are passes, too.
    expect(await collect(make(30).shuffle(30, { seed: 3 }).repeat(3))).toEqual(
      [first, second, third].flat(),
    );
  });

  it('keeps its order without reshuffling', async () => {
    for (const seed of [3, undefined]) {
      const shuffled = make(30).shuffle(30, {
        ...(seed === undefined ? {} : { seed }),
        reshuffleEachIteration: false,
      });
      const first = await collect(shuffled);
      expect(await collect(shuffled)).toEqual(first);
      expect(first).not.toEqual(naturals(30));
    }
  });

  it('draws from the global generator without a seed, or from one that is given', async () => {
    const shuffled = make(30).shuffle(30);
    setSeed(8);
    const first = await collect(shuffled);
    const second = await collect(shuffled);
    expect(first).not.toEqual(second);
    setSeed(8);
    expect(await collect(shuffled)).toEqual(first);
    const own = (): Promise<unknown[]> =>
      collect(make(30).shuffle(30, { seed: new SeedGenerator(8) }));
    expect(await own()).toEqual(await own());
  });
});

describe('rows of a tensor', () => {
  it('come as tensors made one by one do, whatever the stages', async () => {
    const pipelines: ((make: typeof rows) => ReturnType<typeof rows>)[] = [
      (make) => make(23).shuffle(10, { seed: 2 }).batch(4),
      (make) => make(23).shuffle(23, { seed: 2 }).repeat(2).batch(4, { dropRemainder: true }),
      (make) => make(23).skip(3).shuffle(5, { seed: 2 }).take(9).batch(2).shuffle(3, { seed: 1 }),
      (make) => make(8).shuffle(8, { seed: 2 }).cache().shuffle(8, { seed: 3 }).batch(3),
      (make) => make(8).filter((x) => x.item() !== 3).shuffle(4, { seed: 4 }).batch(3),
      (make) => make(8).concatenate(make(3).shuffle(3, { seed: 1 })).prefetch(2).batch(5),
    ];
    for (const pipeline of pipelines) {
      const [fast, general] = [pipeline(rows), pipeline(count)];
      for (let pass = 0; pass < 3; pass++) {
        expect(await collect(fast)).toEqual(await collect(general));
      }
    }
  });
});
