import { describe, expect, it } from 'vitest';
import { ReduceOp } from '../../assembly/codes.js';
import * as reference from '../reference/reduce.js';
import { blankF32, blankI32, blankU8, runKernel } from './views.js';
import type { Elements } from './views.js';
import { bools, integers } from './integers.js';
import { wasm } from './instance.js';
import { values } from './values.js';

type Reduction = (line: readonly number[]) => number;

/** [outer, length, inner] */
type Shape = readonly [number, number, number];

const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 255, 256, 257, 300, 513, 1000];

const shapes: readonly Shape[] = [
  ...lengths.map((length): Shape => [3, length, 1]),
  ...lengths.map((length): Shape => [1, length, 5]),
  ...[2, 3, 4, 7, 8, 9, 15, 16, 17, 21, 64, 130].map((inner): Shape => [2, 33, inner]),
  [1, 3, 1030],
  [2, 2, 2049],
  // Blocks of eight rows, rows that are far apart, groups of four rows.
  [1, 8, 40],
  [2, 9, 515],
  [2, 17, 513],
  [5, 6, 1],
  [9, 1027, 1],
  [40, 10, 1],
  [130, 5, 3],
  [0, 5, 3],
  [3, 5, 0],
];

/** What seven threads need. */
const scratch = { scratchBytes: wasm.run('columnScratchBytes', 7) };

function run(kernel: string, x: Elements, shape: Shape, op: ReduceOp, out: Elements): number[] {
  const takesScratch = kernel === 'reduceF32' || kernel === 'argReduceF32';
  return runKernel(kernel, out, x, ...shape, op, ...(takesScratch ? [scratch] : []));
}

const elements = (shape: Shape): number => shape[0] * shape[1] * shape[2];
const outputs = (shape: Shape): number => shape[0] * shape[2];

function expected(x: ArrayLike<number>, shape: Shape, f: Reduction): number[] {
  return reference.linesOf(x, ...shape).map((line) => f(line));
}

/** |got - expected| <= relative * |expected| for every output. */
function expectRelative(got: readonly number[], want: readonly number[], relative: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    const error = Math.abs((got[i] ?? NaN) - value);
    expect(error, `output ${i}: ${got[i] ?? ''} for ${value}`).toBeLessThanOrEqual(
      relative * Math.abs(value),
    );
  });
}

