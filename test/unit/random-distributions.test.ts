// A million draws of each distribution, with fixed seeds, against its moments and its distribution function. Each bound is passed
// by chance once in a million times: a normal number by 4.9 standard deviations, Kolmogorov's √n D by 2.7, χ² by the bound below.
import { describe, expect, it } from 'vitest';
import { arange, ops, random, tensor, zeros } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import {
  betaBelow,
  binomialProbability,
  gammaBelow,
  normalBelow,
  truncatedBelow,
} from '../reference/distributions.js';

const COUNT = 1_000_000;
const SIGMAS = 4.9;
/** √(−ln(½ · 10⁻⁶) / 2) */
const KOLMOGOROV = 2.7;

/** What χ² of this many degrees of freedom exceeds once in a million times, after Wilson and Hilferty. */
const chiSquareBound = (degrees: number): number =>
  degrees * (1 - 2 / (9 * degrees) + 4.753 * Math.sqrt(2 / (9 * degrees))) ** 3;

interface Moments {
  readonly mean: number;
  readonly variance: number;
  /** The fourth central moment through the square of the variance, less 3. */
  readonly excess: number;
}

const normalMoments = (mean: number, variance: number): Moments => ({ mean, variance, excess: 0 });
const gammaMoments = (a: number): Moments => ({ mean: a, variance: a, excess: 6 / a });

function betaMoments(a: number, b: number): Moments {
  const sum = a + b;
  const variance = (a * b) / (sum * sum * (sum + 1));
  const excess = (6 * ((a - b) ** 2 * (sum + 1) - a * b * (sum + 2))) / (a * b * (sum + 2) * (sum + 3)); // prettier-ignore
  return { mean: a / sum, variance, excess };
}

function expectMoments(xs: ArrayLike<number>, { mean, variance, excess }: Moments): void {
  let [first, second] = [0, 0];
  for (const x of Array.from(xs)) {
    const z = (x - mean) / Math.sqrt(variance);
    first += z;
    second += z * z - 1;
  }
  const root = Math.sqrt(xs.length);
  expect(Math.abs(first) / root, 'mean, in standard deviations').toBeLessThan(SIGMAS);
  const spread = Math.sqrt(2 + excess);
  expect(Math.abs(second) / root / spread, 'variance, in standard deviations').toBeLessThan(SIGMAS);
}

/** Kolmogorov and Smirnov's test. Equal draws are one step of the function. */
function expectFunction(xs: Tensor, below: (x: number) => number): void {
  const sorted = Float32Array.from(xs.data()).sort();
  let distance = 0;
  for (let i = 0; i < sorted.length; i++) {
    const p = below(sorted[i] ?? NaN);
    distance = Math.max(distance, Math.abs(p - i / COUNT), Math.abs(p - (i + 1) / COUNT));
    if (Number.isNaN(p)) distance = Infinity;
  }
  expect(distance * Math.sqrt(COUNT), '√n D').toBeLessThan(KOLMOGOROV);
}

/** χ² of whole numbers whose probabilities are given from `first` on; rare ones at both ends count together. */
function expectFrequencies(xs: Tensor, probabilities: readonly number[], first = 0): void {
  const counts = new Map<number, number>();
  for (const x of xs.data()) counts.set(x, (counts.get(x) ?? 0) + 1);
  const cells: { expected: number; seen: number }[] = [];
  let cell = { expected: 0, seen: 0 };
  let known = 0;
  probabilities.forEach((p, i) => {
    const seen = counts.get(first + i) ?? 0;
    known += seen;
    cell = { expected: cell.expected + p * xs.size, seen: cell.seen + seen };
    if (cell.expected < 20) return;
    cells.push(cell);
    cell = { expected: 0, seen: 0 };
  });
  const last = cells.at(-1);
  if (last !== undefined) {
    last.expected += cell.expected;
    last.seen += cell.seen;
  }
  expect(known, 'draws of those that have a probability').toBe(xs.size);
  const chiSquare = cells.reduce((sum, { expected, seen }) => sum + (seen - expected) ** 2 / expected, 0); // prettier-ignore
  if (cells.length > 1) expect(chiSquare, 'χ²').toBeLessThan(chiSquareBound(cells.length - 1));
}

