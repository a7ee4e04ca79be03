// Reductions that leave NaN out.
import { scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { isNaN, logicalNot } from '../elementwise/compare.js';
import { prod, withoutNaN } from './cumulative.js';
import { all, argmax, argmin, max, min } from './reduce.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from './sum.js';
import { sum } from './sum.js';
import { sqrt, square } from '../elementwise/unary.js';
import { where } from '../elementwise/where.js';

/**
 * The sum along `axis`, ignoring NaN; 0 if there is nothing else.
 *
 * @keras numpy.Nansum axis=null keepdims=false
 * @example ops.nansum([1, NaN, 3]) // 4
 */
export function nansum(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => sum(withoutNaN(x, 0), axis, keepdims));
}

/**
 * The product along `axis`, ignoring NaN; 1 if there is nothing else.
 *
 * @keras numpy.Nanprod axis=null keepdims=false
 * @example ops.nanprod([2, NaN, 3]) // 6
 */
export function nanprod(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => prod(withoutNaN(x, 1), axis, keepdims));
}

/** 1 where a number is none but NaN, else 0. */
const isNumber = (x: Tensor): Tensor => convert(logicalNot(isNaN(x)), 'float32');

/**
 * The mean along `axis`, ignoring NaN, in float32; NaN if there is nothing else.
 *
 * @keras numpy.Nanmean axis=null keepdims=false
 * @example ops.nanmean([1, NaN, 3]) // 2
 */
export function nanmean(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    return div(nansum(input, axis, keepdims), sum(isNumber(input), axis, keepdims));
  });
}

/**
 * The variance along `axis`, ignoring NaN, in float32; NaN if there is nothing else.
 *
 * @keras numpy.Nanvar axis=null keepdims=false
 * @example ops.nanvar([1, NaN, 3]) // 1
 */
export function nanvar(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const counts = isNumber(input);
    const centre = div(nansum(input, axis, true), sum(counts, axis, true));
    const distance = mul(sub(withoutNaN(input, 0), centre), counts);
    return div(sum(square(distance), axis, keepdims), sum(counts, axis, keepdims));
  });
}

/**
 * √nanvar along `axis`. The gradient is NaN if all elements are equal, as for `std`.
 *
 * @keras numpy.Nanstd axis=null keepdims=false
 * @example ops.nanstd([1, NaN, 3]) // 1
 */
export function nanstd(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => sqrt(nanvar(x, axis, keepdims)));
}

/** An extremum, ignoring NaN; NaN if there is nothing else. */
function extremum(
  x: TensorLike,
  axis: Axes,
  keepdims: boolean,
  loser: number,
  choose: typeof max,
): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return choose(input, axis, keepdims);
    const chosen = choose(withoutNaN(input, loser), axis, keepdims);
    return where(all(isNaN(input), axis, keepdims), NaN, chosen);
  });
}

/**
 * The largest element along `axis`, ignoring NaN; NaN if there is nothing else.
 *
 * @keras numpy.Nanmax axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.nanmax([1, NaN, 3]) // 3
 */
export function nanmax(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return extremum(x, axis, keepdims, -Infinity, max);
}

/**
 * The smallest element along `axis`, ignoring NaN; NaN if there is nothing else.
 *
 * @keras numpy.Nanmin axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.nanmin([1, NaN, 3]) // 1
 */
export function nanmin(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return extremum(x, axis, keepdims, Infinity, min);
}

function argExtremum(
  x: TensorLike,
  axis: number | null | undefined,
  keepdims: boolean,
  loser: number,
  choose: typeof argmax,
): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return choose(input, axis, keepdims);
    const chosen = choose(withoutNaN(input, loser), axis, keepdims);
    return where(all(isNaN(input), axis, keepdims), -1, chosen);
  });
}

/**
 * int32 index of the first largest element along `axis`, ignoring NaN; −1 if there is nothing else.
 *
 * @keras numpy.Nanargmax axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.nanargmax([1, NaN, 3]) // 2
 */
export function nanargmax(x: TensorLike, axis?: number | null, keepdims = false): Tensor {
  return argExtremum(x, axis, keepdims, -Infinity, argmax);
}

/**
 * int32 index of the first smallest element along `axis`, ignoring NaN; −1 if there is nothing else.
 *
 * @keras numpy.Nanargmin axis=null keepdims=false
 * @throws ValueError if there are no elements.
 * @example ops.nanargmin([NaN, 1, 3]) // 1
 */
export function nanargmin(x: TensorLike, axis?: number | null, keepdims = false): Tensor {
  return argExtremum(x, axis, keepdims, Infinity, argmin);
}
