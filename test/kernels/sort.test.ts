import { describe, expect, it } from 'vitest';
import * as reference from '../reference/sort.js';
import { outputF32, outputI32, runKernel, scratchF32 } from './guarded.js';
import { integers } from './integers.js';
import { rowsOf, values } from './values.js';

type Data = Float32Array | Int32Array;

/** Lengths around those at which the method changes (64) and around vectors. */
const shapes = [
  [0, 5],
  [5, 0],
  [1, 1],
  [3, 2],
  [2, 3],
  [4, 4],
  [5, 5],
  [3, 63],
  [9, 64],
  [3, 65],
  [2, 1000],
  [1, 2003],
] as const;

const SCRATCH = { sortRows: 4, argsortRows: 16 };

function run(kernel: 'sortRows' | 'argsortRows', x: Data, rows: number, cols: number, down = 0) {
  const isFloat = x instanceof Float32Array;
  const out = isFloat && kernel === 'sortRows' ? outputF32(x.length) : outputI32(x.length);
  // 7 threads at most, 4096 bytes of counters each.
  const scratch = scratchF32(7 * (1024 + (cols * SCRATCH[kernel]) / 4));
  const [data = []] = runKernel(kernel, out, x, rows, cols, Number(isFloat), down, scratch);
  return rowsOf(data, rows, cols);
}

/** Matrices of many kinds: all different, many equal, with special values, already in order. */
function matrices(rows: number, cols: number): Data[] {
  const n = rows * cols;
  const special = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3.4e38, -3.4e38];
  return [
    values(n, 1, n + 1),
    values(n, 1e30, n + 2),
    Float32Array.from(integers(n, -3, 3, n + 3)),
    Float32Array.from(integers(n, 0, 18, n + 4), (i) => special[i] ?? i - 12),
    Float32Array.from({ length: n }, (_, i) => i),
    Float32Array.from({ length: n }, (_, i) => -i),
    new Float32Array(n).fill(2),
    integers(n, -3, 3, n + 5),
    integers(n, -(2 ** 31), 2 ** 31, n + 6),
    integers(n, 0, 70000, n + 7),
  ];
}

/** -0 is 0 here: among sorted values they may come in either order. */
const plain = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => value + 0));

describe.each([
  ['ascending', 0],
  ['descending', 1],
] as const)('%s', (_, down) => {
  it('sortRows gives every row in order', () => {
    for (const [rows, cols] of shapes) {
      for (const x of matrices(rows, cols)) {
        const want = rowsOf(x, rows, cols).map((row) => reference.sort(row, down === 1));
        expect(plain(run('sortRows', x, rows, cols, down))).toEqual(plain(want));
      }
    }
  });

  it('argsortRows gives the order, equal elements as they came', () => {
    for (const [rows, cols] of shapes) {
      for (const x of matrices(rows, cols)) {
        const want = rowsOf(x, rows, cols).map((row) => reference.argsort(row, down === 1));
        expect(run('argsortRows', x, rows, cols, down)).toEqual(want);
      }
    }
  });
});

describe('sortRows', () => {
  it('keeps the sign of zeros, -0 before 0', () => {
    const x = Float32Array.of(0, -0, 1, 0, -0, -1);
    expect(run('sortRows', x, 1, 6)).toEqual([[-1, -0, -0, 0, 0, 1]]);
  });

  it('takes NaN of either sign for the largest', () => {
    const bits = Uint32Array.of(0xffc00001, 0x7f800000, 0x7f800001, 0xff800000);
    const [row = []] = run('sortRows', new Float32Array(bits.buffer), 1, 4);
    expect(row).toEqual([-Infinity, Infinity, NaN, NaN]);
  });
});

describe('topKRows', () => {
  it('gives the positions of the largest, of equal ones the first, NaN above all', () => {
    for (const [rows, cols] of shapes.filter(([, length]) => length > 0)) {
      for (const x of matrices(rows, cols)) {
        for (const k of new Set([1, 2, 5, cols - 1, cols])) {
          if (k < 1 || k > cols || (k > 5 && cols > 1000)) continue;
          const isFloat = Number(x instanceof Float32Array);
          const out = outputI32(rows * k);
          const args = [out, x, rows, cols, k, isFloat, scratchF32(7 * 2 * k)] as const;
          const want = rowsOf(x, rows, cols).map((row) => reference.argsort(row, true).slice(0, k));
          expect(rowsOf(runKernel('topKRows', ...args)[0] ?? [], rows, k)).toEqual(want);
        }
      }
    }
  });
});