const even = (n: number): number[] => new Array<number>(n).fill(1 / n);

type Continuous = readonly [string, () => Tensor, Moments, (x: number) => number];

const continuous: readonly Continuous[] = [
  ['normal', () => random.normal([COUNT], { mean: 3, stddev: 2, seed: 1 }), normalMoments(3, 4), (x) => normalBelow((x - 3) / 2)],
  // The variance is 1 − 4 φ(2) / (Φ(2) − Φ(−2)), the fourth moment 1.4162.
  ['truncatedNormal', () => random.truncatedNormal([COUNT], { seed: 2 }), { mean: 0, variance: 0.7737413, excess: -0.6345 }, truncatedBelow],
  ['uniform', () => random.uniform([COUNT], { minval: -2, maxval: 6, seed: 3 }), { mean: 2, variance: 64 / 12, excess: -1.2 }, (x) => (x + 2) / 8],
  ...[0.3, 1, 2.5, 40, 1e4].map((a): Continuous => [`gamma of ${a}`, () => random.gamma([COUNT], a, { seed: 4 }), gammaMoments(Math.fround(a)), (x) => gammaBelow(Math.fround(a), x)]),
  ...[[0.5, 3], [0.5, 0.5], [1, 1], [8, 2], [500, 900]].map(([a = 1, b = 1]): Continuous => [`beta of ${a} and ${b}`, () => random.beta([COUNT], a, b, { seed: 5 }), betaMoments(a, b), (x) => betaBelow(a, b, x)]),
]; // prettier-ignore

