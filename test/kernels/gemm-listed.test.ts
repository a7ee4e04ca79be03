import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { expectedSums, expectSameBits, product, sameBits } from './gemm-runner.js';
import type { Product, ProductOptions } from './gemm-runner.js';
import { wasm } from './instance.js';
import { values } from './values.js';

/** How a product goes: in how many pieces of the depth, and by the lists of B in place of those of A. */
interface Way {
  readonly pieces?: number;
  readonly isTurned?: boolean;
}

/** C [m,n] by the row lists of A, or, turned, as the transpose of Bᵀ · Aᵀ by the row lists of Bᵀ. */
function multiply(
  task: Product,
  threads: number,
  { pieces = 1, isTurned = false }: Way = {},
): Float32Array {
  const { m, n, k, a, b, bias, lda, ldb, ldc, transA, transB, epilogue } = task;
  const c = wasm.place(new Float32Array(m * ldc).fill(NaN), 4);
  const placedA = wasm.place(a, 8);
  const placedB = wasm.place(b, 12);
  const placedBias = bias === undefined ? undefined : wasm.place(bias, 4);
  const left = { place: placedA, lead: lda, transposed: transA };
  const right = { place: placedB, lead: ldb, transposed: transB };
  const listed = isTurned ? { ...right, transposed: !transB } : left;
  const packed = isTurned ? { ...left, transposed: !transA } : right;
  const [rows, columns] = isTurned ? [n, m] : [m, n];
  const depth = Math.max(1, Math.ceil(k / pieces));
  const lists = wasm.place(new Uint8Array(wasm.run('rowListsBytes', rows, depth)));
  const panels = wasm.place(
    new Uint8Array(wasm.run('gemmListedPackedBytes', depth, columns, threads)),
  );
  let p = 0;
  do {
    const length = Math.min(depth, k - p);
    const order = listed.transposed ? 1 : 0;
    const from = listed.place.pointer + p * (listed.transposed ? listed.lead : 1) * 4;
    const other = packed.place.pointer + p * (packed.transposed ? 1 : packed.lead) * 4;
    const isLast = p + length >= k;
    // What was packed by fewer threads than there is room for is read alike.
    const packing = Math.ceil(threads / 2);
    const how = [length, columns, packed.lead, packed.transposed ? 1 : 0, threads];
    wasm.runSplit('gemmListedPack', packing, panels.pointer, other, ...how);
    wasm.runSplit('listRows', threads, lists.pointer, from, rows, length, listed.lead, order);
    const operands = [c.pointer, from, lists.pointer, panels.pointer];
    const sizes = [
      isLast ? (placedBias?.pointer ?? 0) : 0,
      rows,
      columns,
      length,
      listed.lead,
      ldc,
    ];
    const flags = [
      order,
      isTurned ? 1 : 0,
      p > 0 ? c.pointer : 0,
      isLast ? epilogue : Epilogue.None,
    ];
    wasm.runSplit('gemmListed', threads, ...operands, ...sizes, ...flags, threads);
    p += depth;
  } while (p < k);

  for (const place of [c, placedA, placedB, placedBias, lists, panels]) {
    expect(place?.isFenced() ?? true, 'nothing is written outside').toBe(true);
  }
  const result = c.read();
  for (const place of [c, placedA, placedB, placedBias, lists, panels]) place?.release();
  const isGap = (i: number): boolean => i % ldc >= n;
  expect(
    result.every((x, i) => !isGap(i) || Number.isNaN(x)),
    'between the rows of C',
  ).toBe(true);
  return result.filter((_, i) => !isGap(i));
}

function expectSums(task: Product, way: Way = {}): void {
  const { m, n, k, transA, transB } = task;
  const sums = expectedSums(task);
  const expected = task.epilogue === Epilogue.Relu ? sums.map((x) => Math.max(x, 0)) : sums;
  const actual = multiply(task, 1, way);
  const what = `${m}x${k} by ${k}x${n}, transposed ${transA} ${transB}, ${JSON.stringify(way)}`;
  expectSameBits(actual, expected, what);
  for (const threads of [2, 3, 7]) {
    const again = multiply(task, threads, way);
    expect(sameBits(again, actual), `${what}, ${threads} threads`).toBe(true);
  }
}

const expectProduct = (m: number, n: number, k: number, options: ProductOptions): void => {
  expectSums(product(m, n, k, options));
};

/** The same with as many zeros in B. */
function withZerosInB(task: Product, sparsity: number): Product {
  const drawn = values(task.b.length, 1, 91);
  return { ...task, b: task.b.map((x, i) => ((drawn[i] ?? 0) < 2 * sparsity - 1 ? 0 : x)) };
}

