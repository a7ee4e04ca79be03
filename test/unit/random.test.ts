import { afterAll, describe, expect, it } from 'vitest';
import {
  arange,
  DTypeError,
  random,
  ShapeError,
  tensor,
  utils,
  ValueError,
  zeros,
} from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { erf } from '../specs/elementwise.js';
import { boundedInteger, permutation, unit, words } from '../reference/philox.js';

const { SeedGenerator, setSeed } = random;

/** Each kind of draw, of `n` numbers. */
const draws: Readonly<Record<string, (n: number, seed?: random.Seed) => Tensor>> = {
  normal: (n, seed) => random.normal([n], { seed }),
  truncatedNormal: (n, seed) => random.truncatedNormal([n], { seed }),
  uniform: (n, seed) => random.uniform([n], { seed }),
  gamma: (n, seed) => random.gamma([n], 0.7, { seed }),
  beta: (n, seed) => random.beta([n], 2, 0.7, { seed }),
  integers: (n, seed) => random.integers([n], { maxval: 1000, seed }),
  permutation: (n, seed) => random.permutation(n, { seed }),
  shuffle: (n, seed) => random.shuffle(arange(n), { seed }),
  categorical: (n, seed) => random.categorical(zeros([1, 1000]), n, { seed }),
  sampleLogits: (n, seed) => random.sampleLogits(zeros([n, 1000]), { topK: 900, topP: 0.9, seed }),
};

const kinds = Object.entries(draws);

function numbers(x: Tensor): number[] {
  return Array.from(x.data());
}

function mean(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / xs.length;
}

