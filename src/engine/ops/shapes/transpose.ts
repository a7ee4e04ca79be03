import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  requireList,
  requireTensor,
  scoped,
  stridesOf,
  toTensor,
} from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { writeLayout } from '../../tensor/layout.js';
import { record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { ownResult } from '../neural/logits.js';

/** x with its axes in the order `axes`: out.shape[i] = x.shape[axes[i]]. Checks nothing, records nothing. */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  const out = emptyTensor(shape, x.dtype);
  if (out.size === 0) return out;
  const runtime = currentRuntime();
  const swap = swappedBlocks(x, axes);
  if (swap !== undefined && bytesOf(x.dtype) === 4) {
    runtime.run('transpose2d', out.pointer, x.pointer, swap.batch, swap.rows, swap.columns);
    return out;
  }
  const strides = stridesOf(x.shape);
  const from = axes.map((axis) => strides[axis] ?? 0);
  const layout = writeLayout('transpose', shape, stridesOf(shape), from, false);
  runtime.run('copyStrided', out.pointer, x.pointer, layout, bytesOf(x.dtype));
  return out;
}

/**
 * If `axes` keeps some leading axes and swaps two blocks of neighbouring axes behind them, it is a
 * batch of matrix transpositions, for which there is a faster kernel.
 */
function swappedBlocks(
  x: Tensor,
  axes: readonly number[],
): { batch: number; rows: number; columns: number } | undefined {
  let lead = 0;
  while (lead < axes.length && axes[lead] === lead) lead++;
  const cut = axes[lead];
  if (cut === undefined) return undefined;
  const expected = [
    ...Array.from({ length: x.ndim - cut }, (_, i) => cut + i),
    ...Array.from({ length: cut - lead }, (_, i) => lead + i),
  ];
  if (!expected.every((axis, i) => axes[lead + i] === axis)) return undefined;
  const size = (from: number, to: number): number =>
    x.shape.slice(from, to).reduce((a, b) => a * b, 1);
  return { batch: size(0, lead), rows: size(lead, cut), columns: size(cut, x.ndim) };
}

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
 * x with axis `from` moved to position `to`, or each axis of one list to the position in the other. The remaining axes keep their
 * order.
 *
 * @keras numpy.Moveaxis source destination
 * @param from the axis, or a list of axes
 * @param to the position of the axis in the result, or a list with a position for each axis
 * @throws ShapeError for an axis out of range or given twice, and for lists of different lengths.
 * @example ops.moveAxis(zeros([2, 3, 4]), 0, 2).shape // [3, 4, 2]
 */
export function moveAxis(
  x: Tensor,
  from: number | readonly number[],
  to: number | readonly number[],
): Tensor {
  requireTensor('moveAxis', x);
  const [sources, targets] = [from, to].map((axes) => {
    normalizeAxes('moveAxis', axes, x.ndim);
    return [axes].flat().map((axis) => normalizeAxis('moveAxis', axis, x.ndim));
  }) as [number[], number[]];
  if (sources.length !== targets.length) {
    throw new ShapeError(
      `moveAxis: ${sources.length} axes for ${targets.length} places. Give a place for each axis.`,
    );
  }
  if (sources.every((source, i) => source === targets[i])) return ownResult(x, x);
  const others = x.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis)).values(); // prettier-ignore
  const order = x.shape.map((_, axis) => sources[targets.indexOf(axis)] ?? others.next().value ?? 0); // prettier-ignore
  return transpose(x, order);
}

/**
 * x with two of its axes swapped.
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
