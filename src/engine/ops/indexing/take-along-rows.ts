import { arange } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { gatherRows } from './gather.js';
import { reshape } from '../shapes/reshape.js';
import { rowsOf } from '../reductions/along-axis.js';

/**
 * out[…, i] = x[…, indices[…, i]]: elements of each row along the last axis. `indices` are int32 and in range; they agree
 * with x in all other axes.
 */
export function takeAlongRows(x: Tensor, indices: Tensor): Tensor {
  const flat = reshape(x, [x.size]);
  return reshape(gatherRows(flat, places(indices, rowsOf(x).columns)), indices.shape);
}

/** Where x[…, indices[…, i]] lies among all elements, `columns` being the length of x's last axis. */
function places(indices: Tensor, columns: number): Tensor {
  const { rows, columns: count } = rowsOf(indices);
  const starts = reshape(mul(arange(rows), columns), [rows, 1]);
  return reshape(add(reshape(indices, [rows, count]), starts), [indices.size]);
}