/** Mean of (x − centre)^power. */
function moment(xs: readonly number[], centre: number, power: number): number {
  return mean(xs.map((x) => (x - centre) ** power));
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
    expect(numbers(random.integers([9], { minval: -5, maxval: 77, seed }))).toEqual(
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

/** Draws a number of so many that a mean is off by five of its standard deviations once in a million times. */
const COUNT = 100_000;
const SIGMAS = 5 / Math.sqrt(COUNT);

describe('distributions', () => {
  it('normal has the moments of the normal distribution', () => {
    const xs = numbers(random.normal([COUNT], { mean: 3, stddev: 2, seed: 1 }));
    const m = mean(xs);
    expect(Math.abs(m - 3)).toBeLessThan(2 * SIGMAS);
    // Variances of z², z³, z⁴ are 2, 15 and 96.
    const z = xs.map((x) => (x - 3) / 2);
    expect(Math.abs(moment(z, 0, 2) - 1)).toBeLessThan(Math.sqrt(2) * SIGMAS);
    expect(Math.abs(moment(z, 0, 3))).toBeLessThan(Math.sqrt(15) * SIGMAS);
    expect(Math.abs(moment(z, 0, 4) - 3)).toBeLessThan(Math.sqrt(96) * SIGMAS);
    // P(|z| > 3) = 0.0027
    expect(mean(z.map((x) => (Math.abs(x) > 3 ? 1 : 0)))).toBeCloseTo(0.0027, 2.7);
    expect(z.every(Number.isFinite)).toBe(true);
  });

  it('truncatedNormal stays within two standard deviations', () => {
    const xs = numbers(random.truncatedNormal([COUNT], { mean: -1, stddev: 0.5, seed: 2 }));
    expect(xs.every((x) => x >= -2 && x <= 0)).toBe(true);
    const z = xs.map((x) => (x + 1) / 0.5);
    expect(Math.abs(mean(z))).toBeLessThan(SIGMAS);
    // 1 − 2·2φ(2) / (Φ(2) − Φ(−2)), with φ(2) = 0.05399097 and Φ(2) − Φ(−2) = 0.95449974
    expect(Math.abs(moment(z, 0, 2) - 0.77374)).toBeLessThan(SIGMAS);
    expect(Math.max(...z.map(Math.abs))).toBeGreaterThan(1.98);
  });

  it('uniform covers [minval, maxval) evenly', () => {
    const xs = numbers(random.uniform([COUNT], { minval: -2, maxval: 6, seed: 3 }));
    expect(xs.every((x) => x >= -2 && x < 6)).toBe(true);
    const u = xs.map((x) => (x + 2) / 8);
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(SIGMAS / Math.sqrt(12));
    expect(Math.abs(moment(u, 0.5, 2) - 1 / 12)).toBeLessThan(SIGMAS / Math.sqrt(180));
    const counts = new Array<number>(10).fill(0);
    for (const x of u) counts[Math.floor(x * 10)] = (counts[Math.floor(x * 10)] ?? 0) + 1;
    // χ² of 9 degrees of freedom is above 40 once in 100,000 times.
    const expected = COUNT / 10;
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(40);
  });

  it.each([0.05, 0.3, 1, 2.5, 40, 1e4, 1e8])('gamma of %d has mean and variance α', (alpha) => {
    const xs = numbers(random.gamma([COUNT], alpha, { seed: 7 }));
    expect(xs.every((x) => x >= 0)).toBe(true);
    // The fourth central moment is 3 α² + 6 α.
    const z = xs.map((x) => (x - alpha) / Math.sqrt(alpha));
    expect(Math.abs(mean(z))).toBeLessThan(SIGMAS);
    expect(Math.abs(moment(z, 0, 2) - 1)).toBeLessThan(Math.sqrt(2 + 6 / alpha) * SIGMAS);
  });

  it.each([
    [0.2, 0.2],
    [1e-4, 1e-4],
    [0.5, 3],
    [1, 1],
    [8, 2],
    [500, 900],
  ])('beta of %d and %d has its mean and variance', (a, b) => {
    const xs = numbers(random.beta([COUNT], a, b, { seed: 8 }));
    expect(xs.every((x) => x >= 0 && x <= 1)).toBe(true);
    const sum = a + b;
    const variance = (a * b) / (sum * sum * (sum + 1));
    const z = xs.map((x) => (x - a / sum) / Math.sqrt(variance));
    const excess = (6 * ((a - b) ** 2 * (sum + 1) - a * b * (sum + 2))) / (a * b * (sum + 2) * (sum + 3)); // prettier-ignore
    expect(Math.abs(mean(z))).toBeLessThan(SIGMAS);
    expect(Math.abs(moment(z, 0, 2) - 1)).toBeLessThan(Math.sqrt(2 + excess) * SIGMAS);
  });

  const shape = { seed: 9 };
  it.each<[string, () => Tensor, (x: number) => number]>([
    ['gamma of 1', () => random.gamma([COUNT], 1, shape), (x) => 1 - Math.exp(-x)],
    ['gamma of 2', () => random.gamma([COUNT], 2, shape), (x) => 1 - (1 + x) * Math.exp(-x)],
    ['gamma of ½', () => random.gamma([COUNT], 0.5, shape), (x) => erf(Math.sqrt(x))],
    [
      'beta of ½ and ½',
      () => random.beta([COUNT], 0.5, 0.5, shape),
      (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)),
    ],
    ['beta of 1 and 1', () => random.beta([COUNT], 1, 1, shape), (x) => x],
    ['beta of 3 and 1', () => random.beta([COUNT], 3, 1, shape), (x) => x ** 3],
    ['beta of 0.2 and 1', () => random.beta([COUNT], 0.2, 1, shape), (x) => x ** 0.2],
  ])('%s follows its distribution function', (_, draw, below) => {
    // Kolmogorov and Smirnov: √n times the largest distance is above 2.5 once in 100,000 times.
    const xs = numbers(draw()).sort((a, b) => a - b);
    const distances = xs.map((x, i) => Math.max((i + 1) / COUNT - below(x), below(x) - i / COUNT));
    expect(Math.max(...distances.slice(0, COUNT / 2)) * Math.sqrt(COUNT)).toBeLessThan(2.5);
    expect(Math.max(...distances.slice(COUNT / 2)) * Math.sqrt(COUNT)).toBeLessThan(2.5);
  });

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

  it('integers are all of [minval, maxval), evenly', () => {
    const x = random.integers([COUNT], { minval: -3, maxval: 4, seed: 5 });
    expect(x.dtype).toBe('int32');
    const counts = new Map<number, number>();
    for (const value of numbers(x)) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    const expected = COUNT / 7;
    const chiSquare = [...counts.values()].reduce((s, n) => s + (n - expected) ** 2 / expected, 0);
    // χ² of 6 degrees of freedom is above 34 once in 100,000 times.
    expect(chiSquare).toBeLessThan(34);
    expect(numbers(random.integers([4], { minval: 9, maxval: 10, seed: 1 }))).toEqual([9, 9, 9, 9]);
  });

  it('integers may span nearly all of int32', () => {
    const [minval, maxval] = [-(2 ** 31) + 1, 2 ** 31 - 1];
    const xs = numbers(random.integers([COUNT], { minval, maxval, seed: 6 }));
    expect(xs.every((x) => x >= minval && x < maxval)).toBe(true);
    const scaled = xs.map((x) => x / 2 ** 31);
    expect(Math.abs(mean(scaled))).toBeLessThan(SIGMAS / Math.sqrt(3));
    expect(Math.abs(moment(scaled, 0, 2) - 1 / 3)).toBeLessThan(SIGMAS);
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

  it('every order is as likely as another', () => {
    const generator = new SeedGenerator(17);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = numbers(random.permutation(3, { seed: generator })).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // A count of mean 1000 has a standard deviation of 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
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
      /random\.uniform: minval .*2 and 1/,
    ],
    [() => random.uniform([2], { maxval: Infinity }), ValueError, /random\.uniform: maxval/],
    [() => random.uniform([2], { minval: -3e38, maxval: 3e38 }), ValueError, /float32.*3e\+38/],
    [() => random.uniform([1.5]), ShapeError, /random\.uniform/],
    [() => random.integers([2], { maxval: 0 }), ValueError, /random\.integers: .*0 and 0/],
    [() => random.integers([2], { maxval: 1.5 }), ValueError, /random\.integers: .*1\.5/],
    [() => random.integers([2], { maxval: 2 ** 31 }), ValueError, /random\.integers: .*2147483648/],
    [() => random.integers([2], {} as { maxval: number }), ValueError, /integers: .*undefined/],
    [() => random.gamma([2], 0), ValueError, /random\.gamma: alpha .*above 0.*got 0/],
    [() => random.gamma([2], 1e-50), ValueError, /random\.gamma: alpha .*1e-50/],
    [() => random.gamma([2], zeros([3])), ShapeError, /alpha .*\(2,\).*\(3,\)/],
    [() => random.beta([2], 1, NaN), ValueError, /random\.beta: beta .*NaN/],
    [() => random.beta([2], arange(2), 1), DTypeError, /random\.beta: alpha .*int32/],
    [() => random.permutation(-1), ShapeError, /random\.permutation: .*-1/],
    [() => random.permutation(2.5), ShapeError, /random\.permutation: .*2\.5/],
    [() => random.normal([2], { std: 1 } as object), ValueError, /normal: unknown option 'std'/],
    [() => random.shuffle(zeros([2]), { sed: 1 } as object), ValueError, /option 'sed'.*'seed'/],
  ])('%s', (draw, kind, message) => {
    expect(draw).toThrow(kind);
    expect(draw).toThrow(message);
  });
});
