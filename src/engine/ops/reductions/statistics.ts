// Averages, differences and spreads.
import { log10 } from '../../../config/elementary.js';
import { LENGTH, checkNumber } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { notEqual } from '../elementwise/compare.js';
import { ownResult } from '../neural/logits.js';
import { matmul } from '../linalg/matmul.js';
import { max, mean, min, variance } from './reduce.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from './sum.js';
import { sliceAlong } from '../indexing/slice.js';
import { broadcastTo, sum } from './sum.js';
import { transpose } from '../shapes/transpose.js';
import { log, sqrt, square } from '../elementwise/unary.js';

/**
 * The weighted mean along `axis`: Σ x w / Σ w, in float32. Weights have the shape of x, or the lengths of the given axes, in the
 * order of `axis`.
 *
 * @keras = average
 * @param weights weights of the shape of x, or of the lengths of `axis`. Default, and null: all elements count equally
 * @throws ShapeError for weights of a wrong shape.
 * @example ops.average([1, 2, 3], null, [1, 1, 2]) // 2.25
 */
export function average(x: TensorLike, axis?: Axes, weights?: TensorLike | null): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    if (weights === undefined || weights === null) return mean(input, axis);
    const given = toFloat(weights);
    const wide = sameShape(given.shape, input.shape) ? given : alongAxesOf(input, axis, given);
    const total = mul(input, wide);
    return div(sum(total, axis), sum(broadcastTo(wide, input.shape), axis));
  });
}

/** Weights that have a length for each axis that is given, with as many axes as x. */
function alongAxesOf(x: Tensor, axis: Axes, weights: Tensor): Tensor {
  const sorted = normalizeAxes('average', axis, x.ndim);
  const axes = [axis ?? sorted].flat().map((one) => normalizeAxis('average', one, x.ndim));
  const lengths = axes.map((one) => x.shape[one] ?? 1);
  if (!sameShape(weights.shape, lengths)) {
    throw new ShapeError(
      `average: weights of shape ${formatShape(weights.shape)} for x of shape ${formatShape(x.shape)}: give as many as x has, or ` +
        `shape ${formatShape(lengths)}, the lengths of the axes.`,
    );
  }
  const turned = transpose(weights, sorted.map((one) => axes.indexOf(one))); // prettier-ignore
  return reshape(turned, x.shape.map((length, i) => (axes.includes(i) ? length : 1))); // prettier-ignore
}

/**
 * The mean and the variance along `axes`, in float32.
 *
 * @keras nn.Moments axes keepdims=false [synchronized=false]
 * @example const [mean, variance] = ops.moments([1, 2, 3, 4], [0]); // mean 2.5, variance 1.25
 */
export function moments(x: TensorLike, axes: Axes, keepdims = false): [Tensor, Tensor] {
  return scoped(() => {
    const input = toFloat(x);
    return [mean(input, axes, keepdims), variance(input, axes, keepdims)];
  });
}

/**
 * The covariances of the rows of x, a matrix whose columns are n observations, divided by n − 1: float32 [rows, rows]. For a vector or a
 * single row it is the variance, a number; for a single observation it is NaN.
 *
 * @keras numpy.Cov
 * @throws ShapeError for more than 2 axes.
 * @example ops.cov([[1, 2, 3], [3, 2, 1]]) // [[1, -1], [-1, 1]]
 */
export function cov(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const rows = centredRows('cov', input.ndim === 0 ? reshape(input, [1]) : input);
    const [count = 0, observations = 0] = rows.shape;
    const products = div(matmul(rows, transpose(rows)), Math.max(observations - 1, 0));
    return count === 1 ? reshape(products, []) : products;
  });
}

/**
 * The correlations of the rows of x, a matrix whose columns are observations: float32 [rows, rows]; 1 for a vector.
 *
 * @keras numpy.Corrcoef
 * @throws ShapeError for more than 2 axes.
 * @example ops.corrcoef([[1, 2, 3], [3, 2, 1]]) // [[1, -1], [-1, 1]]
 */
export function corrcoef(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const rows = centredRows('corrcoef', input);
    const products = matmul(rows, transpose(rows));
    const spread = sqrt(sum(mul(rows, rows), 1, true));
    const result = div(div(products, spread), transpose(spread));
    return input.ndim === 1 ? reshape(result, []) : result;
  });
}

/** The rows of a matrix, or a vector as the one row, without their means. */
function centredRows(op: string, x: Tensor): Tensor {
  if (x.ndim > 2 || x.ndim === 0) {
    throw new ShapeError(`${op}: needs a vector or a matrix, got shape ${formatShape(x.shape)}.`);
  }
  const rows = x.ndim === 1 ? reshape(x, [1, x.size]) : x;
  return sub(rows, mean(rows, 1, true));
}

