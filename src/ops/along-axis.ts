import { ShapeError } from '../errors.js';
import { normalizeAxis, sizeOf } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { reshape } from './reshape.js';
import { moveAxis } from './transpose.js';

/** Length of the last axis and number of rows along it. */
export function rowsOf(x: Tensor): { readonly rows: number; readonly columns: number } {
  return { columns: x.shape[x.ndim - 1] ?? 1, rows: sizeOf(x.shape.slice(0, -1)) };
}

/** Applies a function of rows along another axis than the last by moving that axis there and back. */
export function alongAxis(op: string, x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  if (x.ndim === 0) {
    throw new ShapeError(`${op}: needs a tensor of at least 1 dimension, got a scalar.`);
  }
  const along = normalizeAxis(op, axis, x.ndim);
  if (along === x.ndim - 1) return f(x);
  return moveAxis(f(moveAxis(x, along, -1)), -1, along);
}

/** The same; without an axis all elements in order are the one row. */
export function alongAxisOrAll(
  op: string,
  x: Tensor,
  axis: number | null,
  f: (x: Tensor) => Tensor,
): Tensor {
  return axis === null ? f(reshape(x, [x.size])) : alongAxis(op, x, axis, f);
}
