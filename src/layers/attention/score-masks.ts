// Masks of scores [queries, keys].
import { abs, greaterEqual, less, reshape, sub } from '../../ops/index.js';
import { arange } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';

const column = (queries: number): Tensor => reshape(arange(queries), [queries, 1]);

/** Whether key s comes no later than query t, [1, queries, keys]. */
export function causalMask(queries: number, keys: number): Tensor {
  return reshape(greaterEqual(column(queries), arange(keys)), [1, queries, keys]);
}

/** Whether key s lies less than `width` steps from query t, [1, queries, keys]. */
export function windowMask(queries: number, keys: number, width: number): Tensor {
  return reshape(less(abs(sub(column(queries), arange(keys))), width), [1, queries, keys]);
}
