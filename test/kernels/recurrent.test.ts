// The walks through recurrent layers: what they write, with any number of threads, and sums of outer products in float64.
import { describe, expect, it } from 'vitest';
import { Recurrence, RecurrentCell } from '../../assembly/codes.js';
import {
  KC,
  MR,
  NR,
  RECURRENT_FEW_ROWS,
  RECURRENT_ROWS,
  RECURRENT_SMALL_BYTES,
  WEIGHTS_PANELS,
} from '../../assembly/tuning.js';
import { expectClose, inOut, outputF32, runKernel, runWholeKernel, scratchF32 } from './guarded.js';
import type { Argument } from './guarded.js';
import { wasm } from './instance.js';
import { values } from './values.js';

interface Size {
  readonly n: number;
  readonly steps: number;
  readonly units: number;
}

const sizes: readonly Size[] = [
  { n: 0, steps: 3, units: 4 },
  { n: 3, steps: 0, units: 4 },
  { n: 1, steps: 1, units: 1 },
  { n: MR + 1, steps: 3, units: NR + 1 },
  { n: RECURRENT_FEW_ROWS + 1, steps: 2, units: 2 * NR },
  // A recurrent kernel that is not small, in every layer.
  { n: RECURRENT_ROWS + 2, steps: 2, units: Math.sqrt(RECURRENT_SMALL_BYTES / 4) + 3 },
];

/** B[k,n] in panels. */
function packed(b: Float32Array, k: number, n: number, isTransposed: boolean): Float32Array {
  const words = wasm.run('gemmPackedBytes', k, n) / 4;
  const ldb = isTransposed ? k : n;
  const [panels] = runKernel('gemmPackB', outputF32(words), b, k, n, ldb, isTransposed ? 1 : 0);
  return Float32Array.from(panels ?? []);
}

/** The bytes of a mask, as words. */
function maskOf(n: number, steps: number): Uint32Array {
  const bytes = new Uint8Array(4 * Math.ceil((n * steps) / 4));
  for (let i = 0; i < n * steps; i++) bytes[i] = i % 3 === 0 ? 0 : 1;
  return new Uint32Array(bytes.buffer);
}

/** Each option, without a mask and with one. */
const flags = [0, Recurrence.Backwards, Recurrence.ZeroOutput, Recurrence.Backwards + Recurrence.ZeroOutput]; // prettier-ignore

/** Each cell, with the numbers of its gates, states, biases, and rows that it keeps of a step. */
const cells = [
  { name: 'lstm', cell: RecurrentCell.Lstm, gates: 4, states: 2, biases: 1, rows: 3 },
  {
    name: 'gru, after',
    cell: RecurrentCell.GruResetAfter,
    gates: 3,
    states: 1,
    biases: 2,
    rows: 2,
  },
  {
    name: 'gru, before',
    cell: RecurrentCell.GruResetBefore,
    gates: 3,
    states: 1,
    biases: 1,
    rows: 2,
  },
  { name: 'tanh', cell: RecurrentCell.Tanh, gates: 1, states: 1, biases: 1, rows: 1 },
  { name: 'relu', cell: RecurrentCell.Relu, gates: 1, states: 1, biases: 1, rows: 1 },
];
/** x[n, steps, 5], and x·W, which was computed before. */
const cases = cells.flatMap((cell) =>
  flags.flatMap((flag) => [5, 0].map((inputs) => ({ ...cell, flag, inputs }))),
);

// `runKernel` compares the bits of 1, 2, 3 and 7 threads, and looks at what lies around arrays.
describe.each(sizes)('walks of %o write their outputs alone, the same with any threads', (size) => {
  const { n, steps, units } = size;
  const all = n * steps * units;
  const h = values(n * units, 0.5, 1);

  it.each(cases)('$name, flags $flag, $inputs inputs', (given) => {
    const { cell, gates, states, biases, rows, flag, inputs } = given;
    const columns = gates * units;
    const isTwice = cell === RecurrentCell.GruResetBefore;
    const wide = isTwice ? 2 * units : columns;
    const u = values(wide * units, 0.3, 2);
    const last = values(units * units, 0.3, 6);
    const panels = (isTransposed: boolean): [Argument, Argument] => {
      const [k, m] = isTransposed ? [wide, units] : [units, wide];
      const ofLast = isTwice ? packed(last, units, units, isTransposed) : 0;
      return [packed(u, k, m, isTransposed), ofLast];
    };
    const c0 = states === 2 ? values(n * units, 0.5, 4) : 0;
    const stateBias = biases === 2 ? values(columns, 1, 7) : 0;
    const scratch = scratchF32(wasm.run('recurrentScratchBytes', inputs, units, columns, 7) / 4);
    const x = values(n * steps * (inputs || columns), 1, 3);
    const w = inputs > 0 ? packed(values(inputs * columns, 0.3, 8), inputs, columns, false) : 0;
    for (const mask of [0, maskOf(n, steps)]) {
      const rest = [units, columns, cell, flag, scratch];
      // What is kept of a step that the mask leaves out is not all written.
      const [, gatesThen, kept] = runKernel(
        'recurrentForward',
        outputF32(all + states * n * units),
        inOut(values(gates * all, 1, 9)),
        inOut(values(rows * all, 1, 10)),
        x,
        h,
        c0,
        w,
        ...panels(false),
        inputs > 0 ? values(columns, 1, 11) : 0,
        stateBias,
        mask,
        n,
        steps,
        inputs,
        ...rest,
      );
      runKernel(
        'recurrentBackward',
        outputF32(gates * all + (biases - 1) * all),
        outputF32(states * n * units),
        values(all + states * n * units, 1, 5),
        gatesThen ?? h,
        kept ?? h,
        c0,
        ...panels(true),
        mask,
        n,
        steps,
        ...rest,
      );
    }
  });
});

