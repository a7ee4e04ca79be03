import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { expectedSums, expectSameBits, product, sameBits } from './gemm-runner.js';
import type { Product, ProductOptions } from './gemm-runner.js';
import { wasm } from './instance.js';

/** C [m,n] by the row lists of A. */
function multiply(task: Product, threads: number): Float32Array {
  const { m, n, k, a, b, bias, epilogue } = task;
  const c = wasm.place(new Float32Array(m * n).fill(NaN), 4);
  const placedA = wasm.place(a, 8);
  const placedB = wasm.place(b, 12);
  const placedBias = bias === undefined ? undefined : wasm.place(bias, 4);
  const lists = wasm.place(new Uint8Array(wasm.run('rowListsBytes', m, k)));
  const packed = wasm.place(new Uint8Array(wasm.run('gemmListedPackedBytes', k, n, threads)));

  // What was packed by fewer threads than there is room for is read alike.
  const packing = Math.ceil(threads / 2);
  wasm.runSplit('gemmListedPack', packing, packed.pointer, placedB.pointer, k, n, threads);
  wasm.runSplit('listRows', threads, lists.pointer, placedA.pointer, m, k);
  const operands = [c.pointer, placedA.pointer, lists.pointer, packed.pointer];
  const scalars = [placedBias?.pointer ?? 0, m, n, k, epilogue, threads];
  wasm.runSplit('gemmListed', threads, ...operands, ...scalars);

  for (const place of [c, placedA, placedB, placedBias, lists, packed]) {
    expect(place?.isFenced() ?? true, 'nothing is written outside').toBe(true);
  }
  const result = c.read();
  for (const place of [c, placedA, placedB, placedBias, lists, packed]) place?.release();
  return result;
}

function expectProduct(m: number, n: number, k: number, options: ProductOptions): void {
  const task = product(m, n, k, options);
  const sums = expectedSums(task);
  const expected = task.epilogue === Epilogue.Relu ? sums.map((x) => Math.max(x, 0)) : sums;
  const actual = multiply(task, 1);
  expectSameBits(actual, expected, `${m}x${k} by ${k}x${n}`);
  for (const threads of [2, 3, 7]) {
    expect(sameBits(multiply(task, threads), actual), `${threads} threads`).toBe(true);
  }
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
