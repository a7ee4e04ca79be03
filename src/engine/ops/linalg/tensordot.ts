import { describeValue } from '../../../config/describe-value.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, normalizeAxis, scoped, sizeOf, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { mul } from '../elementwise/arithmetic.js';
import { matmul } from './matmul.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { transpose } from '../shapes/transpose.js';

/**
 * Which axes `tensordot` sums over: a number n for the last n axes of a with the first n of b, or a pair: axes of a,
 * and their partners in b.
 */
export type ContractedAxes =
  number | readonly [a: number | readonly number[], b: number | readonly number[]];

/**
 * The sum of products over pairs of axes, as NumPy's tensordot: what is left of a's axes, then what is left of b's.
 * In float32. 0 axes give the outer product, 1 gives `dot` of matrices; default 2.
 *
 * @keras numpy.Tensordot axes=2
 * @method
 * @throws ShapeError if the axes do not pair up in number or length.
 * @example ops.tensordot(images, weights, [[1, 2], [0, 1]]) // (n, h, w) with (h, w, k): (n, k)
 */
export function tensordot(a: TensorLike, b: TensorLike, axes: ContractedAxes = 2): Tensor {
  return scoped(() => {
    const [x, y] = [toFloat(a), toFloat(b)];
    const [inX, inY] = pairsOfAxes(x, y, axes);
    const restX = without(x, inX);
    const restY = without(y, inY);
    const lengths = (of: Tensor, list: readonly number[]): number[] =>
      list.map((axis) => of.shape[axis] ?? 1);
    const inner = sizeOf(lengths(x, inX));
    const left = transpose(x, [...restX, ...inX]);
    const right = transpose(y, [...inY, ...restY]);
    const [front, back] = [lengths(x, restX), lengths(y, restY)];
    const product = matmul(
      reshape(left, [sizeOf(front), inner]),
      reshape(right, [inner, sizeOf(back)]),
    );
    return reshape(product, [...front, ...back]);
  });
}

function without(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** The axes of x and of y that are summed over, in pairs. */
function pairsOfAxes(x: Tensor, y: Tensor, axes: ContractedAxes): [number[], number[]] {
  const refuse = (why: string): never => {
    throw new ShapeError(
      `tensordot: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)} with axes ` +
        `${describeValue(axes)}: ${why}`,
    );
  };
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(x.ndim, y.ndim)) {
      refuse('the number of axes must be whole, at least 0, and no more than either tensor has.');
    }
    const first = Array.from({ length: axes }, (_, i) => i);
    return checkPairs(
      first.map((i) => x.ndim - axes + i),
      first,
    );
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    refuse('give a number, or two lists of axes, one for each tensor.');
  }
  const [inX, inY] = axes.map((list) => [list].flat()) as [number[], number[]];
  return checkPairs(
    inX.map((axis) => normalizeAxis('tensordot', axis, x.ndim)),
    inY.map((axis) => normalizeAxis('tensordot', axis, y.ndim)),
  );

  function checkPairs(p: number[], q: number[]): [number[], number[]] {
    if (p.length !== q.length) refuse('as many axes of the first as of the second are needed.');
    for (const list of [p, q]) {
      if (new Set(list).size !== list.length) refuse('an axis is given twice.');
    }
    const odd = p.findIndex((axis, i) => x.shape[axis] !== y.shape[q[i] ?? 0]);
    if (odd !== -1) {
      refuse(
        `axis ${String(p[odd])} of the first and ${String(q[odd])} of the second differ in length.`,
      );
    }
    return [p, q];
  }
}

/**
 * The outer product out[i, j] = aᵢ · bⱼ of all elements of a and all of b, as NumPy's outer. The dtype is that of `mul`.
 *
 * @keras numpy.Outer
 * @method
 * @example ops.outer([1, 2], [3, 4]) // [[3, 4], [6, 8]]
 */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toTensor(a), toTensor(b)];
    return mul(reshape(x, [x.size, 1]), reshape(y, [1, y.size]));
  });
}
