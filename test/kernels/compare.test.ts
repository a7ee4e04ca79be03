import { describe, expect, it } from 'vitest';
import { CompareOp, LogicalOp } from '../../assembly/codes.js';
import { broadcastMap, broadcastShape, broadcastStrides } from '../reference/broadcast.js';
import { blankF32, blankU8, layoutOf, runKernel } from './views.js';
import type { Elements } from './views.js';
import { bools, bytes, integers } from './integers.js';
import { sizeOf } from '../reference/dense-array.js';
import { BROADCASTS } from '../shapes.js';
import { values } from './values.js';

const sizes = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 64, 130, 515];

function run(
  kernel: string,
  op: number,
  a: Elements,
  shapeA: readonly number[],
  b: Elements,
  shapeB: readonly number[],
): number[] {
  const shape = broadcastShape(shapeA, shapeB) ?? [];
  const layout = layoutOf(shape, broadcastStrides(shapeA, shape), broadcastStrides(shapeB, shape));
  return runKernel(kernel, blankU8(sizeOf(shape)), a, b, layout, op);
}

const comparisons: readonly (readonly [string, CompareOp, (x: number, y: number) => boolean])[] = [
  ['Equal', CompareOp.Equal, (x, y) => x === y],
  ['NotEqual', CompareOp.NotEqual, (x, y) => x !== y],
  ['Less', CompareOp.Less, (x, y) => x < y],
  ['LessEqual', CompareOp.LessEqual, (x, y) => x <= y],
  ['Greater', CompareOp.Greater, (x, y) => x > y],
  ['GreaterEqual', CompareOp.GreaterEqual, (x, y) => x >= y],
];

const logic: readonly (readonly [string, LogicalOp, (x: number, y: number) => number])[] = [
  ['And', LogicalOp.And, (x, y) => x & y],
  ['Or', LogicalOp.Or, (x, y) => x | y],
  ['Xor', LogicalOp.Xor, (x, y) => x ^ y],
];

/** Small whole numbers, so that many BROADCASTS are equal. */
const fewFloats = (n: number, seed: number): Float32Array =>
  Float32Array.from(integers(n, -3, 4, seed));

/** Checks a kernel of two operands for every length and kind of row, and over nested axes. */
function check(
  kernel: string,
  op: number,
  f: (x: number, y: number) => number,
  make: (n: number, seed: number) => Elements,
): void {
  const shapes = sizes.flatMap(
    (n) =>
      [
        [[n], [n]],
        [[n], [1]],
        [[1], [n]],
      ] as const,
  );
  for (const [shapeA, shapeB] of [...shapes, ...BROADCASTS]) {
    const a = make(sizeOf(shapeA), 1);
    const b = make(sizeOf(shapeB), 2);
    expect(run(kernel, op, a, shapeA, b, shapeB)).toEqual(broadcastMap(f, a, shapeA, b, shapeB));
  }
}

describe.each(comparisons)('%s', (_, op, holds) => {
  const f = (x: number, y: number): number => (holds(x, y) ? 1 : 0);

  it('compares float32', () => {
    check('compareF32', op, f, fewFloats);
  });

  it('compares int32', () => {
    check('compareI32', op, f, (n, seed) => integers(n, -3, 4, seed));
  });

  it('treats NaN, infinities and signed zeros as IEEE 754 does', () => {
    const special = [NaN, Infinity, -Infinity, 0, -0, 1, 3.4028234663852886e38];
    const a = Float32Array.from(special.flatMap((x) => special.map(() => x)));
    const b = Float32Array.from(special.flatMap(() => special));
    expect(run('compareF32', op, a, [49], b, [49])).toEqual(broadcastMap(f, a, [49], b, [49]));
  });

  it('tells the ends of int32 apart', () => {
    const a = Int32Array.of(-2147483648, 2147483647, 16777217, -2147483648, -1);
    const b = Int32Array.of(2147483647, -2147483648, 16777216, -2147483648, 1);
    expect(run('compareI32', op, a, [5], b, [5])).toEqual(broadcastMap(f, a, [5], b, [5]));
  });
});

describe.each(logic)('logical %s', (_, op, f) => {
  it('combines bytes 0 and 1', () => {
    check('logicalU8', op, f, (n, seed) => bools(n, 0.5, seed));
  });
});

describe('logicalNot', () => {
  it('turns 0 and 1 round', () => {
    for (const n of sizes) {
      const x = bools(n, 0.4, n);
      expect(runKernel('logicalNot', blankU8(n), x, n)).toEqual(Array.from(x, (v) => 1 - v));
    }
  });
});

describe('select', () => {
  it('takes 4-byte elements from a or b', () => {
    for (const n of sizes) {
      const condition = bools(n, 0.5, n);
      const a = values(n, 1, 1);
      const b = values(n, 1, 2);
      const expected = Array.from(condition, (c, i) => (c === 1 ? a[i] : b[i]));
      expect(runKernel('select', blankF32(n), condition, a, b, n, 4)).toEqual(expected);
    }
  });

  it('takes 1-byte elements from a or b', () => {
    for (const n of sizes) {
      const condition = bools(n, 0.5, n);
      const a = bytes(n, 1);
      const b = bytes(n, 2);
      const expected = Array.from(condition, (c, i) => (c === 1 ? a[i] : b[i]));
      expect(runKernel('select', blankU8(n), condition, a, b, n, 1)).toEqual(expected);
    }
  });

  it('passes NaN and infinities through only where they are chosen', () => {
    const condition = Uint8Array.of(1, 0, 1, 0, 0);
    const a = Float32Array.of(NaN, NaN, Infinity, 1, NaN);
    const b = Float32Array.of(1, 2, 3, -Infinity, 4);
    const out = runKernel('select', blankF32(5), condition, a, b, 5, 4);
    expect(out).toEqual([NaN, 2, Infinity, -Infinity, 4]);
  });
});
