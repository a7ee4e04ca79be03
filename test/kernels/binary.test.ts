import { describe, expect, it } from 'vitest';
import { BinaryOp } from '../../assembly/codes.js';
import {
  broadcastMap,
  broadcastShape,
  broadcastStrides,
  floorModulo,
  integerPower,
  power,
} from '../reference/broadcast.js';
import { blankF32, blankI32, layoutOf, runKernel } from './views.js';
import { integers } from './integers.js';
import { sizeOf } from '../reference/dense-array.js';
import { BROADCASTS } from '../shapes.js';
import { values } from './values.js';

type Arithmetic = (x: number, y: number) => number;

const sizes = [0, 1, 3, 4, 5, 7, 8, 9, 17, 64, 130, 515];

function runF32(
  op: BinaryOp,
  a: Float32Array,
  shapeA: readonly number[],
  b: Float32Array,
  shapeB: readonly number[],
): number[] {
  const shape = broadcastShape(shapeA, shapeB) ?? [];
  const layout = layoutOf(shape, broadcastStrides(shapeA, shape), broadcastStrides(shapeB, shape));
  return runKernel('binaryF32', blankF32(sizeOf(shape)), a, b, layout, op);
}

function runI32(
  op: BinaryOp,
  a: Int32Array,
  shapeA: readonly number[],
  b: Int32Array,
  shapeB: readonly number[],
): number[] {
  const shape = broadcastShape(shapeA, shapeB) ?? [];
  const layout = layoutOf(shape, broadcastStrides(shapeA, shape), broadcastStrides(shapeB, shape));
  return runKernel('binaryI32', blankI32(sizeOf(shape)), a, b, layout, op);
}

/** One float32 operation of two float32 in float64, rounded: exactly the float32 result. */
const exactF32: readonly (readonly [string, BinaryOp, Arithmetic])[] = [
  ['Add', BinaryOp.Add, (x, y) => Math.fround(x + y)],
  ['Subtract', BinaryOp.Subtract, (x, y) => Math.fround(x - y)],
  ['Multiply', BinaryOp.Multiply, (x, y) => Math.fround(x * y)],
  ['Divide', BinaryOp.Divide, (x, y) => Math.fround(x / y)],
  ['Modulo', BinaryOp.Modulo, (x, y) => Math.fround(floorModulo(x, y))],
  ['Maximum', BinaryOp.Maximum, Math.max],
  ['Minimum', BinaryOp.Minimum, Math.min],
];

const exactI32: readonly (readonly [string, BinaryOp, Arithmetic])[] = [
  ['Add', BinaryOp.Add, (x, y) => (x + y) | 0],
  ['Subtract', BinaryOp.Subtract, (x, y) => (x - y) | 0],
  ['Multiply', BinaryOp.Multiply, Math.imul],
  ['Power', BinaryOp.Power, integerPower],
  ['Modulo', BinaryOp.Modulo, (x, y) => (y === 0 ? 0 : floorModulo(x, y) | 0)],
  ['Maximum', BinaryOp.Maximum, Math.max],
  ['Minimum', BinaryOp.Minimum, Math.min],
];