/**
 * The differences between neighbours along `axis`, taken `n` times: out[i] = x[i + 1] − x[i]; for bool, whether they
 * differ.
 *
 * @keras numpy.Diff(a) n=1 axis=-1
 * @param n how many times to take differences. Default 1
 * @throws ShapeError for an axis out of range.
 * @example ops.diff([1, 4, 9]) // [3, 5]
 */
export function diff(x: TensorLike, n = 1, axis = -1): Tensor {
  checkNumber('diff', 'n', n, { ...LENGTH, min: 0, max: 2 ** 16 });
  return scoped(() => {
    const input = toTensor(x);
    const along = normalizeAxis('diff', axis, input.ndim);
    let left = input;
    for (let i = 0; i < n; i++) {
      const length = left.shape[along] ?? 0;
      // Nothing has no neighbours; the dtype is that of a difference.
      const [later, earlier] =
        length === 0
          ? [left, left]
          : [sliceAlong(left, along, [1, length]), sliceAlong(left, along, [0, length - 1])];
      left = left.dtype === 'bool' ? notEqual(later, earlier) : sub(later, earlier);
    }
    return ownResult(left, x);
  });
}

/**
 * The largest element along `axis` minus the smallest.
 *
 * @keras numpy.Ptp axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.ptp([[1, 4], [3, 2]], 1) // [3, 1]
 */
export function ptp(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return sub(max(input, axis, keepdims), min(input, axis, keepdims));
  });
}

/**
 * How many elements along `axis` are not 0, int32.
 *
 * @keras numpy.CountNonzero axis=null
 * @example ops.countNonzero([[0, 1], [2, 3]], 1) // [1, 2]
 */
export function countNonzero(x: TensorLike, axis?: Axes): Tensor {
  return scoped(() => sum(convert(toTensor(x), 'bool'), axis));
}

/**
 * The area under y along `axis` by trapezoids, in float32: Σ (y[i] + y[i + 1]) / 2 · d, where d is `dx`, or the distance between the
 * positions x.
 *
 * @keras = trapezoid
 * @param y the heights
 * @param x the positions of the heights: a vector, or a tensor with as many axes as y. Default, and null: evenly spaced by `dx`
 * @param dx the distance between neighbours if you give no positions. Default 1
 * @throws ShapeError for positions of a wrong shape.
 * @example ops.trapezoid([1, 2, 3]) // 4
 */
export function trapezoid(y: TensorLike, x?: TensorLike | null, dx = 1, axis = -1): Tensor {
  checkNumber('trapezoid', 'dx', dx);
  return scoped(() => {
    const input = toFloat(y);
    const along = normalizeAxis('trapezoid', axis, input.ndim);
    const length = input.shape[along] ?? 0;
    const both = add(
      sliceAlong(input, along, [Math.min(1, length), length]),
      sliceAlong(input, along, [0, Math.max(0, length - 1)]),
    );
    if (x === undefined || x === null) return mul(sum(both, along), dx / 2);
    const values = toFloat(x);
    if (values.ndim !== 1 && values.ndim !== input.ndim) {
      throw new ShapeError(
        `trapezoid: places of shape ${formatShape(values.shape)} for y of shape ${formatShape(input.shape)}.`,
      );
    }
    const isVector = values.ndim === 1;
    const steps = diff(values, 1, isVector ? 0 : along);
    const wide = isVector ? reshape(steps, input.shape.map((_, i) => (i === along ? steps.size : 1))) : steps; // prettier-ignore
    return mul(sum(mul(both, wide), along), 0.5);
  });
}

/**
 * The peak signal-to-noise ratio in decibels, 20 log₁₀ maxVal − 10 log₁₀ mean((x1 − x2)²), a float32 number: infinite for
 * identical images, and about 30 to 50 for compressed images.
 *
 * @keras nn.PSNR max_val
 * @param x1 one or several images
 * @param x2 images of the shape of `x1`
 * @param maxVal the largest value that a pixel can have, above 0
 * @throws ShapeError for images of different shapes, ValueError if `maxVal` is not a positive number.
 * @example ops.psnr([0, 1, 2, 3], [0, 1, 2, 5], 10) // 20
 */
export function psnr(x1: TensorLike, x2: TensorLike, maxVal: number): Tensor {
  return scoped(() => {
    checkNumber('psnr', 'maxVal', maxVal, { above: 0 });
    const [first, second] = [toFloat(x1), toFloat(x2)];
    if (!sameShape(first.shape, second.shape)) {
      throw new ShapeError(
        `psnr: the images must have the same shape, got ${formatShape(first.shape)} and ${formatShape(second.shape)}.`,
      );
    }
    const error = mean(square(sub(first, second)));
    return sub(20 * log10(maxVal), mul(log(error), 10 / Math.LN10));
  });
}
