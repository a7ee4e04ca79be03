// Numbers by their rank along axes: median, quantiles, percentiles.
import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { broadcastShapes, formatShape, full, scoped, sizeOf } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { isNaN, logicalNot } from '../elementwise/compare.js';
import { areUpTo } from '../indexing/gather.js';
import { ceil, floor, round } from '../elementwise/piecewise-linear.js';
import { maximum } from '../elementwise/power.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { broadcastTo, reducedShapes, sum } from './sum.js';
import type { Axes } from './sum.js';
import { takeAlongRows } from '../indexing/selection.js';
import { sliceAlong } from '../indexing/slice.js';
import { sort } from '../indexing/sort.js';
import { moveAxis, transpose } from '../shapes/transpose.js';
import { where } from '../elementwise/where.js';

/** How a quantile between two elements is computed. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

const METHODS: readonly QuantileMethod[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/** Throws unless all q are from 0 to `top`. */
function checkQuantiles(op: string, q: Tensor, top: number): void {
  if (areUpTo(q, top)) return;
  throw new ValueError(
    `${op}: q must be from 0 to ${top}, got ${describeValue([...q.data()].slice(0, 8))}.`,
  );
}

interface Kind {
  readonly op: string;
  /** What q is at the largest element. */
  readonly top: number;
  readonly skipsNaN: boolean;
}

function quantileOf(
  { op, top, skipsNaN }: Kind,
  x: TensorLike,
  q: TensorLike,
  axis: Axes,
  method: QuantileMethod,
  keepdims: boolean,
): Tensor {
  checkBoolean(op, 'keepdims', keepdims);
  const how = oneOf(op, 'method', method, METHODS);
  return scoped(() => {
    const [input, wanted] = [toFloat(x), toFloat(q)];
    if (wanted.ndim > 1) {
      throw new ShapeError(
        `${op}: q must be a number or a vector, got shape ${formatShape(wanted.shape)}.`,
      );
    }
    checkQuantiles(op, wanted, top);
    const { axes, dropped, keepDimsShape } = reducedShapes(op, input.shape, axis);
    const count = sizeOf(axes.map((i) => input.shape[i] ?? 1));
    if (count === 0) {
      throw new ValueError(
        `${op}: shape ${formatShape(input.shape)} has no elements along the reduced axes, so there is no ${op}.`,
      );
    }
    const rest = input.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const sorted = sort(reshape(transpose(input, [...rest, ...axes]), [...dropped, count]));
    const numbers = skipsNaN
      ? sum(convert(logicalNot(isNaN(sorted)), 'float32'), -1, true)
      : full([...dropped, 1], count);
    const fractions = div(reshape(wanted, [wanted.size]), top);
    const position = mul(maximum(sub(numbers, 1), 0), fractions);
    const value = at(sorted, position, how);
    // NaN stands at the end of the order.
    const last = sliceAlong(sorted, dropped.length, [count - 1, count]);
    const result = skipsNaN ? value : where(isNaN(last), NaN, value);
    const shape = keepdims ? keepDimsShape : dropped;
    if (wanted.ndim === 0) return reshape(result, shape);
    return reshape(moveAxis(result, -1, 0), [wanted.size, ...shape]);
  });
}

/** The elements of rows at positions that may lie between two. */
function at(rows: Tensor, position: Tensor, method: QuantileMethod): Tensor {
  const lead = rows.shape.slice(0, -1);
  const shape = broadcastShapes('quantile', [...lead, 1], position.shape);
  const wide = broadcastTo(position, shape);
  const take = (index: Tensor): Tensor => takeAlongRows(rows, convert(index, 'int32'));
  if (method === 'lower') return take(floor(wide));
  if (method === 'higher') return take(ceil(wide));
  if (method === 'nearest') return take(round(wide));
  const [low, high] = [take(floor(wide)), take(ceil(wide))];
  if (method === 'midpoint') return mul(add(low, high), 0.5);
  const weight = sub(wide, floor(wide));
  // Not low + (high − low) · weight, which is NaN between infinities.
  return where(weight, add(mul(low, sub(1, weight)), mul(high, weight)), low);
}