describe('binaryF32', () => {
  describe.each(exactF32)('%s', (_, op, f) => {
    it('is exact for vectors and scalars of every length', () => {
      for (const n of sizes) {
        for (const [nA, nB] of [
          [n, n],
          [n, 1],
          [1, n],
        ] as const) {
          const a = values(nA, 10, n + 1);
          const b = values(nB, 3, n + 2);
          expect(runF32(op, a, [nA], b, [nB])).toEqual(broadcastMap(f, a, [nA], b, [nB]));
        }
      }
    });

    it('broadcasts up to five axes', () => {
      for (const [shapeA, shapeB] of BROADCASTS) {
        const a = values(sizeOf(shapeA), 10, 3);
        const b = values(sizeOf(shapeB), 3, 4);
        expect(runF32(op, a, shapeA, b, shapeB)).toEqual(broadcastMap(f, a, shapeA, b, shapeB));
        expect(runF32(op, b, shapeB, a, shapeA)).toEqual(broadcastMap(f, b, shapeB, a, shapeA));
      }
    });

    it('repeats one pair of scalars over a whole row', () => {
      const a = Float32Array.of(7.5);
      const b = Float32Array.of(-2);
      const layout = layoutOf([3, 9], [0, 0], [0, 0]);
      const out = runKernel('binaryF32', blankF32(27), a, b, layout, op);
      expect(out).toEqual(new Array(27).fill(f(7.5, -2)));
    });
  });

  it('Power is within one unit in the last place', () => {
    for (const n of sizes) {
      const a = values(n, 10, 5).map(Math.abs);
      const b = values(n, 8, 6);
      const got = runF32(BinaryOp.Power, a, [n], b, [n]);
      broadcastMap(power, a, [n], b, [n]).forEach((expected, i) => {
        expect(Math.abs((got[i] ?? NaN) - expected)).toBeLessThanOrEqual(1.2e-7 * expected);
      });
    }
    const x = Float32Array.of(-3, -2.5, -1, 0.5, 2);
    const cubes = [-27, -15.625, -1, 0.125, 8];
    expect(runF32(BinaryOp.Power, x, [5], Float32Array.of(3), [1])).toEqual(cubes);
  });

  // From NumPy 2.
  const inf = Infinity;
  it.each([
    [5, inf, 5],
    [-5, inf, inf],
    [5, -inf, -inf],
    [-5, -inf, -5],
    [inf, 3, NaN],
    [3, 0, NaN],
    [0, 0, NaN],
    [-0, 3, 0],
    [0, -3, -0],
    [6, -3, -0],
    [-7, 3, 2],
    [7, -3, -2],
    [-7, -3, -1],
    [NaN, 1, NaN],
    [1, NaN, NaN],
  ])('%d mod %d is %d', (x, y, expected) => {
    const out = runF32(BinaryOp.Modulo, Float32Array.of(x), [1], Float32Array.of(y), [1]);
    expect(out).toEqual([expected]);
  });

  it.each([
    [1, NaN, 1],
    [NaN, 0, 1],
    [-1, inf, 1],
    [-1, -inf, 1],
    [1, inf, 1],
    [0, -1, inf],
    [-0, -1, -inf],
    [-0, -3, -inf],
    [-8, 1 / 3, NaN],
    [-2, 3, -8],
    [-2, 2, 4],
    [-inf, 3, -inf],
    [0.5, inf, 0],
    [2, -inf, 0],
    [2, 128, inf],
    [2, -149, 2 ** -149],
    [2, -150, 0],
  ])('%d to the power %d is %d', (x, y, expected) => {
    const out = runF32(BinaryOp.Power, Float32Array.of(x), [1], Float32Array.of(y), [1]);
    expect(out).toEqual([expected]);
  });

  it('Maximum and Minimum are NaN where either operand is', () => {
    const a = Float32Array.of(NaN, 1, inf, -inf, NaN);
    const b = Float32Array.of(1, NaN, 2, 2, NaN);
    expect(runF32(BinaryOp.Maximum, a, [5], b, [5])).toEqual([NaN, NaN, inf, 2, NaN]);
    expect(runF32(BinaryOp.Minimum, a, [5], b, [5])).toEqual([NaN, NaN, 2, -inf, NaN]);
  });

  it('reads operands backwards along outer axes', () => {
    const a = values(12, 1, 7);
    const b = values(12, 1, 8);
    const flipped = { array: a, origin: 8 };
    const layout = layoutOf([3, 4], [-4, 1], [4, 1]);
    const got = runKernel('binaryF32', blankF32(12), flipped, b, layout, BinaryOp.Add);
    const rows = [2, 1, 0].flatMap((row) => [...a.subarray(4 * row, 4 * row + 4)]);
    expect(got).toEqual(rows.map((x, i) => Math.fround(x + (b[i] ?? NaN))));
  });
});