it('computes x·W in a walk with the bits of the product beforehand', () => {
  const [n, steps, inputs, units] = [RECURRENT_ROWS + 2, 3, KC + 5, NR + 1];
  const columns = 4 * units;
  const x = values(n * steps * inputs, 1, 1);
  const w = packed(values(inputs * columns, 0.3, 2), inputs, columns, false);
  const u = packed(values(units * columns, 0.3, 3), units, columns, false);
  const h = values(n * units, 0.5, 4);
  const bias = values(columns, 1, 5);
  const walked = (from: Argument, panels: Argument, width: number): number[] => {
    const words = wasm.run('recurrentScratchBytes', width, units, columns, 7) / 4;
    const sizes = [0, 0, n, steps, width, units, columns, RecurrentCell.Lstm, 0, scratchF32(words)];
    const out = outputF32(n * (steps + 2) * units);
    return [...(runKernel('recurrentForward', out, 0, 0, from, h, h, panels, u, 0, bias, ...sizes)[0] ?? [])]; // prettier-ignore
  };
  const gemmScratch = scratchF32(wasm.run('gemmScratchBytes', 7) / 4);
  const sizes = [n * steps, columns, inputs, inputs, columns, 0, 0];
  const [product] = runKernel('gemm', outputF32(n * steps * columns), x, w, 0, ...sizes, gemmScratch); // prettier-ignore
  expect(walked(x, w, inputs)).toEqual(walked(product ?? x, 0, 0));
});

