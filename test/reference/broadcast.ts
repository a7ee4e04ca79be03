// NumPy broadcasting of two dense arrays, and what the binary operations mean.

import { denseStrides, offsets } from './strided.js';

/** The shape of the result, or undefined where the shapes do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const p = a[axis - rank + a.length] ?? 1;
    const q = b[axis - rank + b.length] ?? 1;
    if (p !== q && p !== 1 && q !== 1) return undefined;
    shape.push(p === 1 ? q : p);
  }
  return shape;
}

/** Strides by which a dense array of `shape` is read as one of shape `to`: 0 along every repeated axis. */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const strides = denseStrides(shape);
  return to.map((_, axis) => {
    const own = axis - to.length + shape.length;
    return (shape[own] ?? 1) === 1 ? 0 : (strides[own] ?? 0);
  });
}

/** f of every pair of elements, in row-major order of the result. */
export function broadcastMap(
  f: (x: number, y: number) => number,
  a: ArrayLike<number>,
  shapeA: readonly number[],
  b: ArrayLike<number>,
  shapeB: readonly number[],
): number[] {
  const shape = broadcastShape(shapeA, shapeB);
  if (shape === undefined) throw new Error('The shapes do not broadcast.');
  const offsetsB = offsets(shape, broadcastStrides(shapeB, shape));
  return offsets(shape, broadcastStrides(shapeA, shape)).map((offset, i) =>
    f(a[offset] ?? NaN, b[offsetsB[i] ?? NaN] ?? NaN),
  );
}

/** Floor modulo: the sign of the divisor. */
export function floorModulo(x: number, y: number): number {
  const remainder = x % y;
  if (remainder === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  return remainder < 0 !== y < 0 ? remainder + y : remainder;
}

/** x^y as C defines it: JavaScript differs where |x| is 1 and y is not finite. */
export function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  return x ** y;
}

/** x^y modulo 2^32 by repeated multiplication; for y < 0 what 1 / x^|y| leaves after truncation. */
export function integerPower(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let i = 0; i < y; i++) result = Math.imul(result, x);
  return result;
}