describe('reduceF32', () => {
  it.each([
    ['Sum', ReduceOp.Sum, reference.sum],
    ['Mean', ReduceOp.Mean, reference.mean],
  ] as const)('%s of numbers of one sign is within 1.1e-6', (_, op, f) => {
    for (const shape of shapes) {
      const x = values(elements(shape), 1, 3).map((value) => value + 1.5);
      const got = run('reduceF32', x, shape, op, blankF32(outputs(shape)));
      expectRelative(got, expected(x, shape, f), 1.1e-6);
    }
  });

  it('Sum of whole numbers is exact', () => {
    for (const shape of shapes) {
      const x = Float32Array.from(integers(elements(shape), -1000, 1000, 4));
      const got = run('reduceF32', x, shape, ReduceOp.Sum, blankF32(outputs(shape)));
      expect(got).toEqual(expected(x, shape, reference.sum));
    }
  });

  it.each<Shape>([
    [1, 70_001, 60],
    [16, 4_400, 60],
    [1, 8_209, 515],
  ])('Sum down the columns of [%i, %i, %i], more than caches hold, is exact', (...shape) => {
    const [, rows, columns] = shape;
    const x = Float32Array.from({ length: elements(shape) }, (_, i) => (i * 7) % 11);
    const want = new Array<number>(outputs(shape)).fill(0);
    x.forEach((value, i) => {
      const at = Math.floor(i / (rows * columns)) * columns + (i % columns);
      want[at] = (want[at] ?? 0) + value;
    });
    const got = run('reduceF32', x, shape, ReduceOp.Sum, blankF32(outputs(shape)));
    expect(got).toEqual(want);
  });

  it.each([
    ['Max', ReduceOp.Max, reference.largest],
    ['Min', ReduceOp.Min, reference.smallest],
  ] as const)('%s is exact, and NaN where any element is', (_, op, f) => {
    for (const shape of shapes) {
      const x = values(elements(shape), 100, 5);
      const clean = run('reduceF32', x, shape, op, blankF32(outputs(shape)));
      expect(clean).toEqual(expected(x, shape, f));
      for (let i = 1; i < x.length; i += 37) x[i] = NaN;
      const withNaN = run('reduceF32', x, shape, op, blankF32(outputs(shape)));
      expect(withNaN).toEqual(expected(x, shape, f));
    }
  });

  it.each([
    ['Max', ReduceOp.Max, -Infinity],
    ['Min', ReduceOp.Min, Infinity],
  ] as const)('%s of infinities', (_, op, extreme) => {
    const x = new Float32Array(42).fill(extreme);
    for (const shape of [
      [2, 21, 1],
      [2, 3, 7],
    ] as const) {
      const got = run('reduceF32', x, shape, op, blankF32(outputs(shape)));
      expect(got).toEqual(new Array(outputs(shape)).fill(extreme));
    }
  });

  it('Prod agrees with float64', () => {
    for (const shape of shapes) {
      const x = values(elements(shape), 0.05, 6).map((value, i) => (i % 3 === 0 ? -1 : 1) + value);
      const got = run('reduceF32', x, shape, ReduceOp.Prod, blankF32(outputs(shape)));
      // Down columns there is one float32 rounding for each row.
      expectRelative(got, expected(x, shape, reference.product), 6e-8 * Math.max(1, shape[1]));
    }
  });

  it('keeps long sums accurate in both directions', () => {
    // 0.1 is rounded the same way in every addition, which shows a drift that random numbers hide.
    const x = new Float32Array(1_200_000).fill(0.1);
    const each = Math.fround(0.1);
    const row = run('reduceF32', x, [1, 1_200_000, 1], ReduceOp.Sum, blankF32(1));
    expectRelative(row, [1_200_000 * each], 5e-7);
    const columns = run('reduceF32', x, [1, 60_000, 20], ReduceOp.Sum, blankF32(20));
    expectRelative(columns, new Array<number>(20).fill(60_000 * each), 1e-7);
  });

  it('gives the identity of an empty axis', () => {
    const empty = new Float32Array(0);
    for (const shape of [
      [3, 0, 1],
      [2, 0, 5],
    ] as const) {
      const n = outputs(shape);
      const fill = (value: number): number[] => new Array<number>(n).fill(value);
      expect(run('reduceF32', empty, shape, ReduceOp.Sum, blankF32(n))).toEqual(fill(0));
      expect(run('reduceF32', empty, shape, ReduceOp.Prod, blankF32(n))).toEqual(fill(1));
      expect(run('reduceF32', empty, shape, ReduceOp.Mean, blankF32(n))).toEqual(fill(NaN));
    }
  });

  it('gives NaN and infinities of sums as IEEE 754 does', () => {
    const x = Float32Array.of(1, Infinity, 2, Infinity, -Infinity, 1, NaN, 1, 1);
    const got = run('reduceF32', x, [3, 3, 1], ReduceOp.Sum, blankF32(3));
    expect(got).toEqual([Infinity, NaN, NaN]);
  });

  it.each([9, 64, 100])('does so down columns of %d rows, wherever they stand', (rows) => {
    for (const place of [0, 7, 8, rows - 1]) {
      const x = new Float32Array(rows * 5).fill(1);
      [Infinity, -Infinity, NaN, 3e38].forEach((value, column) => (x[place * 5 + column] = value));
      const got = run('reduceF32', x, [1, rows, 5], ReduceOp.Sum, blankF32(5));
      expect(got).toEqual([Infinity, -Infinity, NaN, Math.fround(3e38), rows]);
    }
  });

  it('overflows in float32 within eight rows of a column, and in the result, as NumPy does', () => {
    const x = new Float32Array(32).fill(3e38);
    const got = run('reduceF32', x, [1, 8, 4], ReduceOp.Mean, blankF32(4));
    expect(got).toEqual([Infinity, Infinity, Infinity, Infinity]);
    const spaced = Float32Array.from({ length: 16 }, (_, row) => (row % 8 === 0 ? 3e38 : 0));
    expect(run('reduceF32', spaced, [1, 16, 1], ReduceOp.Sum, blankF32(1))).toEqual([Infinity]);
  });
});

