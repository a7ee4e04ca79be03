// Diagonals of matrices, and what lies above and below them.
import { INT32, checkNumber } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  arange,
  formatShape,
  full,
  normalizeAxis,
  requireRoom,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add } from '../elementwise/arithmetic.js';
import { greaterEqual } from '../elementwise/compare.js';
import { pad } from './concat.js';
import { expandDims, reshape } from './reshape.js';
import { sliceAlong } from '../indexing/slice.js';
import { sum } from '../reductions/sum.js';
import { transpose } from './transpose.js';
import { where } from '../elementwise/where.js';

function requireMatrix(op: string, x: Tensor): void {
  if (x.ndim >= 2) return;
  throw new ShapeError(
    `${op}: needs a tensor of at least 2 dimensions, got shape ${formatShape(x.shape)}.`,
  );
}

/**
 * The elements x[…, i, i + offset] of the matrices that two axes form, along a new last axis that replaces the two. A
 * negative offset selects a diagonal below the main one.
 *
 * @keras numpy.Diagonal offset=0 axis1=0 axis2=1
 * @throws ShapeError for fewer than 2 axes, or if both axes are the same.
 * @example ops.diagonal([[1, 2], [3, 4]]) // [1, 4]
 */
export function diagonal(x: TensorLike, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  return diagonalOf('diagonal', x, offset, axis1, axis2);
}

function diagonalOf(
  op: string,
  x: TensorLike,
  offset: number,
  axis1: number,
  axis2: number,
): Tensor {
  checkNumber(op, 'offset', offset, INT32);
  return scoped(() => {
    const input = toTensor(x);
    requireMatrix(op, input);
    const [down, across] = [axis1, axis2].map((axis) => normalizeAxis(op, axis, input.ndim)) as [number, number]; // prettier-ignore
    if (down === across) {
      throw new ShapeError(`${op}: axis1 and axis2 must be two axes, got ${axis1} and ${axis2}.`);
    }
    const rest = input.shape.map((_, i) => i).filter((i) => i !== down && i !== across);
    const [rows = 0, columns = 0] = [input.shape[down], input.shape[across]];
    const count = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
    const matrices = transpose(input, [...rest, down, across]);
    const flat = reshape(matrices, [...matrices.shape.slice(0, -2), rows * columns]);
    const start = offset < 0 ? -offset * columns : offset;
    const end = start + (count - 1) * (columns + 1) + 1;
    return sliceAlong(flat, rest.length, count === 0 ? '0:0' : `${start}:${end}:${columns + 1}`);
  });
}

/**
 * The sum of the diagonal that `diagonal` returns.
 *
 * @keras numpy.Trace offset=0 axis1=0 axis2=1
 * @throws ShapeError for fewer than 2 axes, or if both axes are the same.
 * @example ops.trace([[1, 2], [3, 4]]) // 5
 */
export function trace(x: TensorLike, offset = 0, axis1 = 0, axis2 = 1): Tensor {
  return scoped(() => sum(diagonalOf('trace', x, offset, axis1, axis2), -1));
}

/** The square matrix with x, of one axis, on the k-th diagonal. */
function onDiagonal(op: string, x: Tensor, k: number): Tensor {
  const count = x.size;
  const size = count + Math.abs(k);
  requireRoom([size, size + 1], x.dtype, () => `${op}: ${count} elements on diagonal ${k}`);
  if (count === 0) return full([size, size], 0, x.dtype);
  // Each element and what lies between it and the next; the last one has nothing behind it.
  const spread = reshape(pad(expandDims(x, 1), [[0, 0], [0, size]]), [count * (size + 1)]); // prettier-ignore
  const used = sliceAlong(spread, 0, [0, count * (size + 1) - size]);
  const start = k < 0 ? -k * size : k;
  return reshape(pad(used, [[start, size * size - start - used.size]]), [size, size]);
}

/**
 * For a vector x, the square matrix with x on its k-th diagonal; for a matrix, its k-th diagonal.
 *
 * @keras numpy.Diag k=0
 * @param k the index of the diagonal: 0 is the main diagonal, positive ones are above it. Default 0
 * @throws ShapeError for any other number of axes.
 * @example ops.diag([1, 2]) // [[1, 0], [0, 2]]
 */
export function diag(x: TensorLike, k = 0): Tensor {
  checkNumber('diag', 'k', k, INT32);
  return scoped(() => {
    const input = toTensor(x);
    if (input.ndim === 1) return onDiagonal('diag', input, k);
    if (input.ndim === 2) return diagonalOf('diag', input, k, 0, 1);
    throw new ShapeError(
      `diag: needs a tensor of 1 or 2 dimensions, got shape ${formatShape(input.shape)}. Use diagonal for more axes.`,
    );
  });
}

/**
 * The square matrix with all elements of x on its k-th diagonal.
 *
 * @keras numpy.Diagflat k=0
 * @param k the index of the diagonal: 0 is the main diagonal, positive ones are above it. Default 0
 * @example ops.diagflat([[1, 2]]) // [[1, 0], [0, 2]]
 */
export function diagflat(x: TensorLike, k = 0): Tensor {
  checkNumber('diagflat', 'k', k, INT32);
  return scoped(() => {
    const input = toTensor(x);
    return onDiagonal('diagflat', reshape(input, [input.size]), k);
  });
}

/** Whether an element of a matrix lies on the k-th diagonal or below, as bool [rows, columns]. */
export function isBelow(rows: number, columns: number, k: number): Tensor {
  return greaterEqual(reshape(add(arange(rows), k), [rows, 1]), arange(columns));
}

function triangle(op: string, x: TensorLike, k: number, isLower: boolean): Tensor {
  checkNumber(op, 'k', k, INT32);
  return scoped(() => {
    const input = toTensor(x);
    requireMatrix(op, input);
    const [rows = 0, columns = 0] = input.shape.slice(-2);
    const none = full([], 0, input.dtype);
    return isLower
      ? where(isBelow(rows, columns, k), input, none)
      : where(isBelow(rows, columns, k - 1), none, input);
  });
}

/**
 * The matrices of the last two axes with zeros above the k-th diagonal.
 *
 * @keras numpy.Tril k=0
 * @param k the last diagonal to keep: 0 is the main diagonal, positive ones are above it. Default 0
 * @throws ShapeError for fewer than 2 axes.
 * @example ops.tril([[1, 2], [3, 4]]) // [[1, 0], [3, 4]]
 */
export function tril(x: TensorLike, k = 0): Tensor {
  return triangle('tril', x, k, true);
}

/**
 * The matrices of the last two axes with zeros below the k-th diagonal.
 *
 * @keras numpy.Triu k=0
 * @param k the first diagonal to keep: 0 is the main diagonal, positive ones are above it. Default 0
 * @throws ShapeError for fewer than 2 axes.
 * @example ops.triu([[1, 2], [3, 4]]) // [[1, 2], [0, 4]]
 */
export function triu(x: TensorLike, k = 0): Tensor {
  return triangle('triu', x, k, false);
}
