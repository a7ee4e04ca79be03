// Products with one or few rows: bit by bit what a sum over k in order gives, whatever the threads.
import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { expectedSums, expectSameBits, product } from './gemm-runner.js';
import { wasm } from './instance.js';

const widths = [1, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 70, 100];
const depths = [0, 1, 2, 5, 6, 7, 12, 13, 40];

describe('gemv', () => {
  it.each([0, 0.5, 0.95, 1])('is the ordered sum, with %d of A zero', (sparsity) => {
    for (const n of widths) {
      for (const k of depths) {
        for (const m of [1, 3]) {
          const task = product(m, n, k, { hasBias: n % 2 === 1, sparsity });
          const expected = Float32Array.from(expectedSums(task));
          for (const threads of [1, 2, 3, 7]) {
            const a = wasm.place(task.a, 4);
            const b = wasm.place(task.b, 8);
            const bias = task.bias === undefined ? undefined : wasm.place(task.bias, 4);
            const c = wasm.place(new Float32Array(m * n).fill(NaN), 12);
            const scratch = wasm.run('allocate', wasm.run('gemvScratchBytes', k, threads));
            wasm.runSplit(
              'gemv',
              threads,
              c.pointer,
              a.pointer,
              b.pointer,
              bias?.pointer ?? 0,
              m,
              n,
              k,
              Epilogue.None,
              scratch,
            );
            expectSameBits(c.read(), expected, `${m} × ${n} × ${k}, ${threads} threads`);
            expect(c.isFenced()).toBe(true);
            wasm.run('release', scratch);
            for (const placed of [a, b, c, bias]) placed?.release();
          }
        }
      }
    }
  });

  it('does not read the rows of B that meet a zero', () => {
    const task = product(1, 40, 6, {});
    task.a.set([1, 0, 2, -0, 0, 3]);
    const poisoned = task.b.slice();
    for (const row of [1, 3, 4]) poisoned.fill(NaN, row * 40, (row + 1) * 40);
    const [a, b, c] = [wasm.place(task.a), wasm.place(poisoned), wasm.place(new Float32Array(40))];
    const scratch = wasm.run('allocate', wasm.run('gemvScratchBytes', 6, 1));
    wasm.run('gemv', 0, 1, c.pointer, a.pointer, b.pointer, 0, 1, 40, 6, Epilogue.None, scratch);
    expectSameBits(c.read(), Float32Array.from(expectedSums(task)), 'sum over rows 0, 2 and 5');
  });
});
