// Products with one row: bit by bit what a sum over k in order gives, however B lies and whatever the threads.
import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { expectedSums, expectSameBits, product } from './gemm-runner.js';
import { wasm } from './instance.js';

const widths = [1, 3, 4, 5, 7, 8, 9, 31, 32, 33, 47, 48, 49, 60, 64, 70, 95, 96, 97, 100, 145];
const depths = [0, 1, 2, 5, 6, 7, 12, 13, 40];
/** Columns that B must have for its panels to be read. */
const PACKED_FROM = 48;

describe.each([
  ['B as it lies', false],
  ['B as panels', true],
])('gemv, %s', (_, packed) => {
  it.each([0, 0.5, 0.95, 1])('is the ordered sum, with %d of A zero', (sparsity) => {
    for (const n of widths) {
      if (packed && n < PACKED_FROM) continue;
      for (const k of depths) {
        const task = product(1, n, k, { hasBias: n % 2 === 1, sparsity });
        const expected = Float32Array.from(expectedSums(task));
        for (const threads of [1, 2, 3, 7]) {
          const a = wasm.place(task.a, 4);
          const b = wasm.place(task.b, 8);
          const panels = wasm.run('allocate', wasm.run('gemmPackedBytes', k, n));
          wasm.run('gemmPackB', 0, 1, panels, b.pointer, k, n, n, 0);
          const bias = task.bias === undefined ? undefined : wasm.place(task.bias, 4);
          const c = wasm.place(new Float32Array(n).fill(NaN), 12);
          const scratch = wasm.run('allocate', wasm.run('gemvScratchBytes', k, threads));
          wasm.runSplit(
            'gemv',
            threads,
            c.pointer,
            a.pointer,
            packed ? panels : b.pointer,
            packed ? 1 : 0,
            bias?.pointer ?? 0,
            n,
            k,
            Epilogue.None,
            scratch,
          );
          expectSameBits(c.read(), expected, `${n} × ${k}, ${threads} threads`);
          expect(c.isFenced()).toBe(true);
          wasm.run('release', scratch);
          wasm.run('release', panels);
          for (const placed of [a, b, c, bias]) placed?.release();
        }
      }
    }
  });

  it('applies the activation to sum and bias', () => {
    const task = product(1, 70, 9, { hasBias: true });
    const expected = Float32Array.from(expectedSums(task), (x) => Math.max(x, 0));
    const [a, b] = [wasm.place(task.a), wasm.place(task.b)];
    const [bias, c] = [
      wasm.place(task.bias ?? new Float32Array(0)),
      wasm.place(new Float32Array(70)),
    ];
    const panels = wasm.run('allocate', wasm.run('gemmPackedBytes', 9, 70));
    wasm.run('gemmPackB', 0, 1, panels, b.pointer, 9, 70, 70, 0);
    const scratch = wasm.run('allocate', wasm.run('gemvScratchBytes', 9, 1));
    const from = packed ? panels : b.pointer;
    const sizes = [70, 9, Epilogue.Relu, scratch];
    wasm.run('gemv', 0, 1, c.pointer, a.pointer, from, packed ? 1 : 0, bias.pointer, ...sizes);
    expectSameBits(c.read(), expected, 'relu');
  });
});

describe('gemv', () => {
  it.each([40, 48, 70])('does not read the rows of B that meet a zero, %d columns', (n) => {
    const task = product(1, n, 6, {});
    task.a.set([1, 0, 2, -0, 0, 3]);
    const poisoned = task.b.slice();
    for (const row of [1, 3, 4]) poisoned.fill(NaN, row * n, (row + 1) * n);
    const [a, b, c] = [wasm.place(task.a), wasm.place(poisoned), wasm.place(new Float32Array(n))];
    const scratch = wasm.run('allocate', wasm.run('gemvScratchBytes', 6, 1));
    wasm.run('gemv', 0, 1, c.pointer, a.pointer, b.pointer, 0, 0, n, 6, Epilogue.None, scratch);
    expectSameBits(c.read(), Float32Array.from(expectedSums(task)), 'sum over rows 0, 2 and 5');
  });
});
