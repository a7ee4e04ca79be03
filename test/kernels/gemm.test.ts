import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { EDGE_COLUMNS, KC, LARGE_PANELS, MC, MR, NR } from '../../assembly/tuning.js';
import { matmul, matrix } from '../reference/matmul.js';
import {
  expectedSums,
  expectSameBits,
  isRelaxed,
  multiply,
  multiplyAtAnyThreads,
  product,
} from './gemm-runner.js';
import type { Product } from './gemm-runner.js';
import { ulpError } from './ulp.js';

/** Around one and two tiles of MR rows and NR columns, the tile at the edge, and around a block of MC rows. */
const sizes = [
  0,
  1,
  2,
  MR,
  MR + 1,
  MR + 2,
  NR - 1,
  NR,
  NR + 1,
  NR + EDGE_COLUMNS,
  MC,
  MC + 1,
  3 * NR + 1,
];

/** Around one, two and three blocks of KC along k. */
const depths = [1, 2, 3].flatMap((blocks) => [blocks * KC - 1, blocks * KC, blocks * KC + 1]);

const layouts = [
  ['NN', false, false],
  ['NT', false, true],
  ['TN', true, false],
  ['TT', true, true],
] as const;

const epilogues = [Epilogue.None, Epilogue.Relu, Epilogue.Tanh];

function name({ m, n, k }: Product): string {
  return `${m}x${k} by ${k}x${n}`;
}

/** Bits of the ordered float32 sum; tanh, which the kernel approximates, within 2 ulp. */
function expectProduct(task: Product, actual: Float32Array): void {
  const sums = expectedSums(task);
  if (task.epilogue === Epilogue.Tanh && isRelaxed) {
    expectSameBits(actual, sums.map(Math.tanh), name(task));
  } else if (task.epilogue === Epilogue.Tanh) {
    const errors = sums.map((sum, i) => ulpError(actual[i] ?? NaN, Math.tanh(sum)));
    expect(Math.max(0, ...errors), `ulps of ${name(task)}`).toBeLessThanOrEqual(2);
  } else {
    const isRelu = task.epilogue === Epilogue.Relu;
    // relu(−0) is +0: Wasm's max orders the zeros.
    expectSameBits(actual, isRelu ? sums.map((x) => Math.max(x, 0)) : sums, name(task));
  }
}

describe.each(layouts)('gemm %s', (_, transA, transB) => {
  it.each(sizes)('is the ordered float32 sum for every n and k when m is %i', (m) => {
    let turn = m;
    for (const n of sizes) {
      for (const k of sizes) {
        // Epilogue, bias, zeros and longer rows take turns.
        turn++;
        const task = product(m, n, k, {
          transA,
          transB,
          epilogue: epilogues[turn % 3] ?? Epilogue.None,
          hasBias: turn % 2 === 0,
          sparsity: [0, 0.5, 0.9][turn % 5] ?? 0,
          gap: turn % 4 === 0 ? 3 : 0,
        });
        const threads = [1, 2, 3, 7][turn % 4] ?? 1;
        const once = multiply(task, 1);
        expectProduct(task, once);
        expectSameBits(multiply(task, threads), once, `${name(task)} on ${threads} threads`);
      }
    }
  });

  it.each(depths)('carries sums over blocks of k: %i', (k) => {
    for (const m of [1, 4, 25]) {
      for (const n of [1, 12, 25]) {
        for (const sparsity of [0, 0.8]) {
          const task = product(m, n, k, { transA, transB, sparsity, hasBias: n > 1 });
          expectProduct(task, multiplyAtAnyThreads(task));
        }
      }
    }
  });

  it.each([0, 0.5, 0.9])('lets all rows meet a block of a large B, zeros: %d', (sparsity) => {
    const n = 30 * NR + EDGE_COLUMNS;
    const k = Math.ceil(LARGE_PANELS / n) + 1;
    const options = { transA, transB, hasBias: true, epilogue: Epilogue.Relu, sparsity };
    const task = product(2 * MC + 1, n, k, options);
    const once = multiply(task, 1);
    expectProduct(task, once);
    for (const threads of [2, 3]) expectSameBits(multiply(task, threads), once, name(task));
  });

  it('has every epilogue with and without bias, with and without gaps between rows', () => {
    for (const epilogue of epilogues) {
      for (const hasBias of [false, true]) {
        for (const gap of [0, 1, 5]) {
          for (const k of [0, 9, KC + 1]) {
            const task = product(26, 27, k, { transA, transB, epilogue, hasBias, gap });
            expectProduct(task, multiplyAtAnyThreads(task));
          }
        }
      }
    }
  });

  it('splits by rows where there are blocks enough, else by columns', () => {
    // 8 blocks of rows for 7 threads; then one block, and fewer panels of columns than threads.
    for (const [m, n] of [
      [170, 14],
      [5, 100],
      [30, 13],
    ] as const) {
      const task = product(m, n, 40, { transA, transB, sparsity: 0.5, hasBias: true });
      expectProduct(task, multiplyAtAnyThreads(task));
    }
  });

  it('is close to the float64 product', () => {
    for (const [m, n, k] of [
      [13, 25, 37],
      [5, 12, 800],
    ] as const) {
      const task = product(m, n, k, { transA, transB });
      const [a, b] = [matrix(task.a, task.lda, transA), matrix(task.b, task.ldb, transB)];
      const { product: exact, magnitude } = matmul(a, b, m, n, k);
      const actual = multiply(task, 1);
      // k roundings of products and of sums, each at most 2⁻²⁴ of what has been added up.
      const bound = (i: number): number => (k + 1) * 2 ** -24 * (magnitude[i] ?? NaN);
      expect(exact.every((x, i) => Math.abs((actual[i] ?? NaN) - x) <= bound(i))).toBe(true);
    }
  });
});

