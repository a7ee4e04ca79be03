import { record, sever } from '../../autodiff/index.js';
import { checkBoolean, checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, formatShape, normalizeAxis, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { alongAxisOrAll, rowsOf } from '../reductions/along-axis.js';
import { arithmetic, convert } from '../elementwise/cast.js';
import { takeAlongRows } from './selection.js';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Whether the largest come first. Default false. */
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
  const groups = Math.min(rows, runtime.threads);
  runtime.withScratch(groups * (COUNTER_BYTES + columns * ITEM_BYTES[kernel]), (scratch) => {
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
  // The order is found in the backward pass only, as nothing else needs it. The order of the order says where each
  // element of x went.
  return record('sort', [x], out, [x], (dy, [p]) => {
    const order = runSort('argsortRows', p, descending);
    return [takeAlongRows(dy, runSort('argsortRows', order, false))];
  });
}

function checkDescending(op: string, options: SortOptions): boolean {
  checkOptions(op, options, ['descending']);
  return checkBoolean(op, 'descending', options.descending ?? false);
}

/**
 * The elements of x in ascending order along `axis` (default the last; null: all elements, flattened), in x's dtype.
 * NaN counts as larger than every number, so it comes last, or first if `descending`. The gradient goes to the original
 * positions.
 *
 * @keras = sorted('numpy.Sort')
 * @method
 * @throws ShapeError for a scalar with an axis.
 * @example tensor([3, 1, 2]).sort() // [1, 2, 3]
 */
export function sort(x: TensorLike, axis: number | null = -1, options: SortOptions = {}): Tensor {
  const descending = checkDescending('sort', options);
  return scoped(() => {
    const input = toTensor(x);
    const sorted = alongAxisOrAll('sort', arithmetic(input), axis, (rows) =>
      sortRows(rows, descending),
    );
    return convert(sorted, input.dtype);
  });
}

/**
 * The int32 indices that sort x along `axis` (default the last; null: all elements, flattened). Equal elements keep
 * their order, in both directions; NaN counts as larger than every number.
 *
 * @keras = sorted('numpy.Argsort')
 * @method
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
    alongAxisOrAll('argsort', arithmetic(toTensor(x)), axis, (rows) =>
      sever('argsort', [rows], runSort('argsortRows', rows, descending)),
    ),
  );
}

/**
 * The int32 indices that partition x along `axis` (default the last; null: all elements, flattened): the element at position `kth` is the
 * one at this position in sorted order, no element before it is larger and none after it is smaller. Here these are the indices of
 * `argsort`, which partition x at every position. NaN counts as larger than every number.
 *
 * @keras numpy.Argpartition kth axis=-1
 * @param kth a position along the axis; negative ones count from the end
 * @throws ShapeError for a scalar with an axis, ValueError for a kth out of range.
 * @example ops.argpartition([7, 1, 9, 3], 1) // [1, 3, 0, 2]
 */
export function argpartition(x: TensorLike, kth: number, axis: number | null = -1): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const length =
      axis === null
        ? input.size
        : (input.shape[normalizeAxis('argpartition', axis, input.ndim)] ?? 1);
    checkNumber(`argpartition of shape ${formatShape(input.shape)}`, 'kth', kth, {
      min: -length,
      max: length - 1,
      integer: true,
    });
    return argsort(input, axis);
  });
}

/**
 * The k largest elements along the last axis and their int32 indices, the largest first, as in Keras's top_k. Equal
 * elements keep their order; NaN counts as larger than every number. The gradient of the values goes to their original
 * positions.
 *
 * @keras math.TopK k [sorted=true|false] [is_stable=|true|false]
 * @method
 * @param k the number of elements, from 1 to the length of the axis
 * @throws ShapeError for a scalar, ValueError unless 1 ≤ k ≤ the length of the last axis.
 * @example tensor([1, 9, 4]).topK(2) // [[9, 4], [1, 2]]
 */
export function topK(x: TensorLike, k: number): [values: Tensor, indices: Tensor] {
  return scoped(() => {
    const given = toTensor(x);
    if (given.ndim === 0) {
      throw new ShapeError('topK: needs a tensor of at least 1 dimension, got a scalar.');
    }
    const { rows, columns } = rowsOf(given);
    checkNumber(`topK of shape ${formatShape(given.shape)}`, 'k', k, {
      min: 1,
      max: columns,
      integer: true,
    });
    const input = arithmetic(given);
    const indices = emptyTensor([...input.shape.slice(0, -1), k], 'int32');
    const runtime = currentRuntime();
    runtime.withScratch(Math.min(rows, runtime.threads) * k * 8, (scratch) => {
      runtime.run(
        'topKRows',
        indices.pointer,
        input.pointer,
        rows,
        columns,
        k,
        Number(input.dtype === 'float32'),
        scratch,
      );
    });
    return [takeAlongRows(given, indices), sever('the indices of topK', [given], indices)];
  });
}