describe('reduceI32', () => {
  it.each([
    ['Sum', ReduceOp.Sum, (line: readonly number[]) => line.reduce((s, v) => (s + v) | 0, 0)],
    ['Prod', ReduceOp.Prod, (line: readonly number[]) => line.reduce((p, v) => Math.imul(p, v), 1)],
    ['Max', ReduceOp.Max, reference.largest],
    ['Min', ReduceOp.Min, reference.smallest],
  ] as const)('%s is exact and wraps', (_, op, f) => {
    for (const shape of shapes) {
      const x = integers(elements(shape), -2147483648, 2147483647, 7);
      const got = run('reduceI32', x, shape, op, blankI32(outputs(shape)));
      expect(got).toEqual(expected(x, shape, f));
    }
  });
});

describe('reduceBool', () => {
  it.each([
    ['any', ReduceOp.Max, 0.01, (line: readonly number[]) => (line.includes(1) ? 1 : 0)],
    ['all', ReduceOp.Min, 0.99, (line: readonly number[]) => (line.includes(0) ? 0 : 1)],
  ] as const)('%s', (_, op, density, f) => {
    for (const shape of [...shapes, [3, 0, 1], [2, 0, 20]] as const) {
      const x = bools(elements(shape), density, 8);
      const got = run('reduceBool', x, shape, op, blankU8(outputs(shape)));
      expect(got).toEqual(expected(x, shape, f));
    }
  });
});

describe.each([
  ['argReduceF32', (n: number): Elements => Float32Array.from(integers(n, -50, 50, 9))],
  ['argReduceI32', (n: number): Elements => integers(n, -50, 50, 9)],
] as const)('%s', (kernel, make) => {
  it.each([
    ['the first of the largest', ReduceOp.Max, reference.positionOfLargest],
    ['the first of the smallest', ReduceOp.Min, reference.positionOfSmallest],
  ] as const)('finds %s', (_, op, f) => {
    for (const shape of shapes) {
      const x = make(elements(shape));
      const got = run(kernel, x, shape, op, blankI32(outputs(shape)));
      expect(got).toEqual(expected(x, shape, f));
    }
  });
});

describe('argReduceF32', () => {
  // From NumPy 2.
  it.each([
    [[1, NaN, 5, NaN], 1, 1],
    [[NaN, 5, NaN], 0, 0],
    [[-0, 0], 0, 0],
    [[-Infinity, -Infinity], 0, 0],
    [[Infinity, 1, -Infinity, Infinity], 0, 2],
  ])('of %j: largest at %d, smallest at %d', (line, largest, smallest) => {
    const x = Float32Array.from(line);
    const shape = [1, line.length, 1] as const;
    expect(run('argReduceF32', x, shape, ReduceOp.Max, blankI32(1))).toEqual([largest]);
    expect(run('argReduceF32', x, shape, ReduceOp.Min, blankI32(1))).toEqual([smallest]);
  });
});

