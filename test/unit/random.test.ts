import { afterAll, describe, expect, it } from 'vitest';
import {
  arange,
  DTypeError,
  ones,
  ops,
  random,
  ShapeError,
  tensor,
  utils,
  ValueError,
  zeros,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { boundedInteger, permutation, unit, words } from '../reference/philox.js';

const { SeedGenerator, setSeed } = random;

/** Each kind of draw, of `n` numbers. */
const draws: Readonly<Record<string, (n: number, seed?: random.Seed) => Tensor>> = {
  normal: (n, seed) => random.normal([n], { seed }),
  truncatedNormal: (n, seed) => random.truncatedNormal([n], { seed }),
  uniform: (n, seed) => random.uniform([n], { seed }),
  gamma: (n, seed) => random.gamma([n], 0.7, { seed }),
  beta: (n, seed) => random.beta([n], 2, 0.7, { seed }),
  binomial: (n, seed) => random.binomial([n], 1000, 0.3, { seed }),
  randint: (n, seed) => random.randint([n], 0, 1000, { seed }),
  permutation: (n, seed) => random.permutation(n, { seed }),
  shuffle: (n, seed) => random.shuffle(arange(n), { seed }),
  categorical: (n, seed) => random.categorical(zeros([1, 1000]), n, { seed }),
  sampleLogits: (n, seed) => random.sampleLogits(zeros([n, 1000]), { topK: 900, topP: 0.9, seed }),
};

const kinds = Object.entries(draws);

function numbers(x: Tensor): number[] {
  return Array.from(x.data());
}

// Later files of one process must not depend on where these tests leave the generator.
afterAll(() => setSeed(0));

describe.each(kinds)('%s and its seed', (_, draw) => {
  it('a number gives the same values at each call, another number others', () => {
    const first = numbers(draw(50, 7));
    draw(13);
    expect(numbers(draw(50, 7))).toEqual(first);
    expect(numbers(draw(50, 8))).not.toEqual(first);
    expect(numbers(draw(50, 7 + 2 ** 32))).not.toEqual(first);
  });

  it('nothing or null draws from the global generator, which setSeed sets', () => {
    setSeed(3);
    const run = [numbers(draw(20)), numbers(draw(20, null))];
    expect(run[1]).not.toEqual(run[0]);
    setSeed(3);
    expect([numbers(draw(20)), numbers(draw(20))]).toEqual(run);
    utils.setRandomSeed(3);
    expect(numbers(draw(20))).toEqual(run[0]);
    setSeed(4);
    expect(numbers(draw(20))).not.toEqual(run[0]);
  });

  it('a SeedGenerator moves on, and starts where a number does', () => {
    const generator = new SeedGenerator(7);
    const first = numbers(draw(50, generator));
    const second = numbers(draw(50, generator));
    expect(first).toEqual(numbers(draw(50, 7)));
    expect(second).not.toEqual(first);
    const again = new SeedGenerator(7);
    expect([numbers(draw(50, again)), numbers(draw(50, again))]).toEqual([first, second]);
  });

  it('goes on where getState was called after setState', () => {
    const generator = new SeedGenerator(99);
    draw(10, generator);
    const state = generator.getState();
    const next = numbers(draw(30, generator));
    const other = new SeedGenerator(1);
    other.setState(state);
    expect(numbers(draw(30, other))).toEqual(next);
    generator.setState(state);
    expect(numbers(draw(30, generator))).toEqual(next);
  });

  it('refuses what is no seed', () => {
    for (const seed of [-1, 1.5, NaN, Infinity, 2 ** 53, '7' as unknown as number]) {
      expect(() => draw(3, seed)).toThrow(ValueError);
      expect(() => draw(3, seed)).toThrow(`A seed is a whole number`);
    }
  });

  it('draws nothing when nothing is asked for', () => {
    expect(draw(0, 1).size).toBe(0);
  });
});

describe('the stream', () => {
  // Philox4x32-10 with the seed as the key and the number of blocks drawn as the counter.
  it.each([0, 1, 2 ** 32 - 1, 2 ** 32 + 5, 2 ** 53 - 1])('of seed %i is Philox’s', (seed) => {
    const key = BigInt(seed);
    expect(numbers(random.uniform([9], { seed }))).toEqual(words(9, key, 0n).map(unit));
    expect(numbers(random.randint([9], -5, 77, { seed }))).toEqual(
      words(9, key, 0n).map((word) => boundedInteger(word, -5, 77)),
    );
    expect(numbers(random.permutation(9, { seed }))).toEqual(permutation(words(9, key, 0n)));
    const generator = new SeedGenerator(seed);
    random.uniform([9], { seed: generator });
    // 9 numbers take 3 blocks of 4.
    const second = numbers(random.uniform([5], { seed: generator }));
    expect(second).toEqual(words(5, key, 3n).map(unit));
  });

  it('goes on beyond 2³² blocks', () => {
    const generator = new SeedGenerator(5);
    generator.setState({ seed: 5, blocks: 2 ** 32 - 1 });
    const drawn = numbers(random.uniform([8], { seed: generator }));
    expect(drawn).toEqual(words(8, 5n, 2n ** 32n - 1n).map(unit));
    expect(generator.getState()).toEqual({ seed: 5, blocks: 2 ** 32 + 1 });
  });

  it('is filled into a shape in row-major order', () => {
    const flat = numbers(random.normal([24], { seed: 4 }));
    const cube = random.normal([2, 3, 4], { seed: 4 });
    expect(cube.shape).toEqual([2, 3, 4]);
    expect(numbers(cube)).toEqual(flat);
    expect(random.uniform([], { seed: 4 }).shape).toEqual([]);
  });
});

describe('SeedGenerator', () => {
  it('without a seed takes one from the global generator', () => {
    setSeed(11);
    const seeds = [new SeedGenerator().getState().seed, new SeedGenerator(null).getState().seed];
    expect(seeds[0]).not.toBe(seeds[1]);
    setSeed(11);
    expect(new SeedGenerator().getState().seed).toBe(seeds[0]);
    setSeed(12);
    expect(new SeedGenerator().getState().seed).not.toBe(seeds[0]);
  });

  it('hands out seeds that differ', () => {
    const generator = new SeedGenerator(0);
    const neighbour = new SeedGenerator(1);
    const seeds = Array.from({ length: 500 }, () => [generator.nextSeed(), neighbour.nextSeed()]);
    expect(new Set(seeds.flat()).size).toBe(1000);
    expect(seeds.flat().every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  });

  it('keeps its state when it refuses another', () => {
    const generator = new SeedGenerator(3);
    expect(() => generator.setState({ seed: 4, blocks: -1 })).toThrow(ValueError);
    expect(() => generator.setState({ seed: 0.5, blocks: 1 })).toThrow(ValueError);
    expect(generator.getState()).toEqual({ seed: 3, blocks: 0 });
    expect(() => new SeedGenerator(-1)).toThrow(ValueError);
    expect(() => setSeed(1.5)).toThrow(ValueError);
  });
});

describe('distributions', () => {
  it('gamma and beta take a tensor of one parameter, or of one for each element', () => {
    const alpha = tensor([0.5, 1, 50]);
    const each = numbers(random.gamma([3], alpha, { seed: 1 }));
    const alone = [0.5, 1, 50].map((a, i) => random.gamma([3], a, { seed: 1 }).data()[i]);
    expect(each).toEqual(alone);
    expect(numbers(random.gamma([3], tensor(2), { seed: 1 }))).toEqual(numbers(random.gamma([3], 2, { seed: 1 }))); // prettier-ignore
    expect(numbers(random.beta([3], 0.5, alpha, { seed: 1 })).at(2)).toBe(random.beta([3], 0.5, 50, { seed: 1 }).data()[2]); // prettier-ignore
    expect([
      ...random
        .gamma([2], tensor([-1, 1]))
        .isNaN()
        .data(),
    ]).toEqual([1, 0]);
  });

  it('uniform never reaches maxval, however narrow the range', () => {
    const maxval = 1 + 2 ** -22;
    const xs = numbers(random.uniform([10_000], { minval: 1, maxval, seed: 4 }));
    expect(xs.every((x) => x >= 1 && x < maxval)).toBe(true);
    expect(numbers(random.uniform([3], { minval: 2, maxval: 2, seed: 4 }))).toEqual([2, 2, 2]);
  });

  it('randint of one number draws it', () => {
    expect(numbers(random.randint([4], 9, 10, { seed: 1 }))).toEqual([9, 9, 9, 9]);
  });

  it('mean and stddev only shift and scale', () => {
    const z = numbers(random.normal([100], { seed: 8 }));
    const xs = numbers(random.normal([100], { mean: 10, stddev: 4, seed: 8 }));
    expect(xs.every((x, i) => Math.abs(x - (10 + 4 * (z[i] ?? NaN))) < 1e-5)).toBe(true);
    expect(numbers(random.normal([3], { mean: 5, stddev: 0, seed: 8 }))).toEqual([5, 5, 5]);
  });
});

describe('permutation and shuffle', () => {
  it.each([1, 2, 3, 17, 1000])('permutation(%i) holds every number once', (n) => {
    const order = random.permutation(n, { seed: n });
    expect([order.dtype, order.shape]).toEqual(['int32', [n]]);
    expect(numbers(order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it.each(['float32', 'int32', 'uint8', 'bool'] as const)('shuffle keeps rows of %s', (dtype) => {
    const rows = Array.from({ length: 30 }, (_, i) => [i, i % 2, 200 - i]);
    const x = tensor(rows, { dtype });
    const shuffled = random.shuffle(x, { seed: 5 });
    expect([shuffled.shape, shuffled.dtype]).toEqual([[30, 3], dtype]);
    const order = numbers(random.permutation(30, { seed: 5 }));
    expect(shuffled.toArray()).toEqual(x.gather(order).toArray());
    expect(x.toArray()).toEqual(tensor(rows, { dtype }).toArray());
  });

  it.each<[number[], number]>([
    [[4, 3, 2], 1],
    [[3, 4], -1],
    [[2, 1, 5], 1],
    [[2, 3, 4], 2],
  ])('shuffle of %j along %d moves whole rows', (shape, axis) => {
    const x = arange(shape.reduce((a, b) => a * b)).reshape(shape);
    const order = random.permutation(shape.at(axis) ?? 0, { seed: 3 });
    const shuffled = random.shuffle(x, { axis, seed: 3 });
    expect(shuffled.toArray()).toEqual(ops.gather(x, order, axis).toArray());
  });

  it('shuffle takes any rank but a scalar', () => {
    expect(numbers(random.shuffle(arange(5), { seed: 1 })).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(random.shuffle(zeros([4, 2, 3]), { seed: 1 }).shape).toEqual([4, 2, 3]);
    expect(random.shuffle(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(() => random.shuffle(tensor(1))).toThrow(ShapeError);
    expect(() => random.shuffle(tensor(1))).toThrow(/random\.shuffle: .*scalar/);
  });
});

describe('errors name the function and what came', () => {
  it.each([
    [() => random.normal([2], { stddev: -1 }), ValueError, /random\.normal: stddev .*-1/],
    [() => random.normal([2], { mean: NaN }), ValueError, /random\.normal: mean .*NaN/],
    [() => random.normal([-2]), ShapeError, /random\.normal: .*-2/],
    [
      () => random.truncatedNormal([2], { stddev: Infinity }),
      ValueError,
      /truncatedNormal: stddev/,
    ],
    [
      () => random.uniform([2], { minval: 2, maxval: 1 }),
      ValueError,
      /random\.uniform: maxval .*at least 2.*got 1/,
    ],
    [() => random.uniform([2], { maxval: Infinity }), ValueError, /random\.uniform: maxval/],
    [() => random.uniform([2], { minval: -3e38, maxval: 3e38 }), ValueError, /float32.*3e\+38/],
    [() => random.uniform([1.5]), ShapeError, /random\.uniform/],
    [() => random.randint([2], 0, 0), ValueError, /random\.randint: .*0 and 0/],
    [() => random.randint([2], 0, 1.5), ValueError, /random\.randint: .*1\.5/],
    [() => random.randint([2], 0, 2 ** 31), ValueError, /random\.randint: .*2147483648/],
    [
      () => random.randint([2], 0, undefined as unknown as number),
      ValueError,
      /randint: .*undefined/,
    ],
    [() => random.gamma([2], 0), ValueError, /random\.gamma: alpha .*above 0.*got 0/],
    [() => random.gamma([2], 1e-50), ValueError, /random\.gamma: alpha .*1e-50/],
    [() => random.gamma([2], zeros([3])), ShapeError, /alpha .*\(3,\).*\(2,\)/],
    [() => random.beta([2], 1, NaN), ValueError, /random\.beta: beta .*NaN/],
    [() => random.beta([2], arange(3), 1), ShapeError, /alpha .*\(3,\).*broadcast.*\(2,\)/],
    [() => random.binomial([2], -1, 0.5), ValueError, /binomial: counts .*at least 0.*got -1/],
    [() => random.binomial([2], 3, 1.5), ValueError, /binomial: probabilities .*0 to 1.*got 1\.5/],
    [() => random.binomial([2, 3], 3, ones([2, 1, 1])), ShapeError, /probabilities .*\(2, 1, 1\)/],
    [() => random.randint([2], 0, 257, { dtype: 'uint8' }), ValueError, /to 256 for uint8.*257/],
    [() => random.randint([2], 0, 2, { dtype: 'bool' }), DTypeError, /randint: dtype .*bool/],
    [() => random.shuffle(zeros([2]), { axis: 1 }), ShapeError, /random\.shuffle: axis 1/],
    [() => random.permutation(-1), ShapeError, /random\.permutation: .*-1/],
    [() => random.permutation(2.5), ShapeError, /random\.permutation: .*2\.5/],
    [() => random.normal([2], { std: 1 } as object), ValueError, /normal: unknown option 'std'/],
    [() => random.shuffle(zeros([2]), { sed: 1 } as object), ValueError, /option 'sed'.*'seed'/],
  ])('%s', (draw, kind, message) => {
    expect(draw).toThrow(kind);
    expect(draw).toThrow(message);
  });
});