describe('multiplyAdd', () => {
  const run = (
    x: Float32Array,
    shape: readonly number[],
    factor: Float32Array,
    addend: Float32Array,
    shapeOfFactor: readonly number[],
  ): number[] => {
    const strides = broadcastStrides(shapeOfFactor, shape);
    const layout = layoutOf(shape, broadcastStrides(shape, shape), strides);
    return runKernel('multiplyAdd', blankF32(sizeOf(shape)), x, factor, addend, layout);
  };
  const multiply = (x: number, y: number): number => Math.fround(x * y);
  const plus = (x: number, y: number): number => Math.fround(x + y);

  it.each<[readonly number[], readonly number[]]>([
    ...sizes.map((n): [number[], number[]] => [[3, n], [n]]),
    ...sizes.map((n): [number[], number[]] => [
      [3, n],
      [3, 1],
    ]),
    [[40, 3], [3]],
    [[33], [1]],
    [
      [2, 3, 4, 5],
      [3, 1, 1],
    ],
    [[2, 3, 4, 5], [5]],
    [
      [2, 3, 4, 5],
      [3, 1, 5],
    ],
  ])('rounds after the product and after the sum: %j with %j', (shape, shapeOfFactor) => {
    const x = values(sizeOf(shape), 10, 1);
    const factor = values(sizeOf(shapeOfFactor), 3, 2);
    const addend = values(sizeOf(shapeOfFactor), 5, 3);
    const products = Float32Array.from(broadcastMap(multiply, x, shape, factor, shapeOfFactor));
    const expected = broadcastMap(plus, products, shape, addend, shapeOfFactor);
    expect(run(x, shape, factor, addend, shapeOfFactor)).toEqual(expected);
  });

  it('has the NaN, infinities and zeros of the two operations', () => {
    const x = Float32Array.of(NaN, Infinity, 1, -0, 0, 3e38, Infinity);
    const factor = Float32Array.of(1, 0, Infinity, 1, -1, 10, 1);
    const addend = Float32Array.of(1, 1, -Infinity, -0, 0, -Infinity, -Infinity);
    expect(run(x, [7], factor, addend, [7])).toEqual([NaN, NaN, NaN, -0, 0, NaN, NaN]);
  });
});

describe('binaryI32', () => {
  describe.each(exactI32)('%s', (_, op, f) => {
    it('is exact for vectors and scalars of every length', () => {
      for (const n of sizes) {
        for (const [nA, nB] of [
          [n, n],
          [n, 1],
          [1, n],
        ] as const) {
          const a = integers(nA, -40, 40, n + 1);
          const b = integers(nB, -9, 20, n + 2);
          expect(runI32(op, a, [nA], b, [nB])).toEqual(broadcastMap(f, a, [nA], b, [nB]));
        }
      }
    });

    it('broadcasts up to five axes', () => {
      for (const [shapeA, shapeB] of BROADCASTS) {
        const a = integers(sizeOf(shapeA), -40, 40, 3);
        const b = integers(sizeOf(shapeB), -9, 20, 4);
        expect(runI32(op, a, shapeA, b, shapeB)).toEqual(broadcastMap(f, a, shapeA, b, shapeB));
      }
    });
  });

  it('wraps at the ends of the range', () => {
    const a = Int32Array.of(2147483647, -2147483648, 65536, -2147483648, 3);
    const b = Int32Array.of(1, -1, 65536, -1, 21);
    expect(runI32(BinaryOp.Add, a, [5], b, [5])[0]).toBe(-2147483648);
    expect(runI32(BinaryOp.Add, a, [5], b, [5])[1]).toBe(2147483647);
    expect(runI32(BinaryOp.Multiply, a, [5], b, [5])[2]).toBe(0);
    expect(runI32(BinaryOp.Modulo, a, [5], b, [5])[3]).toBe(0);
    expect(runI32(BinaryOp.Power, a, [5], b, [5])[4]).toBe(1870418611);
  });
});
