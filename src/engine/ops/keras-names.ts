// Keras's names of operations that have another name here: each is the same function. A program that comes from Keras finds what it
// looks for, and a page that uses none of them has none.
import type { Tensor, TensorLike } from '../tensor/index.js';
import { gather } from './generated/public-operations.js';
import type { AnySymbolic } from './graphs/symbolic-operand.js';

export { arange, eye, eye as identity, full, ones, tensor as array, tensor as convertToTensor, zeros, zeros as empty } from '../tensor/index.js'; // prettier-ignore
export {
  abs as absolute,
  allClose as allclose,
  bitwiseNot as bitwiseInvert,
  clone as copy,
  concat as concatenate,
  conj as conjugate,
  div as divide,
  div as trueDivide,
  flatten as ravel,
  hardSilu as hardSwish,
  isClose as isclose,
  isFinite as isfinite,
  isIn as isin,
  isInf as isinf,
  isNaN as isnan,
  isNegInf as isneginf,
  isPosInf as isposinf,
  isReal as isreal,
  leftShift as bitwiseLeftShift,
  max as amax,
  min as amin,
  moveAxis as moveaxis,
  mul as multiply,
  neg as negative,
  pow as power,
  rightShift as bitwiseRightShift,
  searchSorted as searchsorted,
  silu as swish,
  sub as subtract,
  swapAxes as swapaxes,
  variance as var,
  zerosLike as emptyLike,
} from './generated/public-operations.js';

/**
 * `gather` with Keras's default: without an axis of all elements, flattened.
 *
 * @param x a tensor, a number, or nested lists of numbers
 * @param indices whole numbers: positions along the axis
 * @param axis the axis; negative ones count from the end. Default null: all elements in a row
 * @throws as `gather`
 * @example ops.take([[1, 2, 3], [4, 5, 6]], [0, 5]) // [1, 6]
 */
export function take(x: TensorLike, indices: TensorLike, axis?: number | null): Tensor;
export function take(
  x: TensorLike | AnySymbolic,
  indices: TensorLike | AnySymbolic,
  axis?: number | null,
): AnySymbolic;
export function take(
  x: TensorLike | AnySymbolic,
  indices: TensorLike | AnySymbolic,
  axis: number | null = null,
): Tensor | AnySymbolic {
  return gather(x, indices, axis);
}
