// What is computed of singular values: pseudo-inverses, least squares, ranks.
import { record, sever } from '../../autodiff/index.js';
import { checkNumber } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { eye, formatShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { greater } from '../elementwise/compare.js';
import { max } from '../reductions/reduce.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { sum } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';
import { matricesOf, times, timesTurned, turned, turnedTimes } from './matrices.js';
import type { Matrices } from './matrices.js';
import { singularValues, singularVectors } from './svd.js';

/** The distance of 1 to the next float32. */
const EPSILON = 2 ** -23;

/** The pseudo-inverse without what belongs to singular values of at most `rcond` times the largest. */
function inverseOf(op: string, matrices: Matrices, rcond: number): Tensor {
  const { x, rows, columns } = matrices;
  const { u, s, vh } = singularVectors(matrices, false);
  const isKept = greater(s, mul(max(s, -1, true), rcond));
  const factors = where(isKept, div(1, where(isKept, s, 1)), 0);
  const out = turnedTimes(vh, mul(expandDims(factors, -1), turned(u)));
  // Of constant rank: G. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
  return record(op, [x], out, [x, out], (g, [a, p]) => {
    const across = turnedTimes(p, timesTurned(g, p));
    const left = sub(eye(rows), times(a, p));
    const right = sub(eye(columns), times(p, a));
    return [
      sub(
        add(
          times(left, turnedTimes(g, timesTurned(p, p))),
          times(turnedTimes(p, p), turnedTimes(g, right)),
        ),
        across,
      ),
    ];
  });
}

/** A threshold relative to the largest singular value. */
function checkThreshold(op: string, name: string, given: number | null, usual: number): number {
  return given === null ? usual : checkNumber(op, name, given, { min: 0 });
}

/**
 * The pseudo-inverse (Moore and Penrose) [..., n, m] of matrices [..., m, n], by singular values. Those of at most `rcond` times the
 * largest count as 0. The gradient is that of a rank that does not change.
 *
 * @keras linalg.Pinv rcond=null
 * @param rcond default, and null: 10 · max(m, n) · 2⁻²³
 * @throws ShapeError for less than two axes or an empty one; ValueError for an rcond below 0.
 * @example ops.pinv([[2, 0], [0, 4], [0, 0]]) // [[0.5, 0, 0], [0, 0.25, 0]]
 */
export function pinv(x: TensorLike, rcond: number | null = null): Tensor {
  return scoped(() => {
    const matrices = matricesOf('pinv', x);
    const usual = 10 * Math.max(matrices.rows, matrices.columns) * EPSILON;
    return inverseOf('pinv', matrices, checkThreshold('pinv', 'rcond', rcond, usual));
  });
}

/**
 * The x that makes the sum of squares of a · x − b smallest, and of several the shortest one: a [..., m, n], b [..., m, columns], or
 * [..., m] if b has one axis less than a. By singular values; those of at most `rcond` times the largest count as 0.
 *
 * @keras linalg.Lstsq rcond=null
 * @param rcond default, and null: max(m, n) · 2⁻²³
 * @throws ShapeError for less than two axes of a, and for a b that does not fit; ValueError for an rcond below 0.
 * @example ops.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]) // [1, 2]
 */
export function lstsq(a: TensorLike, b: TensorLike, rcond: number | null = null): Tensor {
  return scoped(() => {
    const matrices = matricesOf('lstsq', a);
    const { x, rows, columns } = matrices;
    const given = toFloat(b);
    const isVector = given.ndim === x.ndim - 1;
    const sides = isVector ? expandDims(given, -1) : given;
    if (sides.ndim < 2 || sides.shape.at(-2) !== rows) {
      throw new ShapeError(
        `lstsq: a of shape ${formatShape(x.shape)} takes b of shape [..., ${rows}, columns], or [..., ${rows}] with one axis less ` +
          `than a, got ${formatShape(given.shape)}.`,
      );
    }
    const threshold = checkThreshold('lstsq', 'rcond', rcond, Math.max(rows, columns) * EPSILON);
    const out = times(inverseOf('lstsq', matrices, threshold), sides);
    return isVector ? reshape(out, out.shape.slice(0, -1)) : out;
  });
}

/**
 * How many singular values of matrices [..., m, n] are above `tol`, int32.
 *
 * @keras linalg.MatrixRank tol=null
 * @param tol default, and null: max(m, n) · 2⁻²³ times the largest singular value
 * @throws ShapeError for less than two axes or an empty one; ValueError for a tol below 0.
 * @example ops.matrixRank([[1, 2], [2, 4]]) // 1
 */
export function matrixRank(x: TensorLike, tol: number | null = null): Tensor {
  if (tol !== null) checkNumber('matrixRank', 'tol', tol, { min: 0 });
  return scoped(() => {
    const matrices = matricesOf('matrixRank', x);
    const s = singularValues(matrices);
    const usual = Math.max(matrices.rows, matrices.columns) * EPSILON;
    const isAbove = greater(s, tol ?? mul(max(s, -1, true), usual));
    return sever('matrixRank', [matrices.x], sum(convert(isAbove, 'int32'), -1));
  });
}
