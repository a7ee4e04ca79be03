import { record, sever } from '../autodiff/index.js';
import { checkBoolean, checkOptions } from '../config/index.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, scoped, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { alongAxisOrAll, rowsOf } from './along-axis.js';
import { convert } from './cast.js';
import { takeAlongRows } from './take-along.js';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The largest first. Default false. */
  readonly descending?: boolean;
}

/** For each thread with a row: counters of digits, and room for items. The kernels say how much. */
const COUNTER_BYTES = 4096;

type Kernel = 'sortRows' | 'argsortRows';

const ITEM_BYTES: Readonly<Record<Kernel, number>> = { sortRows: 4, argsortRows: 16 };

function runSort(kernel: Kernel, x: Tensor, descending: boolean): Tensor {
  const runtime = currentRuntime();
  const { rows, columns } = rowsOf(x);
  const isFloat = x.dtype === 'float32';
  const out = emptyTensor(x.shape, kernel === 'sortRows' ? x.dtype : 'int32');
  const parts = Math.min(rows, runtime.threads);
  runtime.withScratch(parts * (COUNTER_BYTES + columns * ITEM_BYTES[kernel]), (scratch) => {
    runtime.run(
      kernel,
      out.pointer,
      x.pointer,
      rows,
      columns,
      Number(isFloat),
      Number(descending),
      scratch,
    );
  });
  return out;
}

function sortRows(x: Tensor, descending: boolean): Tensor {
  const out = runSort('sortRows', x, descending);
  // The order is found on the way back only: without a gradient nobody needs it. The order of the order says where
  // each element of x went.
  return record('sort', [x], out, [x], (dy, [p]) => {
    const order = runSort('argsortRows', p, descending);
    return [takeAlongRows(dy, runSort('argsortRows', order, false))];
  });
}

function checkDescending(op: string, options: SortOptions): boolean {
  checkOptions(op, options, ['descending']);
  return checkBoolean(op, 'descending', options.descending ?? false);
}

/** float32 stays, everything else is sorted as int32. */
function sortable(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : convert(x, 'int32');
}

/**
 * The elements of x in order along `axis` (default the last; null: of all elements, flattened), in x's dtype. NaN
 * counts as larger than every number, so it comes last, or first if `descending`. The gradient goes to where each
 * element came from.
 *
 * @throws ShapeError for a scalar with an axis.
 * @example tensor([3, 1, 2]).sort() // [1, 2, 3]
 */
export function sort(x: TensorLike, axis: number | null = -1, options: SortOptions = {}): Tensor {
  const descending = checkDescending('sort', options);
  return scoped(() => {
    const input = toTensor(x);
    const sorted = alongAxisOrAll('sort', sortable(input), axis, (rows) =>
      sortRows(rows, descending),
    );
    return convert(sorted, input.dtype);
  });
}

/**
 * The int32 indices that put x in order along `axis` (default the last; null: of all elements, flattened). Equal
 * elements keep their order, in both directions; NaN counts as larger than every number.
 *
 * @throws ShapeError for a scalar with an axis.
 * @example tensor([3, 1, 2]).argsort() // [1, 2, 0]
 */
export function argsort(
  x: TensorLike,
  axis: number | null = -1,
  options: SortOptions = {},
): Tensor {
  const descending = checkDescending('argsort', options);
  return scoped(() =>
    alongAxisOrAll('argsort', sortable(toTensor(x)), axis, (rows) =>
      sever('argsort', [rows], runSort('argsortRows', rows, descending)),
    ),
  );
}
