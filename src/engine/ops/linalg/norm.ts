import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, checkNumber } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, normalizeAxes, normalizeAxis, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { div } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { notEqual } from '../elementwise/compare.js';
import { abs } from '../elementwise/piecewise-linear.js';
import { maximum, pow } from '../elementwise/power.js';
import { max, min } from '../reductions/reduce.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from '../reductions/reduce-kernel.js';
import { unitVectors } from '../neural/unit-vectors.js';
import { sum } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';
import { sqrt, square } from '../elementwise/unary.js';
import { svd } from './svd.js';

/** Which norm: a number, or of matrices also Frobenius's and the nuclear one. */
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
  const kept = x.shape.map((length, i) => (axes.includes(i) ? 1 : length));
  const ofValues = SINGULAR.get(order);
  if (ofValues !== undefined) {
    const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    return reshape(ofValues(svd(transpose(x, [...rest, ...axes]), false, false)), kept);
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
 * Norms along `axis`: one axis gives norms of vectors, a pair those of matrices, null one norm of all, for which x has one or two axes
 * unless `ord` is null. Of vectors (Σ |x|ᵒ)^(1 / o), the Euclidean norm by default; Infinity and −Infinity are the largest and the
 * smallest size, 0 counts what is not 0. The first axis of a pair counts the rows of matrices, the second the columns. Of matrices `'fro'` (default) is the root of the sum of squares, `'nuc'` the sum of the singular
 * values, 2 and −2 the largest and the smallest of these, 1 and −1 the largest and the smallest sum of a column's sizes, Infinity and
 * −Infinity those of a row's. The gradient of a Euclidean norm of 0 is NaN.
 *
 * @keras linalg.Norm ord=null axis=null keepdims=false
 * @throws ValueError for another order; ShapeError for axes out of range, more than two of them, or an empty axis with an order that
 * needs an element.
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
    const kept =
      second === undefined
        ? vectorNorm(input, (ord as number | null) ?? 2, first)
        : matrixNorm(input, ord, [first, second]);
    if (keepdims)
      return isAll
        ? reshape(
            kept,
            given.shape.map(() => 1),
          )
        : kept;
    return reshape(
      kept,
      kept.shape.filter((_, i) => !axes.includes(i)),
    );
  });
}

/**
 * x divided by its norm of `order` along `axis`, one axis or a list. Norms below `epsilon` count as `epsilon`: zeros stay zeros, and their
 * gradient stays finite.
 *
 * @keras nn.Normalize axis=-1 order=2 epsilon=null
 * @stepwise
 * @param order a whole number from 1 on; 2 is the Euclidean norm
 * @param epsilon default, and null: 1e-7
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
