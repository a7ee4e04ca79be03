import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as reference from '../reference/softmax.js';
import { expectClose, inOut, outputF32, runKernelForOutput, scratchF32 } from './guarded.js';
import { rowsOf, values } from './values.js';

const shapes = [0, 1, 3, 5, 17].flatMap((rows) =>
  [1, 3, 4, 5, 10, 17, 130].map((cols) => [rows, cols] as const),
);
const scales = [1, 20, 1e4];

/** Runs `check` on matrices of every shape and scale. */
function onMatrices(check: (x: Float32Array, rows: number, cols: number) => void): void {
  for (const [rows, cols] of shapes) {
    for (const scale of scales) check(values(rows * cols, scale, 7 * rows + cols), rows, cols);
  }
}

/** Applies a row function of the reference to every row. */
function byRow(
  f: (...rows: number[][]) => number[] | number,
  rows: number,
  cols: number,
  ...matrices: ArrayLike<number>[]
): number[] {
  const parts = matrices.map((matrix) => rowsOf(matrix, rows, cols));
  return Array.from({ length: rows }, (_, r) => f(...parts.map((part) => part[r] ?? []))).flat();
}

describe('softmaxRows', () => {
  it('agrees with float64 at every shape and scale', () => {
    onMatrices((x, rows, cols) => {
      const y = runKernelForOutput('softmaxRows', outputF32(rows * cols), x, rows, cols);
      expectClose(y, byRow(reference.softmax, rows, cols, x), 1e-37, 1e-5);
    });
  });

  it('works in place', () => {
    const x = values(3 * 10, 5, 1);
    const outOfPlace = runKernelForOutput('softmaxRows', outputF32(30), x, 3, 10);
    const inPlace = runKernelForOutput('softmaxRows', inOut(x), { aliasOf: 0 }, 3, 10);
    expect(inPlace).toEqual(outOfPlace);
  });

  it('gives -inf no weight, and NaN where NumPy does', () => {
    const inf = Infinity;
    const rows = [
      [0, -inf, 0, -inf, -inf],
      [-inf, -inf, -inf, -inf, -inf],
      [1, 2, inf, 3, 4],
      [1, NaN, 2, 3, 4],
      [1e4, -1e4, 1e4, 0, 9999],
    ];
    const x = Float32Array.from(rows.flat());
    const y = rowsOf(runKernelForOutput('softmaxRows', outputF32(25), x, 5, 5), 5, 5);
    expect(y[0]).toEqual([0.5, 0, 0.5, 0, 0]);
    for (const r of [1, 2, 3]) expect(y[r]).toEqual([NaN, NaN, NaN, NaN, NaN]);
    expectClose(y[4] ?? [], [0.4223188, 0, 0.4223188, 0, 0.1553624], 0, 1e-6);
  });

  it('has rows that sum to 1 however long they are', () => {
    const y = runKernelForOutput('softmaxRows', outputF32(20011), values(20011, 1, 3), 1, 20011);
    expect(y.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });
});

describe('softmaxRowsGradient', () => {
  it('agrees with the Jacobian in float64', () => {
    onMatrices((x, rows, cols) => {
      const y = Float32Array.from(byRow(reference.softmax, rows, cols, x));
      const dy = values(rows * cols, 1, 99);
      const dx = runKernelForOutput('softmaxRowsGradient', outputF32(x.length), dy, y, rows, cols);
      expectClose(dx, byRow(reference.softmaxGradient, rows, cols, dy, y), 3e-7, 1e-6);
    });
  });
});

describe('logSoftmaxRows', () => {
  it('agrees with float64 at every shape and scale', () => {
    onMatrices((x, rows, cols) => {
      const y = runKernelForOutput('logSoftmaxRows', outputF32(x.length), x, rows, cols);
      expectClose(y, byRow(reference.logSoftmax, rows, cols, x), 1e-6, 1e-6);
    });
  });

  it('keeps its relative accuracy where the probability is nearly 1', () => {
    const x = Float32Array.of(20, 0, -3);
    const y = runKernelForOutput('logSoftmaxRows', outputF32(3), x, 1, 3);
    expect((y[0] ?? 0) / -Math.log1p(Math.exp(-20) + Math.exp(-23))).toBeCloseTo(1, 6);
  });

  it('gives -inf for -inf, and NaN where NumPy does', () => {
    const x = Float32Array.of(0, -Infinity, 0, 0, 1, Infinity);
    const y = runKernelForOutput('logSoftmaxRows', outputF32(6), x, 2, 3);
    expectClose(y.slice(0, 3), [-Math.LN2, -Infinity, -Math.LN2], 0, 1e-7);
    expect(y.slice(3)).toEqual([NaN, NaN, NaN]);
  });
});

describe('logSoftmaxRowsGradient', () => {
  it('agrees with the Jacobian in float64', () => {
    onMatrices((x, rows, cols) => {
      const y = Float32Array.from(byRow(reference.logSoftmax, rows, cols, x));
      const dy = values(rows * cols, 1, 98);
      const out = outputF32(x.length);
      const dx = runKernelForOutput('logSoftmaxRowsGradient', out, dy, y, rows, cols);
      expectClose(dx, byRow(reference.logSoftmaxGradient, rows, cols, dy, y), 1e-6, 2e-6);
    });
  });
});

describe('logSumExpRows', () => {
  it('agrees with float64 at every shape and scale', () => {
    onMatrices((x, rows, cols) => {
      const y = runKernelForOutput('logSumExpRows', outputF32(rows), x, rows, cols);
      expectClose(y, byRow(reference.logSumExp, rows, cols, x), 1e-6, 1e-6);
    });
  });

  it('is -inf for an empty row and one of -inf, +inf where there is one, NaN with NaN', () => {
    expect(runKernelForOutput('logSumExpRows', outputF32(2), new Float32Array(0), 2, 0)).toEqual([
      -Infinity,
      -Infinity,
    ]);
    const inf = Infinity;
    const x = Float32Array.of(-inf, -inf, 0, inf, NaN, 0, -inf, 3, inf, inf, -inf, inf, NaN, inf);
    const y = runKernelForOutput('logSumExpRows', outputF32(7), x, 7, 2);
    expect(y).toEqual([-inf, inf, NaN, 3, inf, inf, NaN]);
  });
});

describe('sparsemaxRows', () => {
  it('agrees with the sorting algorithm in float64', () => {
    onMatrices((x, rows, cols) => {
      const scratch = scratchF32(7 * cols);
      const y = runKernelForOutput('sparsemaxRows', outputF32(x.length), x, rows, cols, scratch);
      const scale = Math.max(0, ...x.map(Math.abs));
      expectClose(y, byRow(reference.sparsemax, rows, cols, x), 3e-7 + 1e-12 * scale, 3e-6);
    });
  });

  it('finds wide supports, ties, and the equal row', () => {
    for (const scale of [0, 1e-3, 0.05, 1]) {
      const x = values(200, scale, 5).map((value) => Math.round(value * 64) / 64);
      const out = outputF32(200);
      const y = runKernelForOutput('sparsemaxRows', out, x, 1, 200, scratchF32(7 * 200));
      expectClose(y, reference.sparsemax([...x]), 2e-7, 2e-6);
      expect(y.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });

  it('gives -inf no weight, and NaN where softmax does', () => {
    const inf = Infinity;
    const x = Float32Array.of(0.5, -inf, 0, -inf, -inf, -inf, 1, inf, 2, 1, NaN, 2);
    const y = runKernelForOutput('sparsemaxRows', outputF32(12), x, 4, 3, scratchF32(21));
    expectClose(y.slice(0, 3), [0.75, 0, 0.25], 0, 1e-7);
    expect(y.slice(3).every(Number.isNaN)).toBe(true);
  });
});

describe('sparsemaxRowsGradient', () => {
  it('agrees with the Jacobian in float64', () => {
    onMatrices((x, rows, cols) => {
      const y = Float32Array.from(byRow(reference.sparsemax, rows, cols, x));
      const dy = values(rows * cols, 1, 97);
      const out = outputF32(x.length);
      const dx = runKernelForOutput('sparsemaxRowsGradient', out, dy, y, rows, cols);
      expectClose(dx, byRow(reference.sparsemaxGradient, rows, cols, dy, y), 2e-7, 1e-6);
    });
  });
});

describe('numbers from Keras', () => {
  interface Case {
    readonly name: string;
    readonly x: { readonly shape: readonly [number, number]; readonly data: readonly number[] };
    readonly y: { readonly data: readonly number[] };
    readonly dy: { readonly data: readonly number[] };
    readonly dx: { readonly data: readonly number[] };
  }
  const directory = process.env['LANEGRAD_GOLDEN_DIR'] ?? 'test/golden/data';
  const file = readFileSync(`${directory}/activations.json`, 'utf8');
  const { cases } = JSON.parse(file) as { cases: readonly Case[] };

  it.each([
    ['softmax', 'softmaxRows'],
    ['log_softmax', 'logSoftmaxRows'],
  ])('%s and its gradient', (name, kernel) => {
    const found = cases.filter((each) => each.name === name);
    expect(found.length).toBeGreaterThan(0);
    for (const { x, y, dy, dx } of found) {
      const [rows, cols] = x.shape;
      const out = outputF32(rows * cols);
      const actualY = runKernelForOutput(kernel, out, Float32Array.from(x.data), rows, cols);
      expectClose(actualY, y.data, 1e-5, 1e-4);
      const upstream = Float32Array.from(dy.data);
      const y32 = Float32Array.from(actualY);
      const actualDx = runKernelForOutput(`${kernel}Gradient`, out, upstream, y32, rows, cols);
      expectClose(actualDx, dx.data, 1e-5, 1e-4);
    }
  });
});
