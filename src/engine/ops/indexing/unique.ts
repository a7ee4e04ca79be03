import { describeValue } from '../../../config/describe-value.js';
import { MAX_LENGTH, checkBoolean, checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  arange,
  full,
  normalizeAxis,
  ones,
  scoped,
  sizeOf,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { isNaN, logicalAnd, logicalNot, logicalOr, equal, less } from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { cumsum } from '../reductions/cumulative.js';
import { gatherRows } from './gather.js';
import { all } from '../reductions/reduce.js';
import { reshape } from '../shapes/reshape.js';
import { indicesOfTrue } from './searching.js';
import { slice, sliceAlong } from './slice.js';
import { argsort, sort } from './sort.js';
import { sum } from '../reductions/sum.js';
import { moveAxis } from '../shapes/transpose.js';
import { where } from '../elementwise/where.js';

/** Options of `unique`. */
export interface UniqueOptions {
  /** Whether to return the position at which each unique element first occurs. Default false. */
  readonly returnIndex?: boolean;
  /** Whether to return the position of each element among the unique ones. Default false. */
  readonly returnInverse?: boolean;
  /** Whether to return how often each unique element occurs. Default false. */
  readonly returnCounts?: boolean;
  /** The axis whose entries are compared as a whole. Default null: single elements. */
  readonly axis?: number | null;
  /** The number of elements to return: further ones are dropped, or `fillValue` is added. Default null: all. */
  readonly size?: number | null;
  /** The number to add for `size`. Default null: the smallest element. */
  readonly fillValue?: number | null;
}

const FLAGS = ['returnIndex', 'returnInverse', 'returnCounts'] as const;

/**
 * The elements of x without repetitions, in ascending order; NaN counts once. With additional results, a list in the order of the options.
 *
 * @keras = unique
 * @throws ValueError for wrong options, ShapeError for an axis out of range.
 * @example ops.unique([3, 1, 3]) // [1, 3]
 */
export function unique(x: TensorLike, options?: UniqueOptions): Tensor | Tensor[];
export function unique(x: TensorLike, options: UniqueOptions = {}): Tensor | Tensor[] {
  checkOptions('unique', options, [...FLAGS, 'axis', 'size', 'fillValue']);
  const flags = FLAGS.map((name) => checkBoolean('unique', name, options[name] ?? false));
  const { axis = null, size = null, fillValue = null } = options;
  if (size !== null)
    checkNumber('unique', 'size', size, { min: 1, max: MAX_LENGTH, integer: true });
  if (fillValue !== null && typeof fillValue !== 'number') {
    throw new ValueError(`unique: fillValue must be a number, got ${describeValue(fillValue)}.`);
  }
  return scoped(() => {
    const given = toTensor(x);
    const along = axis === null ? 0 : normalizeAxis('unique', axis, given.ndim);
    const front = axis === null ? reshape(given, [given.size]) : moveAxis(given, along, 0);
    const count = front.shape[0] ?? 0;
    if (count === 0 && size !== null) {
      throw new ShapeError('unique: there are no elements of which a size could be made.');
    }
    const table = reshape(front, [count, sizeOf(front.shape.slice(1))]);
    // Numbers alone need no order to be sorted.
    const order = table.shape[1] === 1 && !flags[0] && !flags[1] ? undefined : orderOfRows(table);
    const sorted =
      order === undefined
        ? reshape(sort(reshape(table, [count])), [count, 1])
        : gatherRows(table, order);
    const isFirst = firstOfRuns(sorted);
    const allStarts = indicesOfTrue(isFirst);
    // What is added begins as the smallest one.
    const starts = size === null ? allStarts : fitted(allStarts, size);
    const entries = gatherRows(sorted, starts);
    const filled = fillValue === null ? entries : withFill(entries, isFirst, fillValue);
    const values = reshape(filled, [starts.size, ...front.shape.slice(1)]);
    const results = [axis === null ? values : moveAxis(values, 0, along)];
    if (order !== undefined && flags[0]) results.push(gatherRows(order, starts));
    if (order !== undefined && flags[1]) {
      const group = sub(cumsum(convert(isFirst, 'int32')), 1);
      const inverse = gatherRows(group, argsort(order));
      results.push(axis === null ? reshape(inverse, given.shape) : inverse);
    }
    if (flags[2]) {
      const ends = concat([sliceAlong(allStarts, 0, '1:'), full([1], count, 'int32')]);
      const counts = sub(sliceAlong(ends, 0, [0, allStarts.size]), allStarts);
      results.push(size === null ? counts : fitted(counts, size));
    }
    return results.length === 1 ? (results[0] as Tensor) : results;
  });
}

/** The order in which rows ascend, as words in a dictionary; equal rows keep theirs. */
function orderOfRows(table: Tensor): Tensor {
  const [rows = 0, columns = 0] = table.shape;
  let order = arange(rows);
  for (let column = columns - 1; column >= 0; column--) {
    const key = gatherRows(slice(table, ':', column), order);
    order = gatherRows(order, argsort(key));
  }
  return order;
}

/** Whether a row differs from the one before it; NaN equals NaN. */
function firstOfRuns(sorted: Tensor): Tensor {
  const [rows = 0] = sorted.shape;
  if (rows === 0) return zeros([0], 'bool');
  const [before, after] = [sliceAlong(sorted, 0, [0, rows - 1]), sliceAlong(sorted, 0, [1, rows])];
  const isEqual = equal(before, after);
  const isSame =
    sorted.dtype === 'float32'
      ? logicalOr(isEqual, logicalAnd(isNaN(before), isNaN(after)))
      : isEqual;
  return concat([ones([1], 'bool'), logicalNot(all(isSame, 1))]);
}

/** The first `size`, with zeros behind them where there are fewer. */
function fitted(x: Tensor, size: number): Tensor {
  return sliceAlong(concat([x, zeros([size], 'int32')]), 0, [0, size]);
}

/** Rows beyond the number of runs replaced. */
function withFill(entries: Tensor, isFirst: Tensor, value: number): Tensor {
  const [rows = 0] = entries.shape;
  const isOwn = reshape(less(arange(rows), sum(convert(isFirst, 'int32'))), [rows, 1]);
  return where(isOwn, entries, full([], value, entries.dtype));
}