describe('gemm skips zeros of A', () => {
  const [m, n, k] = [29, 26, 390];

  /** The same product with another A, made of the random one. */
  function withA(task: Product, change: (x: number, i: number) => number): Product {
    return { ...task, a: task.a.map(change) };
  }

  it.each([0, 0.1, 0.5, 0.9, 0.99, 1])('to the same bits at sparsity %d', (sparsity) => {
    for (const transA of [false, true]) {
      const task = product(m, n, k, { transA, sparsity });
      expectProduct(task, multiplyAtAnyThreads(task));
    }
  });

  it('whatever the signs of the zeros are', () => {
    const task = product(m, n, k, { sparsity: 0.7 });
    const signed = withA(task, (x, i) => (x === 0 && i % 3 !== 0 ? -0 : x));
    expectProduct(signed, multiplyAtAnyThreads(signed));
    const allNegative = withA(task, () => -0);
    // Sums start at +0, and +0 + −0 is +0.
    expectSameBits(multiplyAtAnyThreads(allNegative), new Float32Array(m * n), 'A of −0');
  });

  it('but keeps denormals', () => {
    const task = product(m, n, k, { sparsity: 0.5 });
    const scaled = { ...task, b: task.b.map((x) => x * 1e4) };
    const tiny = withA(scaled, (x, i) => (i % 2 === 0 ? x * 2 ** -130 : x === 0 ? 2 ** -149 : 0));
    expectProduct(tiny, multiplyAtAnyThreads(tiny));
    expect(multiply(tiny, 1).some((x) => x !== 0)).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity])('but not where B holds %d', (special) => {
    for (const [transB, position] of [
      [false, 0],
      [true, 1],
      [false, 387 * n + 25],
      [true, 25 * k + 387],
      [false, 5 * n + 13],
    ] as const) {
      const task = product(m, n, k, { transB, sparsity: 0.9 });
      const b = task.b.map((x, i) => (i === position ? special : x));
      const column = transB ? Math.floor(position / k) : position % n;
      const bad = { ...task, b };
      const actual = multiplyAtAnyThreads(bad);
      expectProduct(bad, actual);
      // Some rows of A have 0 there, and 0 · special is NaN.
      expect(actual.some((x, i) => i % n === column && Number.isNaN(x))).toBe(true);
      expect(actual.every((x, i) => i % n === column || Number.isFinite(x))).toBe(true);
    }
  });

  it('and gives NaN for a zero A and a B with infinity, as the dense product does', () => {
    const task = withA(product(2, 13, 3), () => 0);
    const b = task.b.map((x, i) => (i === 12 ? Infinity : x));
    const actual = multiplyAtAnyThreads({ ...task, b });
    expect(Array.from(actual, (x) => Number.isNaN(x))).toEqual(
      Array.from({ length: 26 }, (_, i) => i % 13 === 12),
    );
  });

  it('wherever in B infinity is', () => {
    for (const transB of [false, true]) {
      // One whole panel of 12 columns and an edge; k is not a multiple of the 4 rows that are turned at once.
      const task = withA(product(1, 14, 6, { transB }), () => 0);
      for (let position = 0; position < 14 * 6; position++) {
        const b = task.b.map((x, i) => (i === position ? -Infinity : x));
        const column = transB ? Math.floor(position / 6) : position % 14;
        const actual = multiply({ ...task, b }, 1);
        expect(actual.findIndex(Number.isNaN), `${position}`).toBe(column);
      }
    }
  });

  it('passes NaN and infinities of A on', () => {
    const task = product(m, n, k, { sparsity: 0.9 });
    const special = withA(task, (x, i) => (i === 3 ? NaN : i === 2 * k + 389 ? Infinity : x));
    expectProduct(special, multiplyAtAnyThreads(special));
  });

  it.each([Epilogue.Relu, Epilogue.Tanh])('and lets NaN through the activation %i', (epilogue) => {
    const task = product(4, 14, 5, { epilogue, hasBias: true });
    const b = task.b.map((x, i) => (i === 13 ? NaN : x));
    const actual = multiplyAtAnyThreads({ ...task, b });
    expect(actual.every((x, i) => Number.isNaN(x) === (i % 14 === 13))).toBe(true);
  });
});
