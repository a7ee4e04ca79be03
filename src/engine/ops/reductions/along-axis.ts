import { ShapeError } from '../../../errors.js';
import { normalizeAxes, normalizeAxis, sizeOf } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { reshape } from '../shapes/reshape.js';
import { moveAxis, transpose } from '../shapes/transpose.js';

/** Length of the last axis and number of rows along it. */
export function rowsOf(x: Tensor): { readonly rows: number; readonly columns: number } {
  return { columns: x.shape[x.ndim - 1] ?? 1, rows: sizeOf(x.shape.slice(0, -1)) };
}

/** Applies a function of rows along another axis than the last by moving that axis there and back. */
function alongAxis(op: string, x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  if (x.ndim === 0) {
    throw new ShapeError(`${op}: needs a tensor of at least 1 dimension, got a scalar.`);
  }
  const along = normalizeAxis(op, axis, x.ndim);
  if (along === x.ndim - 1) return f(x);
  return moveAxis(f(moveAxis(x, along, -1)), -1, along);
}

/** f along several axes, which are one row together, in their order, as if they were flattened. */
export function alongAxes(
  op: string,
  x: Tensor,
  axis: number | readonly number[],
  f: (x: Tensor) => Tensor,
): Tensor {
  if (typeof axis === 'number') return alongAxis(op, x, axis, f);
  const axes = normalizeAxes(op, axis, x.ndim);
  const [only, ...more] = axes;
  if (only === undefined)
    throw new ShapeError(`${op}: the list of axes is empty. Give one at least.`);
  if (more.length === 0) return alongAxis(op, x, only, f);
  const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...rest, ...axes];
  const isMoved = order.some((at, i) => at !== i);
  const moved = isMoved ? transpose(x, order) : x;
  const rows = reshape(moved, [
    ...moved.shape.slice(0, rest.length),
    sizeOf(moved.shape.slice(rest.length)),
  ]);
  const y = reshape(f(rows), moved.shape);
  return isMoved
    ? transpose(
        y,
        order.map((_, i) => order.indexOf(i)),
      )
    : y;
}

/** f along one axis; without an axis all elements in order are the one row. */
export function alongAxisOrAll(
  op: string,
  x: Tensor,
  axis: number | null,
  f: (x: Tensor) => Tensor,
): Tensor {
  return axis === null ? f(reshape(x, [x.size])) : alongAxis(op, x, axis, f);
}