describe('a million draws', () => {
  it.each(continuous)('of %s', (_, draw, moments, below) => {
    const xs = draw();
    expectMoments(xs.data(), moments);
    expectFunction(xs, below);
  });

  it.each([0.05, 1e8])('of gamma of %d have mean and variance α', (alpha) => {
    const a = Math.fround(alpha);
    expectMoments(random.gamma([COUNT], alpha, { seed: 7 }).data(), gammaMoments(a));
  });

  it.each([
    [0.2, 0.2],
    [1e-4, 1e-4],
  ])('of beta of %d and %d have its mean and variance', (a, b) => {
    const [p, q] = [Math.fround(a), Math.fround(b)];
    expectMoments(random.beta([COUNT], a, b, { seed: 8 }).data(), betaMoments(p, q));
  });

  // Summed up until 10 successes are expected, taken or refused above; and the rarer of the two is counted.
  it.each([
    [1, 0.3],
    [7, 0.5],
    [19, 0.5],
    [21, 0.5],
    [100, 0.09],
    [100, 0.11],
    [100, 0.7],
    [1000, 0.999],
    [5000, 0.002],
    [3000, 0.4],
    [1e6, 0.001],
    [1e6, 0.999995],
  ])('of binomial of %d attempts of probability %d', (n, given) => {
    const p = Math.fround(given);
    const [mean, variance] = [n * p, n * p * (1 - p)];
    const xs = random.binomial([COUNT], n, given, { seed: 6 });
    expectMoments(xs.data(), { mean, variance, excess: (1 - 6 * p * (1 - p)) / variance });
    const reach = 12 * Math.sqrt(variance) + 30;
    const first = Math.max(0, Math.floor(mean - reach));
    const length = Math.min(n, Math.ceil(mean + reach)) - first + 1;
    expectFrequencies(
      xs,
      Array.from({ length }, (_, i) => binomialProbability(n, p, first + i)),
      first,
    );
  });

  it.each([
    [2 ** 24, 0.3],
    [2 ** 31, 0.7],
  ])('of binomial of %d attempts of probability %d are about normal', (n, given) => {
    const p = Math.fround(given);
    const [mean, variance] = [n * p, n * p * (1 - p)];
    const xs = random.binomial([COUNT], n, given, { seed: 9 });
    expectMoments(xs.data(), normalMoments(mean, variance));
  });

  it.each([
    [0, 2, 'uint8'],
    [-3, 4, 'int32'],
    [0, 256, 'uint8'],
    [-500, 500, 'int32'],
  ] as const)('of randint from %d to %d, %s', (minval, maxval, dtype) => {
    const xs = random.randint([COUNT], minval, maxval, { dtype, seed: 10 });
    expect(xs.dtype).toBe(dtype);
    expectFrequencies(xs, even(maxval - minval), minval);
  });

  it('of randint of nearly all of int32', () => {
    const xs = random.randint([COUNT], -(2 ** 31), 2 ** 31 - 1, { seed: 11 });
    const variance = 2 ** 62 / 3;
    expectMoments(xs.data(), { mean: -1, variance, excess: -1.2 });
  });

  it('of categorical', () => {
    const chances = [0.5, 0.25, 0.125, 0.1, 0.02, 0.005];
    const xs = random.categorical([chances.map(Math.log)], COUNT, { seed: 12 });
    expectFrequencies(xs, chances);
  });

  it('are kept or dropped by dropout with its probability', () => {
    const xs = ops.dropout(tensor(new Float32Array(COUNT).fill(0.75)), 0.25, 13);
    expectFrequencies(xs, [0.25, 0.75]);
  });

  it('in permutations: every order of five is as likely as another', () => {
    const seed = new random.SeedGenerator(14);
    const orders = Array.from({ length: 24_000 }, () => {
      const [a = 0, b = 0, c = 0, d = 0] = random.permutation(5, { seed }).data();
      return ((a * 5 + b) * 5 + c) * 5 + d;
    });
    const places = [...new Set(orders)].sort((a, b) => a - b);
    expect(places).toHaveLength(120);
    const numbered = orders.map((order) => places.indexOf(order));
    expectFrequencies(tensor(Int32Array.from(numbered)), even(120));
  });

  it('in shuffled rows: every place of a row is as likely as another', () => {
    const seed = new random.SeedGenerator(15);
    const x = arange(10).reshape(2, 5);
    const places = Array.from({ length: 20_000 }, () => [...random.shuffle(x, { axis: 1, seed }).data()].indexOf(7) % 5); // prettier-ignore
    expectFrequencies(tensor(Int32Array.from(places)), even(5));
  });
});

describe('binomial', () => {
  it('has no doubt about what is certain', () => {
    const drawn = random.binomial([6], [0, 5, 5, 1e9, 3.9, Infinity], [0.5, 0, 1, 1, 1, 0.5]);
    expect([...drawn.data()]).toEqual([0, 0, 5, 1e9, 3, Infinity]);
  });

  it('gives NaN where there is no such distribution', () => {
    const drawn = random.binomial([5], [-1, NaN, 5, 5, 5], [0.5, 0.5, -0.1, 1.1, NaN]);
    expect([...drawn.isNaN().data()]).toEqual([1, 1, 1, 1, 1]);
  });

  it('takes parameters that broadcast, of any dtype', () => {
    const counts = tensor([[4], [100]], { dtype: 'int32' });
    const drawn = random.binomial([2, 3], counts, [0, 0.5, 1], { seed: 1 });
    const alone = random.binomial([2, 3], [[4, 4, 4], [100, 100, 100]], [[0, 0.5, 1], [0, 0.5, 1]], { seed: 1 }); // prettier-ignore
    expect(drawn.toArray()).toEqual(alone.toArray());
    expect(drawn.dtype).toBe('float32');
    expect(random.binomial([0, 3], 4, zeros([3])).shape).toEqual([0, 3]);
  });
});
