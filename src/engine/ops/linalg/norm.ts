import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, checkNumber } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { eye, formatShape, normalizeAxes, normalizeAxis, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { greater, notEqual } from '../elementwise/compare.js';
import { abs } from '../elementwise/piecewise-linear.js';
import { maximum, pow } from '../elementwise/power.js';
import { max, min } from '../reductions/reduce.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from '../reductions/sum.js';
import { unitVectors } from '../neural/normalizations.js';
import { sum } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';
import { sqrt, square } from '../elementwise/unary.js';
import { singularValues, singularVectors, svd } from './decompositions.js';
import { record, sever } from '../../autodiff/index.js';
import { where } from '../elementwise/where.js';
import { matricesOf, times, timesTurned, turned, turnedTimes } from './matrices.js';
import type { Matrices } from './matrices.js';

/** The order of a norm: a number or, for matrices, `'fro'` (Frobenius norm) or `'nuc'` (nuclear norm). */
export type NormOrder = number | 'fro' | 'nuc' | null;

/** (Σ |x|ᵖ)^(1 / p) and its limits. */
function vectorNorm(x: Tensor, order: number, axis: number): Tensor {
  if (order === Infinity) return max(abs(x), axis, true);
  if (order === -Infinity) return min(abs(x), axis, true);
  if (order === 0) return sum(convert(notEqual(x, 0), 'float32'), axis, true);
  if (order === 1) return sum(abs(x), axis, true);
  if (order === 2) return sqrt(sum(square(x), axis, true));
  return pow(sum(pow(abs(x), order), axis, true), 1 / order);
}

const SINGULAR = new Map<NormOrder, (s: Tensor) => Tensor>([
  ['nuc', (s) => sum(s, -1)],
  [2, (s) => max(s, -1)],
  [-2, (s) => min(s, -1)],
]);

/** Sums of columns for 1, of rows for infinity: the largest or the smallest one. */
const SUMMED = new Map<NormOrder, readonly [summed: 0 | 1, extreme: typeof max]>([
  [1, [0, max]],
  [-1, [0, min]],
  [Infinity, [1, max]],
  [-Infinity, [1, min]],
]);

function matrixNorm(x: Tensor, order: NormOrder, axes: readonly [number, number]): Tensor {
  if (order === null || order === 'fro') return sqrt(sum(square(x), axes, true));
  const keepDimsShape = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
  const ofValues = SINGULAR.get(order);
  if (ofValues !== undefined) {
    const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    return reshape(ofValues(svd(transpose(x, [...rest, ...axes]), false, false)), keepDimsShape);
  }
  const [summed, extreme] = SUMMED.get(order) ?? [];
  if (summed === undefined || extreme === undefined) {
    throw new ValueError(
      `norm: ord of matrices must be 'fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity or null, got ${describeValue(order)}.`,
    );
  }
  return extreme(sum(abs(x), axes[summed], true), axes[1 - summed], true);
}

/**
 * Norms along `axis`: one axis gives the norms of vectors, a pair those of matrices, and null a single norm of x, which must have one or
 * two axes unless `ord` is null. For vectors, (Σ |x|ᵒ)^(1 / o), by default the Euclidean norm; Infinity and −Infinity give the largest and
 * the smallest absolute value, and 0 the number of non-zero elements. The first axis of a pair counts the rows of matrices, the second the
 * columns. For matrices, `'fro'` (default) is the root of the sum of squares, `'nuc'` the sum of the singular values, 2 and −2 the largest
 * and the smallest singular value, 1 and −1 the largest and the smallest sum of absolute values in a column, Infinity and −Infinity those
 * in a row. The gradient of a Euclidean norm of 0 is NaN.
 *
 * @keras linalg.Norm ord=null axis=null keepdims=false
 * @throws ValueError for an unknown order; ShapeError for axes out of range, more than two axes, or an empty axis with an order that needs
 * an element.
 * @example ops.norm([3, 4]) // 5
 * @example ops.norm([[1, 2], [3, 4]], 1) // 6
 */
export function norm(
  x: TensorLike,
  ord: NormOrder = null,
  axis: Axes | null = null,
  keepdims = false,
): Tensor {
  checkBoolean('norm', 'keepdims', keepdims);
  if (
    ord !== null &&
    ord !== 'fro' &&
    ord !== 'nuc' &&
    (typeof ord !== 'number' || Number.isNaN(ord))
  ) {
    throw new ValueError(
      `norm: ord must be a number, 'fro', 'nuc' or null, got ${describeValue(ord)}.`,
    );
  }
  return scoped(() => {
    const given = toFloat(x);
    const isAll = axis === null;
    // Without an order all elements are one vector, whatever the shape.
    const input = isAll && ord === null ? reshape(given, [given.size]) : given;
    const axes = isAll
      ? input.shape.map((_, i) => i)
      : normalizeAxes('norm', [axis].flat(), input.ndim);
    // The first axis given counts rows, the second one columns, whichever comes first in x.
    const [first, second] = isAll ? axes : [axis].flat().map((one) => normalizeAxis('norm', one, input.ndim)); // prettier-ignore
    if (first === undefined || axes.length > 2) {
      throw new ShapeError(
        `norm: takes one axis or two, got ${axes.length} of x of shape ${formatShape(given.shape)}. Say which with axis.`,
      );
    }
    if (second === undefined && typeof ord === 'string') {
      throw new ValueError(
        `norm: ord ${describeValue(ord)} is one of matrices. Give two axes, or a number.`,
      );
    }
    const norms =
      second === undefined
        ? vectorNorm(input, (ord as number | null) ?? 2, first)
        : matrixNorm(input, ord, [first, second]);
    if (keepdims)
      return isAll
        ? reshape(
            norms,
            given.shape.map(() => 1),
          )
        : norms;
    return reshape(
      norms,
      norms.shape.filter((_, i) => !axes.includes(i)),
    );
  });
}

/**
 * x divided by its norm of the given `order` along `axis`, one axis or a list. Norms below `epsilon` count as `epsilon`, so zeros stay
 * zeros and their gradient stays finite.
 *
 * @keras nn.Normalize axis=-1 order=2 epsilon=null
 * @stepwise
 * @param order a positive whole number; 2 is the Euclidean norm
 * @param epsilon the smallest norm. Default, and null: 1e-7
 * @throws ValueError for an order or epsilon out of range, ShapeError for an axis out of range.
 * @example ops.normalize([3, 4]) // [0.6, 0.8]
 */
export function normalize(
  x: TensorLike,
  axis: Axes = -1,
  order = 2,
  epsilon: number | null = null,
): Tensor {
  checkNumber('normalize', 'order', order, { min: 1, integer: true });
  const smallest = checkNumber('normalize', 'epsilon', epsilon ?? 1e-7, { min: 0 });
  return scoped(() => {
    const given = toFloat(x);
    const input = given.ndim === 0 ? reshape(given, [1]) : given;
    if (order === 2) return unitVectors(input, axis, smallest);
    return div(input, maximum(norm(input, order, axis, true), smallest));
  });
}

// What is computed of singular values: pseudo-inverses, least squares, ranks.

/** The distance of 1 to the next float32. */
const EPSILON = 2 ** -23;

/** The pseudo-inverse without what belongs to singular values of at most `rcond` times the largest. */
function inverseOf(op: string, matrices: Matrices, rcond: number): Tensor {
  const { x, rows, columns } = matrices;
  const { u, s, vh } = singularVectors(matrices, false);
  const isSignificant = greater(s, mul(max(s, -1, true), rcond));
  const factors = where(isSignificant, div(1, where(isSignificant, s, 1)), 0);
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
 * The pseudo-inverse (Moore and Penrose) [..., n, m] of matrices [..., m, n], by singular values, of which those of at most `rcond`
 * times the largest count as 0. The gradient assumes that the rank does not change.
 *
 * @keras linalg.Pinv rcond=null
 * @param rcond the relative tolerance for singular values. Default, and null: 10 · max(m, n) · 2⁻²³
 * @throws ShapeError for fewer than two axes or an empty one; ValueError for a negative rcond.
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
 * The least-squares solution: the x that minimizes the sum of squares of a · x − b, and the shortest x if there are several. a is
 * [..., m, n], b [..., m, columns], or [..., m] if b has one axis less than a. Computed by singular values; those of at most `rcond`
 * times the largest count as 0.
 *
 * @keras linalg.Lstsq rcond=null
 * @param rcond the relative tolerance for singular values. Default, and null: max(m, n) · 2⁻²³
 * @throws ShapeError if a has fewer than two axes or b does not match; ValueError for a negative rcond.
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
 * The rank of matrices [..., m, n], int32: the number of singular values above `tol`.
 *
 * @keras linalg.MatrixRank tol=null
 * @param tol the threshold for singular values. Default, and null: max(m, n) · 2⁻²³ times the largest one
 * @throws ShapeError for fewer than two axes or an empty one; ValueError for a negative tol.
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
