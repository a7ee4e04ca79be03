// Linear algebra in float64 by textbook methods, a matrix at a time.
import { sizeOf } from './dense-array.js';
import type { DenseArray } from './dense-array.js';

/** Rows of numbers. */
export type Matrix = number[][];

const rowsOf = ({ shape, data }: DenseArray): Matrix => {
  const [rows = 0, columns = 0] = shape.slice(-2);
  return Array.from({ length: rows }, (_, i) => data.slice(i * columns, (i + 1) * columns));
};

type Result = Matrix | number[] | number;

const shapeOf = (x: Result): number[] =>
  typeof x === 'number' ? [] : Array.isArray(x[0]) ? [x.length, x[0].length] : [x.length];

/** f of each matrix of a batch. */
export function perMatrix(x: DenseArray, f: (matrix: Matrix) => Result): DenseArray {
  const batch = x.shape.slice(0, -2);
  const size = sizeOf(x.shape.slice(-2));
  const results = Array.from({ length: sizeOf(batch) }, (_, i) =>
    f(rowsOf({ shape: x.shape.slice(-2), data: x.data.slice(i * size, (i + 1) * size) })),
  );
  const shape = [...batch, ...shapeOf(results[0] ?? 0)];
  return { shape, data: results.flatMap((result) => [result].flat(2)) };
}

/** f of each matrix with the right sides that belong to it; sides [n] are one column. */
export function perSystem(
  a: DenseArray,
  b: DenseArray,
  f: (matrix: Matrix, sides: Matrix) => Matrix,
): DenseArray {
  const isVector = b.shape.length === a.shape.length - 1;
  const sides = isVector ? [...b.shape, 1] : b.shape;
  const size = sizeOf(sides.slice(-2));
  let i = 0;
  const { data } = perMatrix(a, (matrix) => {
    const own = rowsOf({ shape: sides.slice(-2), data: b.data.slice(i * size, (i + 1) * size) });
    i++;
    return f(matrix, own);
  });
  return { shape: b.shape, data };
}

export const transposed = (a: Matrix): Matrix =>
  (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? NaN));

export const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    transposed(b).map((column) => row.reduce((sum, x, i) => sum + x * (column[i] ?? NaN), 0)),
  );

export const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));

/** Elimination with the largest pivot of each column: L and U in one matrix, the pivots, and the sign of the swaps. */
export function lu(a: Matrix): { factors: Matrix; pivots: number[]; sign: number } {
  const u = a.map((row) => [...row]);
  const pivots: number[] = [];
  let sign = 1;
  for (let j = 0; j < Math.min(u.length, u[0]!.length); j++) {
    let best = j;
    for (let i = j; i < u.length; i++) if (Math.abs(u[i]![j]!) > Math.abs(u[best]![j]!)) best = i;
    pivots.push(best);
    if (best !== j) sign = -sign;
    [u[j], u[best]] = [u[best]!, u[j]!];
    for (let i = j + 1; i < u.length; i++) {
      const factor = u[i]![j]! / u[j]![j]!;
      u[i] = u[i]!.map((x, k) => (k < j ? x : k === j ? factor : x - factor * u[j]![k]!));
    }
  }
  return { factors: u, pivots, sign };
}

export function determinant(a: Matrix): number {
  const { factors, sign } = lu(a);
  return factors.reduce((product, row, i) => product * row[i]!, sign);
}

export function solve(a: Matrix, b: Matrix): Matrix {
  const { factors, pivots } = lu(a);
  const x = b.map((row) => [...row]);
  pivots.forEach((other, i) => ([x[i], x[other]] = [x[other]!, x[i]!]));
  const n = a.length;
  const take = (i: number, j: number): void => {
    x[i] = x[i]!.map((value, k) => value - factors[i]![j]! * x[j]![k]!);
  };
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) take(i, j);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) take(i, j);
    x[i] = x[i]!.map((value) => value / factors[i]![i]!);
  }
  return x;
}

export const inverse = (a: Matrix): Matrix => solve(a, identity(a.length));

/** What is on the diagonal and on one side of it. */
export const half = (a: Matrix, lower: boolean): Matrix =>
  a.map((row, i) => row.map((x, j) => (i === j || i > j === lower ? x : 0)));

/** The lower factor, of the lower half of a. */
export function cholesky(a: Matrix): Matrix {
  const l = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let sum = row[j]!;
      for (let k = 0; k < j; k++) sum -= l[i]![k]! * l[j]![k]!;
      l[i]![j] = i === j ? Math.sqrt(sum) : sum / l[j]![j]!;
    }
  });
  return l;
}

/** The first columns of Q, by reflections: each makes (∓‖x‖, 0, …) of what is left of a column, with the sign that its first number lacks. */
export function orthonormal(a: Matrix, columns: number): Matrix {
  let q = identity(a.length);
  let r = a;
  for (let j = 0; j < Math.min(a.length, a[0]!.length); j++) {
    const x = r.map((row, i) => (i < j ? 0 : row[j]!));
    if (x.every((value, i) => i === j || value === 0)) continue;
    const v = x.map((value, i) => [i === j ? value + (value >= 0 ? 1 : -1) * Math.hypot(...x) : value]); // prettier-ignore
    const factor = 2 / v.reduce((sum, [value = 0]) => sum + value * value, 0);
    const steps = product(v, transposed(v));
    const h = identity(a.length).map((row, i) => row.map((value, k) => value - factor * steps[i]![k]!)); // prettier-ignore
    r = product(h, r);
    q = product(q, h);
  }
  return q.map((row) => row.slice(0, columns));
}

/** Eigenvalues of a symmetric matrix, ascending, by Jacobi's rotations. */
export function eigenvalues(given: Matrix): number[] {
  let a = given;
  const n = a.length;
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p]![q] === 0) continue;
        const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!);
        const rotation = identity(n);
        rotation[p]![p] = rotation[q]![q] = Math.cos(angle);
        rotation[p]![q] = Math.sin(angle);
        rotation[q]![p] = -Math.sin(angle);
        a = product(transposed(rotation), product(a, rotation));
      }
    }
  }
  return a.map((row, i) => row[i]!).sort((x, y) => x - y);
}

/** Singular values, descending. */
export function singularValues(a: Matrix): number[] {
  const wide = a.length < a[0]!.length ? a : transposed(a);
  return eigenvalues(product(wide, transposed(wide))).map((value) => Math.sqrt(Math.max(value, 0))).reverse(); // prettier-ignore
}

/** The pseudo-inverse of a matrix of full rank. */
export function pseudoInverse(a: Matrix): Matrix {
  const t = transposed(a);
  return a.length >= t.length ? solve(product(t, a), t) : transposed(pseudoInverse(t));
}