describe('argReduceF32 of long rows and of many columns', () => {
  const line = (length: number, special: Readonly<Record<number, number>>, rest = 0) =>
    Array.from({ length }, (_, i) => special[i] ?? rest);
  // Blocks of 1024 elements: what is equal in two blocks, NaN in the second, nothing but the worst.
  const lines = [
    line(3000, { 1023: 1, 1024: 1, 2999: 1 }),
    line(3000, { 2999: 5, 1500: -5 }),
    line(3000, { 1025: NaN, 2000: NaN, 3: 9 }),
    line(3000, { 0: NaN }),
    line(3000, { 2047: 0 }, -0),
    line(3000, {}, -Infinity),
    line(3000, {}, Infinity),
    line(1030, { 1029: Infinity, 1028: -Infinity }),
    line(33, { 32: 1, 31: -1 }),
  ];

  it.each([
    ['largest', ReduceOp.Max, reference.positionOfLargest],
    ['smallest', ReduceOp.Min, reference.positionOfSmallest],
  ] as const)('finds the first %s', (_, op, f) => {
    for (const row of lines) {
      const shape = [1, row.length, 1] as const;
      const got = run('argReduceF32', Float32Array.from(row), shape, op, blankI32(1));
      expect(got).toEqual([f(row.map((value) => value + 0))]);
      // The same as each of 35 columns.
      const columns = Float32Array.from(row.flatMap((value) => new Array<number>(35).fill(value)));
      const wide = run('argReduceF32', columns, [1, row.length, 35], op, blankI32(35));
      expect(wide).toEqual(new Array<number>(35).fill(f(row.map((value) => value + 0))));
    }
  });
});

describe('matchLargest', () => {
  it.each([1, 2, 3, 10, 31, 32, 33, 100])('compares the first largest of rows of %i', (length) => {
    const rows = 40;
    const x = Float32Array.from(integers(rows * length, -3, 3, 5));
    const y = Float32Array.from(integers(rows * length, -3, 3, 6));
    // NaN is the largest, and the first one counts.
    for (let row = 0; row < rows; row += 4) x[row * length + (row % length)] = NaN;
    for (let row = 0; row < rows; row += 8) y[row * length + (row % length)] = NaN;
    const largest = (all: Float32Array, row: number): number => {
      const line = [...all.subarray(row * length, (row + 1) * length)];
      return line.some(Number.isNaN)
        ? line.findIndex(Number.isNaN)
        : line.indexOf(Math.max(...line));
    };
    const expected = Array.from({ length: rows }, (_, row) =>
      largest(x, row) === largest(y, row) ? 1 : 0,
    );
    expect(runKernel('matchLargest', blankF32(rows), x, y, rows, length)).toEqual(expected);
  });
});

describe('cumulativeSumF32', () => {
  it('rounds the float64 running sums', () => {
    for (const shape of shapes) {
      const x = values(elements(shape), 1, 10);
      const got = runKernel('cumulativeSumF32', blankF32(x.length), x, ...shape, scratch);
      expect(got).toEqual(reference.cumulativeSum(x, ...shape).map(Math.fround));
    }
  });
});

describe('cumulativeSumF32 of special values', () => {
  it('keeps NaN and infinity to their rows and columns', () => {
    const rows = [
      [1, Infinity, 2, 3, 4],
      [1, 2, NaN, 3, 4],
      [-0, -0, -0, -0, -0],
      [Infinity, 1, -Infinity, 1, 1],
      [1, 2, 3, 4, 5],
    ];
    const x = Float32Array.from(rows.flat());
    const both: readonly Shape[] = [
      [5, 5, 1],
      [1, 5, 5],
    ];
    for (const shape of both) {
      const got = runKernel('cumulativeSumF32', blankF32(25), x, ...shape, scratch);
      expect(got).toEqual(reference.cumulativeSum(x, ...shape).map(Math.fround));
    }
  });
});

describe('cumulativeSumI32', () => {
  it('gives the running sums, and wraps around', () => {
    for (const shape of shapes) {
      const x = integers(elements(shape), -(2 ** 31), 2 ** 31, 11);
      const got = runKernel('cumulativeSumI32', blankI32(x.length), x, ...shape);
      expect(got).toEqual(reference.cumulativeSum(x, ...shape).map((sum) => sum | 0));
    }
  });
});
