import { describe, expect, it } from 'vitest';
import * as reference from '../reference/philox.js';
import {
  expectClose,
  inOut,
  outputF32,
  outputI32,
  runKernelForOutput,
  runWholeKernel,
} from './guarded.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 10, 16, 17, 31, 100];

/** Keys and counters as two int32 each; the last counter crosses 2^32 and the one before 2^64. */
const streams: readonly (readonly [key: bigint, counter: bigint])[] = [
  [0n, 0n],
  [0xffffffffffffffffn, 0x0n],
  [0x299f31d0a4093822n, 0x85a308d3243f6a88n],
  [1234567890123n, 0xfffffffffffffffen],
  [42n, 0xfffffffdn],
];

/** The four int32 arguments of a kernel. */
function seedOf(key: bigint, counter: bigint): number[] {
  return [key, key >> 32n, counter, counter >> 32n].map((half) => Number(BigInt.asIntN(32, half)));
}

describe('the reference of Philox4x32-10', () => {
  // The known answers published with Random123: zeros, ones, and the digits of pi.
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('block %j under key %j', (counter, key, expected) => {
    expect(reference.philox4x32(counter, key)).toEqual(expected);
  });
});

describe('randomBits', () => {
  it('begins with the published block of zeros', () => {
    const bits = runKernelForOutput('randomBits', { output: new Uint32Array(4) }, 4, 0, 0, 0, 0);
    expect(bits).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it.each(streams)('is the Philox stream of key %i and counter %i', (key, counter) => {
    for (const n of sizes) {
      const output = new Uint32Array(n).fill(0xdeadbeef);
      const bits = runKernelForOutput('randomBits', { output }, n, ...seedOf(key, counter));
      expect(bits).toEqual(reference.words(n, key, counter));
    }
  });
});

describe('randomUniform', () => {
  it.each(streams)('is low + u (high - low) of the words of key %i, counter %i', (key, counter) => {
    for (const n of sizes) {
      const seed = seedOf(key, counter);
      const unit = runKernelForOutput('randomUniform', outputF32(n), n, ...seed, 0, 1);
      expect(unit).toEqual(reference.words(n, key, counter).map(reference.unit));
      const wide = runKernelForOutput('randomUniform', outputF32(n), n, ...seed, -3, 5);
      expectClose(
        wide,
        unit.map((u) => -3 + 8 * u),
        5e-7,
        0,
      );
    }
  });

  it('never reaches the upper end, whatever the rounding', () => {
    const ranges = [
      [1e6, 1e6 + 0.125],
      [-1, 0],
      [-2.5, -2.25],
      [16777216, 16777218],
    ] as const;
    for (const [low, high] of ranges) {
      const seed = seedOf(7n, 0n);
      const x = runKernelForOutput('randomUniform', outputF32(4000), 4000, ...seed, low, high);
      expect(x.every((value) => value >= low && value < high)).toBe(true);
    }
    const same = runKernelForOutput('randomUniform', outputF32(5), 5, 1, 2, 3, 4, 0.5, 0.5);
    expect(same).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  });
});

describe('randomNormal', () => {
  it.each(streams)('is Box–Muller of the words of key %i, counter %i', (key, counter) => {
    for (const n of sizes) {
      const seed = seedOf(key, counter);
      const z = runKernelForOutput('randomNormal', outputF32(n), n, ...seed, 0, 1);
      const expected = reference.normals(reference.words(n + (n % 2), key, counter)).slice(0, n);
      expectClose(z, expected, 2e-6, 2e-6);
      const scaled = runKernelForOutput('randomNormal', outputF32(n), n, ...seed, 10, 0.5);
      expectClose(
        scaled,
        expected.map((value) => 10 + 0.5 * value),
        3e-6,
        0,
      );
    }
  });
});

describe('randomTruncatedNormal', () => {
  it.each(streams)('inverts the distribution function, key %i, counter %i', (key, counter) => {
    for (const n of sizes) {
      const seed = seedOf(key, counter);
      const z = runKernelForOutput('randomTruncatedNormal', outputF32(n), n, ...seed, 0, 1);
      const expected = reference.words(n, key, counter).map(reference.truncatedNormal);
      expectClose(z, expected, 0, 1e-6);
    }
  });

  it('stays within two standard deviations', () => {
    const n = 100_000;
    const seed = seedOf(3n, 0n);
    const z = runWholeKernel('randomTruncatedNormal', 0, 1, outputF32(n), n, ...seed, 1, 3);
    expect(Math.min(...z)).toBeGreaterThanOrEqual(-5);
    expect(Math.max(...z)).toBeLessThanOrEqual(7);
  });
});

describe('randomGamma and randomBeta', () => {
  const alphas = [0.05, 0.2, 0.9, 1, 1.5, 7, 300, 1e5];

  it.each(streams)('are made by rejection, key %i, counter %i', (key, counter) => {
    const seed = seedOf(key, counter);
    for (const n of sizes) {
      for (const alpha of alphas) {
        const of = Float32Array.of(alpha);
        const y = runKernelForOutput('randomGamma', outputF32(n), n, of, 1, ...seed);
        const expected = Array.from({ length: n }, (_, i) => {
          const { value, logOfBoost } = reference.gamma(Math.fround(alpha), key, counter, i);
          return value * Math.exp(logOfBoost);
        });
        // The logarithm of the factor is float32: −50 with an error of 4e-6.
        expectClose(y, expected, 1e-37, 2e-5);
      }
      const a = Float32Array.from({ length: n }, (_, i) => alphas[i % alphas.length] ?? 1);
      const b = Float32Array.of(0.3);
      const y = runKernelForOutput('randomBeta', outputF32(n), n, a, n, b, 1, ...seed);
      const expected = Array.from(a, (alpha, i) => {
        const [x, y] = [alpha, b[0] ?? 1].map((shape, j) => reference.gamma(shape, key, counter, i, j)); // prettier-ignore
        if (x === undefined || y === undefined) return NaN;
        return 1 / (1 + (y.value / x.value) * Math.exp(y.logOfBoost - x.logOfBoost));
      });
      expectClose(y, expected, 1e-37, 2e-5);
    }
  });

  it('give NaN for what is not a shape', () => {
    const alpha = Float32Array.of(0, -1, NaN, Infinity, 1);
    const ones = Float32Array.of(1);
    const gammas = runKernelForOutput('randomGamma', outputF32(5), 5, alpha, 5, 1, 2, 3, 4);
    const betas = runKernelForOutput('randomBeta', outputF32(5), 5, ones, 1, alpha, 5, 1, 2, 3, 4);
    for (const y of [gammas, betas]) expect(y.map(Number.isNaN)).toEqual([true, true, true, true, false]); // prettier-ignore
  });
});

describe('randomBinomial', () => {
  /** Summed up, taken or refused, both beside the limit of 10 expected successes, and what is rarer is counted. */
  const kinds = [
    [0, 0.5],
    [1, 0.3],
    [7, 0],
    [7, 1],
    [7.9, 0.75],
    [20, 0.5],
    [21, 0.5],
    [100, 0.0999],
    [100, 0.11],
    [100, 0.93],
    [5000, 0.002],
    [3000, 0.4],
    [1e6, 1e-7],
    [1e6, 0.25],
    [1e6, 0.999999],
    [2 ** 24, 0.6],
  ] as const;

  it.each(streams)('are the draws of the reference for key %i, counter %i', (key, counter) => {
    const seed = seedOf(key, counter);
    const draw = (n: number, p: number, i: number): number =>
      reference.binomial(Math.floor(n), Math.fround(p), key, counter, i);
    for (const n of sizes) {
      for (const [count, chance] of kinds) {
        const [counts, chances] = [Float32Array.of(count), Float32Array.of(chance)];
        const y = runKernelForOutput('randomBinomial', outputF32(n), n, counts, 1, chances, 1, ...seed); // prettier-ignore
        expect(y, `of ${count} with ${chance}`).toEqual(Array.from({ length: n }, (_, i) => draw(count, chance, i))); // prettier-ignore
      }
      const at = (i: number): readonly [number, number] => kinds[i % kinds.length] ?? [0, 0];
      const counts = Float32Array.from({ length: n }, (_, i) => at(i)[0]);
      const chances = Float32Array.from({ length: n }, (_, i) => at(i)[1]);
      const y = runKernelForOutput('randomBinomial', outputF32(n), n, counts, n, chances, n, ...seed); // prettier-ignore
      expect(y).toEqual(Array.from({ length: n }, (_, i) => draw(...at(i), i)));
      const many = Float32Array.of(40);
      const z = runKernelForOutput('randomBinomial', outputF32(n), n, many, 1, chances, n, ...seed);
      expect(z).toEqual(Array.from({ length: n }, (_, i) => draw(40, at(i)[1], i)));
    }
  });

  it('give NaN for what is no count or no probability, and infinity of infinitely many', () => {
    const counts = Float32Array.of(-1, NaN, 5, 5, 5, Infinity, -0, 0.5);
    const chances = Float32Array.of(0.5, 0.5, -0.1, 1.5, NaN, 0.5, 0.5, 0.5);
    const y = runKernelForOutput('randomBinomial', outputF32(8), 8, counts, 8, chances, 8, 1, 2, 3, 4); // prettier-ignore
    expect(y).toEqual([NaN, NaN, NaN, NaN, NaN, Infinity, 0, 0]);
  });
});

describe('randomIntegers', () => {
  it.each(streams)('is the multiply-shift of the words of key %i, counter %i', (key, counter) => {
    const ranges = [
      [0, 10],
      [-5, 6],
      [0, 1],
      [-2147483648, 2147483647],
      [2147483600, 2147483647],
    ] as const;
    for (const n of sizes) {
      for (const [low, high] of ranges) {
        const seed = seedOf(key, counter);
        const x = runKernelForOutput('randomIntegers', outputI32(n), n, ...seed, low, high);
        const expected = reference
          .words(n, key, counter)
          .map((word) => reference.boundedInteger(word, low, high));
        expect(x).toEqual(expected);
      }
    }
  });
});

describe('statistics of 2^18 draws', () => {
  const n = 2 ** 18;
  const seed = seedOf(20240229n, 5n);

  function draw(kernel: string, ...parameters: number[]): number[] {
    return runWholeKernel(kernel, 0, 1, outputF32(n), n, ...seed, ...parameters);
  }

  function moments(x: readonly number[]): number[] {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const central = (power: number): number =>
      x.reduce((sum, value) => sum + (value - mean) ** power, 0) / x.length;
    const variance = central(2);
    return [mean, variance, central(3) / variance ** 1.5, central(4) / variance ** 2];
  }

  /** √n · sup |empirical - F|: beyond 1.95 with probability 0.001 (Kolmogorov). */
  function kolmogorov(x: readonly number[], cdf: (value: number) => number): number {
    const sorted = Float64Array.from(x).sort();
    const distances = sorted.map((value, i) => {
      const f = cdf(value);
      return Math.max(f - i / x.length, (i + 1) / x.length - f);
    });
    return Math.sqrt(x.length) * distances.reduce((a, b) => Math.max(a, b), 0);
  }

  /** Correlation of neighbours `lag` apart, in units of its standard error 1 / √n. */
  function correlation(x: readonly number[], lag: number): number {
    const [mean = NaN, variance = NaN] = moments(x);
    let sum = 0;
    for (let i = lag; i < x.length; i++) sum += ((x[i] ?? 0) - mean) * ((x[i - lag] ?? 0) - mean);
    return sum / x.length / variance / (1 / Math.sqrt(x.length));
  }

  function expectMoments(x: readonly number[], expected: readonly number[]): void {
    // Five standard errors, those of the normal distribution's moments (the others' are smaller).
    const errors = [1, Math.SQRT2, Math.sqrt(6), Math.sqrt(24)];
    const scale = [Math.sqrt(expected[1] ?? NaN), expected[1] ?? NaN, 1, 1];
    moments(x).forEach((moment, i) => {
      const bound = (5 * (errors[i] ?? NaN) * (scale[i] ?? NaN)) / Math.sqrt(n);
      expect(Math.abs(moment - (expected[i] ?? NaN)), `moment ${i + 1}`).toBeLessThan(bound);
    });
    for (const lag of [1, 2, 3, 4, 16]) expect(Math.abs(correlation(x, lag))).toBeLessThan(5);
  }

  it('uniform', () => {
    const x = draw('randomUniform', 0, 1);
    expectMoments(x, [1 / 2, 1 / 12, 0, 9 / 5]);
    expect(kolmogorov(x, (value) => value)).toBeLessThan(1.95);
  });

  it('normal', () => {
    const x = draw('randomNormal', 0, 1);
    expectMoments(x, [0, 1, 0, 3]);
    expect(kolmogorov(x, reference.normalCdf)).toBeLessThan(1.95);
  });

  it('truncated normal', () => {
    const x = draw('randomTruncatedNormal', 0, 1);
    // By parts: variance 1 - 2·2φ(2) / (Φ(2) - Φ(-2)), E z⁴ = 3 var - 2·2³φ(2) / (Φ(2) - Φ(-2)).
    const mass = 2 * reference.normalCdf(2) - 1;
    const density = Math.exp(-2) / Math.sqrt(2 * Math.PI);
    const variance = 1 - (4 * density) / mass;
    const fourth = 3 * variance - (16 * density) / mass;
    expectMoments(x, [0, variance, 0, fourth / variance ** 2]);
    const cdf = (z: number): number => (reference.normalCdf(z) - reference.normalCdf(-2)) / mass;
    expect(kolmogorov(x, cdf)).toBeLessThan(1.95);
  });

  it('integers', () => {
    const x = runWholeKernel('randomIntegers', 0, 1, outputI32(n), n, ...seed, -3, 8);
    const counts = new Map<number, number>();
    for (const value of x) counts.set(value, (counts.get(value) ?? 0) + 1);
    const expected = n / 11;
    const chiSquare = [...counts.values()].reduce(
      (sum, c) => sum + (c - expected) ** 2 / expected,
      0,
    );
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7]);
    // 10 degrees of freedom: beyond 29.6 with probability 0.001.
    expect(chiSquare).toBeLessThan(29.6);
  });

  it('dropout drops the given fraction', () => {
    const ones = inOut(new Float32Array(n).fill(1));
    const y = runWholeKernel('dropout', 0, 1, ones, { aliasOf: 2 }, n, 0.3, ...seed);
    const dropped = y.filter((value) => value === 0).length;
    expect(Math.abs(dropped / n - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / n));
  });
});

