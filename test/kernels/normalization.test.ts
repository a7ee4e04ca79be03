// Rows that are normalized, and gelu with its slope: what is written, with any number of threads.
import { describe, expect, it } from 'vitest';
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { outputF32, runKernel, scratchF32 } from './guarded.js';
import type { Scratch } from './guarded.js';
import { wasm } from './instance.js';
import { values } from './values.js';
import { blankF32, expectSameBits } from './views.js';

interface Rows {
  readonly out: number[];
  readonly dx: number[];
  readonly products: number[];
}

/** By the formulas, in float64. */
function expected(
  x: Float32Array,
  dy: Float32Array,
  gamma: Float32Array | null,
  beta: Float32Array | null,
  n: number,
  isCentred: boolean,
): Rows {
  const result: Rows = { out: [], dx: [], products: [] };
  const meanOf = (terms: number[]): number => terms.reduce((a, b) => a + b, 0) / n;
  for (let start = 0; start < x.length; start += n) {
    const row = Array.from(x.subarray(start, start + n));
    const d = Array.from(dy.subarray(start, start + n));
    const mean = isCentred ? meanOf(row) : 0;
    const factor = 1 / Math.sqrt(meanOf(row.map((v) => (v - mean) ** 2)) + EPSILON);
    const normalized = row.map((v) => (v - mean) * factor);
    const g = d.map((v, i) => v * (gamma?.[i] ?? 1));
    const meanOfG = isCentred ? meanOf(g) : 0;
    const meanOfProduct = meanOf(g.map((v, i) => v * (normalized[i] ?? NaN)));
    normalized.forEach((v, i) => {
      result.out.push(v * (gamma?.[i] ?? 1) + (beta?.[i] ?? 0));
      result.dx.push(factor * ((g[i] ?? NaN) - meanOfG - v * meanOfProduct));
      result.products.push((d[i] ?? NaN) * v);
    });
  }
  return result;
}

const EPSILON = 0.25;

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], what: string): void {
  expect(actual.length, what).toBe(wanted.length);
  wanted.forEach((value, i) => expect(actual[i], `${what} ${i}`).toBeCloseTo(value, 5));
}

// `runKernel` compares the bits of 1, 2, 3 and 7 threads, and looks at what lies around arrays.
describe.each([
  [1, 1],
  [5, 3],
  [4, 7],
  [3, 16],
  [2, 300],
])('%i rows of %i', (rows, n) => {
  const x = values(rows * n, 2, 1);
  const dy = values(rows * n, 1, 2);
  it.each([
    { isCentred: true, hasGamma: true, hasBeta: true },
    { isCentred: true, hasGamma: false, hasBeta: true },
    { isCentred: true, hasGamma: true, hasBeta: false },
    { isCentred: false, hasGamma: true, hasBeta: false },
    { isCentred: false, hasGamma: false, hasBeta: false },
  ])('$isCentred, gamma $hasGamma, beta $hasBeta', ({ isCentred, hasGamma, hasBeta }) => {
    const gamma = hasGamma ? values(n, 1, 3) : null;
    const beta = hasBeta ? values(n, 1, 4) : null;
    const wanted = expected(x, dy, gamma, beta, n, isCentred);
    const centred = isCentred ? 1 : 0;
    const [out = x, stats = x] = runKernel(
      'normalizeRows',
      outputF32(rows * n),
      outputF32(2 * rows),
      x,
      gamma ?? 0,
      beta ?? 0,
      rows,
      n,
      EPSILON,
      centred,
    );
    expectClose(out, wanted.out, 'out');
    const withoutStats = runKernel(
      'normalizeRows',
      outputF32(rows * n),
      0,
      x,
      gamma ?? 0,
      beta ?? 0,
      rows,
      n,
      EPSILON,
      centred,
    );
    expectSameBits(withoutStats[0] ?? x, out, 'without statistics');
    const gradients = (products: ReturnType<typeof outputF32> | 0) =>
      runKernel(
        'normalizeRowsGradient',
        outputF32(rows * n),
        products,
        dy,
        stats,
        x,
        gamma ?? 0,
        rows,
        n,
        centred,
      );
    const [dx = x, products = x] = gradients(outputF32(rows * n));
    expectClose(dx, wanted.dx, 'dx');
    expectClose(products, wanted.products, 'products');
    expectSameBits(gradients(0)[0] ?? x, dx, 'without products');
  });
});

