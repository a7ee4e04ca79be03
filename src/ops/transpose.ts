import { record } from '../autodiff/index.js';
import { ShapeError } from '../errors.js';
import {
  formatShape,
  normalizeAxis,
  requireList,
  requireTensor,
  scoped,
  toTensor,
} from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { ownResult } from './logits.js';
import { permute } from './shared/permute.js';

/**
 * x with its axes in the order `axes` (out.shape[i] = x.shape[axes[i]]), by default reversed.
 *
 * @keras numpy.Transpose axes=null
 * @method
 * @throws ShapeError unless `axes` names every axis once.
 * @example ops.transpose([[1, 2, 3], [4, 5, 6]]) // [[1, 4], [2, 5], [3, 6]]
 */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const rank = input.ndim;
    if (axes !== undefined) requireList('transpose', 'axes', axes);
    const order =
      axes?.map((axis) => normalizeAxis('transpose', axis, rank)) ??
      Array.from({ length: rank }, (_, i) => rank - 1 - i);
    if (order.length !== rank || new Set(order).size !== rank) {
      throw new ShapeError(
        `transpose: axes ${formatShape(axes ?? [])} must name each of the ${rank} axes once.`,
      );
    }
    const inverse = order.map((_, axis) => order.indexOf(axis));
    return record('transpose', [input], permute(input, order), [], (dy) => [
      transpose(dy, inverse),
    ]);
  });
}

/**
 * x with axis `from` moved to place `to`.
 *
 * @keras numpy.Moveaxis source destination
 * @example ops.moveAxis(zeros([2, 3, 4]), 0, 2).shape // [3, 4, 2]
 */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  requireTensor('moveAxis', x);
  const source = normalizeAxis('moveAxis', from, x.ndim);
  const target = normalizeAxis('moveAxis', to, x.ndim);
  if (source === target) return ownResult(x, x);
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== source);
  order.splice(target, 0, source);
  return transpose(x, order);
}

/**
 * x with two of its axes exchanged.
 *
 * @keras numpy.Swapaxes axis1 axis2
 * @method
 * @example zeros([2, 3, 4]).swapAxes(0, 2).shape // [4, 3, 2]
 */
export function swapAxes(x: TensorLike, axis1: number, axis2: number): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const [a, b] = [axis1, axis2].map((axis) => normalizeAxis('swapAxes', axis, input.ndim));
    return transpose(
      input,
      input.shape.map((_, i) => (i === a ? (b ?? i) : i === b ? (a ?? i) : i)),
    );
  });
}