describe('gemmListed', () => {
  // Around one and two panels of 32 columns, blocks of 8 rows, groups of 16 elements of a row.
  it.each([0, 1, 3, 7, 8, 9, 25])('is the ordered float32 sum when m is %i', (m) => {
    let turn = m;
    for (const n of [0, 1, 4, 31, 32, 33, 65]) {
      for (const k of [0, 1, 3, 4, 5, 15, 16, 17, 67]) {
        turn++;
        expectProduct(m, n, k, {
          epilogue: turn % 2 === 0 ? Epilogue.Relu : Epilogue.None,
          hasBias: turn % 3 === 0,
          sparsity: [0, 0.5, 0.9, 1][turn % 4] ?? 0,
        });
      }
    }
  });

  const orders = [false, true].flatMap((transA) =>
    [false, true].map((transB) => ({ transA, transB })),
  );

  it.each(orders)('reads operands as they lie: %o', (order) => {
    let turn = 0;
    for (const m of [1, 3, 4, 5, 16, 17, 33]) {
      for (const n of [1, 4, 7, 31, 32, 36, 65]) {
        const k = [1, 3, 4, 7, 16, 21, 50][turn++ % 7] ?? 0;
        const gap = turn % 3;
        const sparsity = [0.5, 0.8, 0][turn % 3] ?? 0;
        expectSums(product(m, n, k, { ...order, gap, sparsity, hasBias: turn % 2 === 0 }));
        const turned = product(m, n, k, { ...order, gap });
        expectSums(withZerosInB(turned, sparsity), { isTurned: true });
      }
    }
  });

  it('adds pieces of the depth up', () => {
    for (const order of orders) {
      for (const pieces of [2, 3]) {
        const options = { ...order, sparsity: 0.5, hasBias: true, epilogue: Epilogue.Relu };
        expectSums(product(18, 37, 45, options), { pieces });
        expectSums(withZerosInB(product(37, 18, 45, order), 0.5), { pieces, isTurned: true });
      }
    }
  });

  it('is the ordered float32 sum where B is larger than the second-level cache has room for', () => {
    expectProduct(13, 300, 500, { sparsity: 0.8, hasBias: true });
    expectProduct(5, 40, 2048, { sparsity: 0.8 });
  });

  it('multiplies zeros by NaN and infinities, and leaves the other panels alone', () => {
    const task = product(9, 70, 20, { sparsity: 0.7 });
    task.a.fill(0, 0, 20);
    task.b[3 * 70 + 5] = NaN;
    task.b[7 * 70 + 69] = -Infinity;
    expectSameBits(multiply(task, 1), expectedSums(task), 'with NaN');
    expect(multiply(task, 1)[5]).toBeNaN();
    expect(multiply(task, 1)[40]).toBe(0);
    expect(multiply(task, 1)[69]).toBeNaN();
    // Pieces without NaN go by lists, those with it do not.
    expectSameBits(multiply(task, 1, { pieces: 4 }), expectedSums(task), 'in pieces');
    task.a[2 * 20 + 3] = Infinity;
    expectSameBits(multiply(task, 1, { isTurned: true }), expectedSums(task), 'turned');
  });

  it('counts −0 and leaves denormals in', () => {
    const task = product(6, 33, 8, {});
    task.a.fill(-0);
    task.a[3] = 1e-45;
    task.a[13] = -1e-40;
    expectSameBits(multiply(task, 1), expectedSums(task), 'with −0 and denormals');
  });
});

describe('sampleRows', () => {
  it('counts elements that are not zero, and slices of three rows', () => {
    // Every triple of rows is (1 0 0 −0 5), (1 0 2 0 0), (1 0 0 0 0): five elements, three slices.
    const a = [1, 0, 0, -0, 5, 1, 0, 2, 0, 0, 1, 0, 0, 0, 0];
    const place = wasm.place(Float32Array.from({ length: 15 }, (_, i) => a[i] ?? 0));
    const sample = wasm.run('sampleRows', place.pointer, 3, 5) >>> 0;
    expect([sample >>> 16, sample & 0xffff]).toEqual([6 * 5, 6 * 3]);
    place.release();
  });
});

describe('sampleColumns', () => {
  it('counts elements that are not zero, and slices of three neighbours of each four', () => {
    // Each row is (1 0 5 9) (0 -0 0 9) (0 0 7 9): of the first three of four three numbers, in two slices.
    const row = [1, 0, 5, 9, 0, -0, 0, 9, 0, 0, 7, 9];
    const place = wasm.place(Float32Array.from({ length: 24 }, (_, i) => row[i % 12] ?? 0));
    const sample = wasm.run('sampleColumns', place.pointer, 12, 2) >>> 0;
    expect([sample >>> 16, sample & 0xffff]).toEqual([18 * 3, 18 * 2]);
    place.release();
  });
});