describe('sums of outer products', () => {
  const none = new Float32Array(0);

  interface Operands {
    readonly a: Float32Array;
    readonly a2?: Float32Array;
    readonly a3?: Float32Array;
    readonly b: Float32Array;
    readonly b3?: Float32Array;
    readonly m: number;
    readonly m2?: number;
    readonly n: number;
    readonly own?: number;
    readonly k: number;
  }

  function outer(operands: Operands): [Float32Array, Float32Array] {
    const { a, a2 = none, a3 = none, b, b3 = none, m, m2 = 0, n, own = 0, k } = operands;
    const scratch = scratchF32(wasm.run('outerProductsScratchBytes', 7) / 4);
    const sizes = [m, m2, n, own, k, n, own, n];
    const [c = [], c2 = []] = runKernel('sumOuterProducts', outputF32(m * n), outputF32(m2 * n), a, a2, a3, b, b3, ...sizes, scratch); // prettier-ignore
    return [Float32Array.from(c), Float32Array.from(c2)];
  }

  /** Aᵀ · B of a[k, m] and b[k, n], as `gemm` computes it. */
  function product(a: Float32Array, b: Float32Array, m: number, n: number, k: number) {
    const scratch = scratchF32(wasm.run('gemmScratchBytes', 7) / 4);
    const sizes = [m, n, k, m, n, 1, 0];
    const [c = []] = runKernel('gemm', outputF32(m * n), a, packed(b, k, n, false), 0, ...sizes, scratch); // prettier-ignore
    return Float32Array.from(c);
  }

  /** So many columns of each row, from one on. */
  function columnsOf(x: Float32Array, width: number, first: number, count: number): Float32Array {
    const rows = Array.from({ length: x.length / width }, (_, row) => row * width + first);
    return Float32Array.from(rows.flatMap((at) => [...x.subarray(at, at + count)]));
  }

  it.each([
    { m: 1, m2: 0, n: 1, k: 1 },
    { m: 4, m2: 3, n: NR + 1, k: 0 },
    { m: MR + 1, m2: 0, n: 3 * NR, k: KC - 1 },
    { m: 25, m2: 5, n: 2 * NR - 1, k: KC },
    { m: 7, m2: 50, n: NR * (WEIGHTS_PANELS + 2) + 5, k: 2 * KC + 1 },
  ])('agree with float64 and have the bits of the matrix product, for %o', ({ m, m2, n, k }) => {
    const b = values(k * n, 1, 3);
    const [a, a2] = [values(k * m, 1, 1), values(k * m2, 1, 2)];
    const [c, c2] = outer({ a, a2, b, m, m2, n, k });
    for (const [got, left, rows] of [
      [c, a, m],
      [c2, a2, m2],
    ] as const) {
      const expected = Array.from({ length: rows * n }, (_, at) => {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum += (left[p * rows + Math.floor(at / n)] ?? NaN) * (b[p * n + (at % n)] ?? NaN);
        }
        return sum;
      });
      expectClose([...got], expected, 1e-6 * Math.sqrt(k + 1) * 8, 1e-5);
      expect(got).toEqual(product(left, b, rows, n, k));
    }
  });

  it.each([
    { m: 4, m2: 3, n: 3, own: 1, k: 5 },
    { m: 5, m2: 7, n: 3 * 20, own: 20, k: KC + 1 },
    { m: 2, m2: 4, n: NR, own: NR, k: 7 },
    { m: 0, m2: 9, n: NR * (WEIGHTS_PANELS + 2) + 5, own: NR * (WEIGHTS_PANELS + 1), k: 3 },
  ])('have last columns with operands of their own, for %o', ({ m, m2, n, own, k }) => {
    const [a, a2, a3] = [values(k * m, 1, 1), values(k * m2, 1, 2), values(k * m2, 1, 4)];
    const [b, b3] = [values(k * n, 1, 3), values(k * own, 1, 5)];
    const [c, c2] = outer({ a, a2, a3, b, b3, m, m2, n, own, k });
    expect(c).toEqual(product(a, b, m, n, k));
    const shared = n - own;
    const first = product(a2, columnsOf(b, n, 0, shared), m2, shared, k);
    expect(columnsOf(c2, n, 0, shared)).toEqual(first);
    expect(columnsOf(c2, n, shared, own)).toEqual(product(a3, b3, m2, own, k));
  });

  it.each([
    { first: 0, last: 0 },
    { first: KC + 3, last: KC + 9 },
    { first: 5, last: 2 * KC },
  ])('pass over rows of zeros before row $first and from row $last on', ({ first, last }) => {
    const [m, n, k] = [4, NR + 1, 3 * KC];
    const [a, b] = [values(k * m, 1, 1), values(k * n, 1, 2)];
    b.fill(0, 0, first * n).fill(-0, last * n);
    expect(outer({ a, b, m, n, k })[0]).toEqual(product(a, b, m, n, k));
  });

  it('pass over no row whose own columns are not zero', () => {
    const [m, m2, n, own, k] = [1, 2, 3, 1, 4];
    const [a, a2, a3] = [values(k * m, 1, 1), values(k * m2, 1, 2), values(k * m2, 1, 4)];
    const b3 = values(k * own, 1, 5);
    const [c, c2] = outer({ a, a2, a3, b: new Float32Array(k * n), b3, m, m2, n, own, k });
    expect(c).toEqual(new Float32Array(m * n));
    expect(columnsOf(c2, n, n - own, own)).toEqual(product(a3, b3, m2, own, k));
  });

  it('keep zeros where they meet infinity', () => {
    const a = Float32Array.from([0, 1, 0]);
    const b = Float32Array.from([Infinity, 2, 3]);
    expect(outer({ a, b, m: 1, n: 1, k: 3 })[0]).toEqual(Float32Array.from([NaN]));
  });
});

describe('the tile of rows', () => {
  it.each([0, 1])('adds one sum over k in order, to what is there: %i', (accumulate) => {
    const [k, wide] = [5, 17];
    const [c, a, b] = [values(MR * wide, 1, 1), values(k * MR, 1, 2), values(k * NR, 1, 3)];
    const got = runWholeKernel('gemmRecurrent3x12', inOut(c), wide * 4, a, b, k, accumulate);
    const expected = Array.from(c, (value, at) => {
      const [row, column] = [Math.floor(at / wide), at % wide];
      if (column >= NR) return value;
      if (accumulate === 0) value = 0;
      for (let p = 0; p < k; p++) value += (a[p * MR + row] ?? NaN) * (b[p * NR + column] ?? NaN);
      return value;
    });
    expectClose(got, expected, 1e-6, 1e-6);
  });
});