describe('geluWithSlope', () => {
  const spread = Float32Array.from({ length: 40_000 }, (_, i) => (i - 20_000) / 1250);
  const some = [1, 3, 8, 100].map((n) => values(n, 6, 5));
  // Where another way is taken, numbers of both sides among others.
  const border = Float32Array.from({ length: 400 }, (_, i) => 13 + ((i % 7) - 3) * 2 ** -20 * i);
  it.each(
    [...some, spread, border, spread.map((x) => x * 1e-4)].map((x) => ({ x, length: x.length })),
  )('has the bits of unary and unaryGradient for $length numbers', ({ x }) => {
    const n = x.length;
    const [out = x, slope = x] = runKernel('geluWithSlope', outputF32(n), outputF32(n), x, n);
    const code = UnaryOp.Gelu;
    const [value = x] = runKernel('unary', outputF32(n), x, n, code, 0, 0, 0);
    const ones = new Float32Array(n).fill(1);
    const [gradient = x] = runKernel('unaryGradient', outputF32(n), ones, x, x, n, code, 0, 0, 0);
    expectSameBits(out, value, 'value');
    expectSameBits(slope, gradient, 'slope');
  });

  it('is exact at the ends', () => {
    const x = new Float32Array([0, -0, Infinity, -Infinity, NaN, 20, -20, 1e38]);
    const [out = x, slope = x] = runKernel('geluWithSlope', outputF32(8), outputF32(8), x, 8);
    // −∞ · 0, as in Keras.
    expect(Array.from(out)).toEqual([0, -0, Infinity, NaN, NaN, 20, -0, Math.fround(1e38)]);
    expect(Array.from(slope)).toEqual([0.5, 0.5, 1, -0, NaN, 1, -0, 1]);
  });
});