/**
 * The number below which a share q of the elements along `axis` lies, in float32; NaN if one of them is NaN. With several q, they
 * form the first axis of the result. `method` decides what is returned if q falls between two elements.
 *
 * @keras numpy.Quantile(x, q) axis=null method="linear" keepdims=false
 * @param q a number from 0 to 1, or a vector of such numbers
 * @throws ValueError for q outside [0, 1], an unknown method, or no elements.
 * @example ops.quantile([1, 2, 3, 4], 0.5) // 2.5
 */
export function quantile(
  x: TensorLike,
  q: TensorLike,
  axis?: Axes,
  method: QuantileMethod = 'linear',
  keepdims = false,
): Tensor {
  return quantileOf({ op: 'quantile', top: 1, skipsNaN: false }, x, q, axis, method, keepdims);
}

/**
 * `quantile` with q in percent.
 *
 * @keras numpy.Percentile(x, q) axis=null method="linear" keepdims=false
 * @param q a number from 0 to 100, or a vector of such numbers
 * @throws ValueError for q outside [0, 100], an unknown method, or no elements.
 * @example ops.percentile([1, 2, 3, 4], 50) // 2.5
 */
export function percentile(
  x: TensorLike,
  q: TensorLike,
  axis?: Axes,
  method: QuantileMethod = 'linear',
  keepdims = false,
): Tensor {
  return quantileOf({ op: 'percentile', top: 100, skipsNaN: false }, x, q, axis, method, keepdims);
}

/**
 * `quantile` ignoring NaN; NaN if there is nothing else.
 *
 * @keras numpy.Nanquantile(x, q) axis=null method="linear" keepdims=false
 * @param q a number from 0 to 1, or a vector of such numbers
 * @throws ValueError for q outside [0, 1], an unknown method, or no elements.
 * @example ops.nanquantile([1, NaN, 3], 0.5) // 2
 */
export function nanquantile(
  x: TensorLike,
  q: TensorLike,
  axis?: Axes,
  method: QuantileMethod = 'linear',
  keepdims = false,
): Tensor {
  return quantileOf({ op: 'nanquantile', top: 1, skipsNaN: true }, x, q, axis, method, keepdims);
}

/**
 * `nanquantile` with q in percent.
 *
 * @keras numpy.Nanpercentile(x, q) axis=null method="linear" keepdims=false
 * @param q a number from 0 to 100, or a vector of such numbers
 * @throws ValueError for q outside [0, 100], an unknown method, or no elements.
 * @example ops.nanpercentile([1, NaN, 3], 50) // 2
 */
export function nanpercentile(
  x: TensorLike,
  q: TensorLike,
  axis?: Axes,
  method: QuantileMethod = 'linear',
  keepdims = false,
): Tensor {
  return quantileOf(
    { op: 'nanpercentile', top: 100, skipsNaN: true },
    x,
    q,
    axis,
    method,
    keepdims,
  );
}

/**
 * The middle element in sorted order along `axis`, or the mean of the two middle ones, in float32; NaN if one of them
 * is NaN.
 *
 * @keras numpy.Median axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.median([[3, 1, 2], [4, 6, 5]], 1) // [2, 5]
 */
export function median(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return quantileOf({ op: 'median', top: 1, skipsNaN: false }, x, 0.5, axis, 'midpoint', keepdims);
}

/**
 * `median` ignoring NaN; NaN if there is nothing else.
 *
 * @keras numpy.Nanmedian axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.nanmedian([1, NaN, 3]) // 2
 */
export function nanmedian(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return quantileOf(
    { op: 'nanmedian', top: 1, skipsNaN: true },
    x,
    0.5,
    axis,
    'midpoint',
    keepdims,
  );
}