describe('randomPermutation', () => {
  it.each(streams)('is Fisher–Yates on the words of key %i, counter %i', (key, counter) => {
    for (const n of [...sizes, 1000]) {
      const order = runWholeKernel('randomPermutation', outputI32(n), n, ...seedOf(key, counter));
      expect(order).toEqual(reference.permutation(reference.words(n, key, counter)));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }
  });

  it('makes every order of four equally often', () => {
    const counts = new Map<string, number>();
    const trials = 24 * 500;
    for (let i = 0; i < trials; i++) {
      const name = runWholeKernel('randomPermutation', outputI32(4), 4, 11, 0, i, 0).join('');
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, c) => sum + (c - 500) ** 2 / 500, 0);
    // 23 degrees of freedom: beyond 49.7 with probability 0.001.
    expect(chiSquare).toBeLessThan(49.7);
  });
});

describe('dropout', () => {
  it.each([0, 0.25, 0.5, 0.9, 1])(
    'drops where randomUniform is below %f and scales the rest',
    (rate) => {
      for (const n of sizes) {
        const seed = seedOf(9n, 77n);
        const x = values(n, 2, 6);
        const y = runKernelForOutput('dropout', outputF32(n), x, n, rate, ...seed);
        const u = reference.words(n, 9n, 77n).map(reference.unit);
        const keep = 1 - Math.fround(rate);
        const expected = [...x].map((value, i) =>
          (u[i] ?? 0) < Math.fround(rate) ? 0 : value / keep,
        );
        expectClose(y, expected, 0, 2e-7);
      }
    },
  );

  it('works in place', () => {
    const x = values(37, 1, 6);
    const outOfPlace = runKernelForOutput('dropout', outputF32(37), x, 37, 0.5, 1, 2, 3, 4);
    const inPlace = runKernelForOutput('dropout', inOut(x), { aliasOf: 0 }, 37, 0.5, 1, 2, 3, 4);
    expect(inPlace).toEqual(outOfPlace);
  });
});