describe.each([
  { rows: 1, n: 1, partials: 1 },
  { rows: 7, n: 3, partials: 2 },
  { rows: 29, n: 4, partials: 3 },
  { rows: 100, n: 13, partials: 16 },
  { rows: 1100, n: 5, partials: 16 },
])('columns: %o', ({ rows, n, partials }) => {
  const x = values(rows * n, 2, 1);
  const dy = values(rows * n, 1, 2);
  const [mean, r, factor, a, b] = [3, 4, 5, 6, 7].map((seed) => values(n, 1, seed));
  if (!mean || !r || !factor || !a || !b) throw new Error('no values');
  const scratch = (): Scratch => scratchF32(wasm.run('columnSumsScratchBytes', n, 7) / 4);
  const at = (v: Float32Array, i: number): number => v[i % n] ?? NaN;
  const deviation = (i: number): number => (x[i] ?? NaN) - at(mean, i);
  const every = Array.from(x, (_, i) => i);
  /** The sums of terms down the columns. */
  const down = (term: (i: number) => number): number[] =>
    Array.from({ length: n }, (_, c) => every.filter((i) => i % n === c).reduce((s, i) => s + term(i), 0)); // prettier-ignore
  /** Room for the words of seven shares, and how many there are. */
  const words = (): [Scratch, number] => [scratchF32(7), 7];
  /** The sums of what was made in partial sums, [partials, wide]. */
  const whole = (sums: ArrayLike<number> | undefined, wide: number): number[] =>
    Array.from({ length: wide }, (_, c) => {
      let sum = 0;
      for (let p = 0; p < partials; p++) sum += sums?.[p * wide + c] ?? NaN;
      return sum;
    });

  it.each([
    ['around 1', 1, 0],
    ['far from 0', 1e4, 0],
    ['behind a first row that is far away', 0, 1e6],
    ['with a step in the middle', 0, -1e4],
  ])('have means and variances %s', (_, offset, jump) => {
    const given = x.map((v, i) => {
      const isThere = jump > 0 ? i < n : i >= (rows >> 1) * n;
      return v + offset + (isThere ? jump : 0);
    });
    const bytes = wasm.run('columnMomentsBytes', n, partials);
    const [moments] = runKernel('columnMoments', outputF32(bytes / 4), given, rows, n, partials);
    const [mu, variance] = runKernel('columnStatistics', outputF32(n), outputF32(n), moments ?? x, rows, n, partials); // prettier-ignore
    for (let c = 0; c < n; c++) {
      const column = [...given].filter((_v, i) => i % n === c);
      const middle = column.reduce((a, v) => a + v, 0) / rows;
      const wanted = column.reduce((a, v) => a + (v - middle) ** 2, 0) / rows;
      const largest = Math.max(...column.map(Math.abs));
      expect(Math.abs((mu?.[c] ?? NaN) - middle)).toBeLessThanOrEqual(1.2e-7 * largest);
      expect(Math.abs((variance?.[c] ?? NaN) - wanted)).toBeLessThanOrEqual(5e-7 * wanted);
    }
  });

  it('are normalized', () => {
    for (const beta of [b, 0] as const) {
      const [y] = runKernel('normalizeColumns', outputF32(rows * n), x, mean, factor, beta, rows, n, ...words()); // prettier-ignore
      const expectedY = every.map(
        (i) => deviation(i) * at(factor, i) + (beta === 0 ? 0 : at(beta, i)),
      );
      expectClose(y ?? [], expectedY, 'y');
    }
  });

  it('have the gradients', () => {
    const [sums] = runKernel('sumColumnGradients', outputF32(partials * 2 * n), dy, x, mean, r, rows, n, partials, scratch()); // prettier-ignore
    const normalized = (i: number): number => deviation(i) * at(r, i);
    const gradient = (i: number): number => dy[i] ?? NaN;
    const wanted = [...down(gradient), ...down((i) => gradient(i) * normalized(i))];
    const scale = Math.max(1, ...wanted.map(Math.abs));
    expectClose(whole(sums, 2 * n).map((v) => v / scale), wanted.map((v) => v / scale), 'sums'); // prettier-ignore
    const all = every.map(
      (i) => at(factor, i) * (gradient(i) - at(a, i) - normalized(i) * at(b, i)),
    );
    // Through a relu with the result x, where x is above 0.
    const through = all.map((v, i) => ((x[i] ?? 0) > 0 ? v : 0));
    for (const [rectified, expectedDx] of [
      [0, all],
      [1, through],
    ] as const) {
      const given = [dy, x, mean, r, factor, a, b, rows, n, rectified] as const;
      const [dx] = runKernel('normalizeColumnsGradient', outputF32(rows * n), ...given, ...words(), 0, partials, 0); // prettier-ignore
      expectClose(dx ?? [], expectedDx, `dx, ${rectified}`);
      // With its sums, and with the same bits.
      const [same, ofPartials] = runKernel('normalizeColumnsGradient', outputF32(rows * n), ...given, ...words(), outputF32(partials * n), partials, scratch()); // prettier-ignore
      expectSameBits(same ?? x, dx ?? x, 'dx with sums');
      const added = down((i) => expectedDx[i] ?? NaN);
      const size = Math.max(1, ...added.map(Math.abs));
      expectClose(whole(ofPartials, n).map((v) => v / size), added.map((v) => v / size), 'sums of dx'); // prettier-ignore
    }
  });

  it.each([0.5, -3, 1e30, -Infinity, NaN])('tell how large the largest is: %d', (largest) => {
    const ones = new Float32Array(n).fill(1);
    const given = new Float32Array(rows * n).fill(0.25);
    given[(rows * n) >> 1] = largest;
    const [out, from, one, zero] = [
      blankF32(rows * n),
      given,
      ones,
      new Float32Array(rows * n),
    ].map((of) => wasm.place(of));
    const found = wasm.place(new Int32Array(7), 4);
    if (!out || !from || !one || !zero) throw new Error('no room');
    const [to, x, factors, zeros] = [out.pointer, from.pointer, one.pointer, zero.pointer];
    for (const threads of [1, 2, 3, 7]) {
      const runs: readonly [string, ...number[]][] = [
        ['normalizeColumns', to, x, zeros, factors, 0, rows, n],
        ['normalizeColumnsGradient', to, x, zeros, zeros, zeros, factors, zeros, zeros, rows, n, 0],
      ];
      for (const [kernel, ...args] of runs) {
        new Int32Array(wasm.memory.buffer, found.pointer, 7).fill(-1);
        const sums = kernel === 'normalizeColumns' ? [] : [0, 7, 0];
        wasm.runSplit(kernel, threads, ...args, found.pointer, 7, ...sums);
        const wanted = new Int32Array(Float32Array.of(largest).buffer)[0] ?? NaN;
        expect(Math.max(...found.read()), kernel).toBe(wanted & 0x7fffffff);
      }
    }
    for (const placed of [out, from, one, zero, found]) placed.release();
  });
});
