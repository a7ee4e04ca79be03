import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, stridesOf } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Tensor } from '../../tensor/index.js';
import { writeLayout } from '../../tensor/layout.js';

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
