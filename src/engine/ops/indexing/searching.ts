// Positions of values: in order, in bins, among others.
import { sever } from '../../autodiff/index.js';
import { describeValue } from '../../../config/describe-value.js';
import {
  MAX_LENGTH,
  checkBoolean,
  checkLength,
  checkNumber,
  checkOptions,
  oneOf,
} from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  arange,
  emptyTensor,
  formatShape,
  full,
  ones,
  requireRoom,
  scoped,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { equal, greaterEqual, lessEqual, logicalAnd, logicalNot } from '../elementwise/compare.js';
import {
  areInRange,
  countOfTrue,
  firstOutOfRange,
  gatherRows,
  largestOf,
  wholeIndices,
} from './gather.js';
import { unravelIndex } from './selection.js';
import { max, min } from '../reductions/reduce.js';
import { reshape } from '../shapes/reshape.js';
import { scatterUpdate } from './scatter.js';
import { commonOperands, toFloat } from '../elementwise/operands.js';
import { sort } from './sort.js';
import { minimum } from '../elementwise/power.js';
import { where } from '../elementwise/where.js';

/** The side of equal elements on which a value is inserted. */
export type SearchSide = 'left' | 'right';

const SIDES: readonly SearchSide[] = ['left', 'right'];

/**
 * The positions at which to insert values into `sorted`, a vector in ascending order, to keep it in order: int32, before equal
 * elements (`'left'`) or after them (`'right'`). NaN counts as larger than every number.
 *
 * @keras numpy.SearchSorted(sorted_sequence, values) side="left"
 * @param sorted a vector in ascending order
 * @param values the numbers to insert, in any shape
 * @throws ShapeError unless `sorted` is a vector, ValueError for an unknown side.
 * @example ops.searchSorted([1, 2, 2, 4], [2, 3]) // [1, 3]
 */
export function searchSorted(
  sorted: TensorLike,
  values: TensorLike,
  side: SearchSide = 'left',
): Tensor {
  return search('searchSorted', sorted, values, oneOf('searchSorted', 'side', side, SIDES));
}

function search(op: string, sorted: TensorLike, values: TensorLike, side: SearchSide): Tensor {
  return scoped(() => {
    const [row, x] = commonOperands(sorted, values, 'int32');
    if (row.ndim !== 1) {
      throw new ShapeError(
        `${op}: needs a vector to search in, got shape ${formatShape(row.shape)}.`,
      );
    }
    const out = emptyTensor(x.shape, 'int32');
    currentRuntime()
      .with(numeric)
      .run(
        'searchSorted',
        out.pointer,
        row.pointer,
        row.size,
        x.pointer,
        x.size,
        Number(side === 'right'),
        Number(x.dtype === 'float32'),
      );
    return sever(op, [row, x], out);
  });
}

/**
 * The bin of each number, int32: i where bins[i − 1] ≤ x < bins[i], for `bins` in ascending order.
 *
 * @keras numpy.Digitize(x, bins)
 * @param bins the boundaries between bins: a vector in ascending order
 * @throws ShapeError unless `bins` is a vector.
 * @example ops.digitize([0.5, 1, 5], [1, 2, 3]) // [0, 1, 3]
 */
export function digitize(x: TensorLike, bins: TensorLike): Tensor {
  return search('digitize', bins, x, 'right');
}

/**
 * How often each whole number from 0 occurs along the last axis of x, int32; with `weights`, the sum of the weights for each
 * number, float32. The largest number determines how many counts there are, at least `minlength`.
 *
 * @keras = bincount
 * @param x non-negative whole numbers, counted along the last axis
 * @param weights a weight for each number, of the shape of x. Default, and null: 1 for each
 * @param minlength the smallest number of counts. Default 0
 * @throws ValueError for negative numbers, ShapeError for weights of a wrong shape.
 * @example ops.bincount([0, 2, 2]) // [1, 0, 2]
 */
export function bincount(x: TensorLike, weights?: TensorLike | null, minlength = 0): Tensor {
  checkNumber('bincount', 'minlength', minlength, { min: 0, max: MAX_LENGTH, integer: true });
  return scoped(() => {
    const input = wholeIndices('bincount', toTensor(x));
    if (input.ndim === 0) throw new ShapeError('bincount: needs a tensor of at least 1 dimension.');
    const length = largestOf(input, minlength - 1) + 1;
    if (!areInRange(input, length)) {
      const bad = firstOutOfRange(input, length);
      throw new ValueError(
        `bincount: ${String(input.data()[bad])} at position ${bad} is below 0. Only whole numbers from 0 on are counted.`,
      );
    }
    const weighed = weights === undefined || weights === null ? ones(input.shape, 'int32') : toFloat(weights); // prettier-ignore
    if (weighed.shape.join() !== input.shape.join()) {
      throw new ShapeError(
        `bincount: weights of shape ${formatShape(weighed.shape)} for numbers of shape ${formatShape(input.shape)}.`,
      );
    }
    const columns = input.shape.at(-1) ?? 1;
    const lead = input.shape.slice(0, -1);
    const rows = lead.reduce((a, b) => a * b, 1);
    requireRoom([...lead, length], 'int32', () => `bincount: ${length} counts`);
    const starts = reshape(mul(arange(rows), length), [rows, 1]);
    const flat = reshape(add(reshape(input, [rows, columns]), starts), [input.size, 1]);
    const counts = scatterUpdate(
      zeros([rows * length], weighed.dtype),
      flat,
      reshape(weighed, [weighed.size]),
      'add',
    );
    return reshape(counts, [...lead, length]);
  });
}

/**
 * How many elements of x fall in each of `bins` equal bins over `range`, by default from the smallest to the largest element, and
 * the edges of the bins: float32 [bins] and [bins + 1]. The last bin includes its upper edge.
 *
 * @keras numpy.Histogram bins=10 range=null
 * @param bins the number of bins. Default 10
 * @param range the lower edge of the first bin and the upper edge of the last. Default, and null: the smallest and the largest
 * element
 * @throws ValueError for an invalid number of bins, or a range that is not a pair of ascending numbers.
 * @example const [counts, ends] = ops.histogram([1, 2, 2, 5], 2); // counts [3, 1], ends [1, 3, 5]
 */
export function histogram(
  x: TensorLike,
  bins = 10,
  range?: readonly [low: number, high: number] | null,
): [counts: Tensor, ends: Tensor] {
  checkLength('histogram', 'bins', bins);
  const given = range ?? undefined;
  if (
    given !== undefined &&
    !(
      Array.isArray(given) &&
      given.length === 2 &&
      given.every(Number.isFinite) &&
      given[0] <= given[1]
    )
  ) {
    // prettier-ignore
    throw new ValueError(
      `histogram: range must be two numbers [low, high], low not above high, got ${describeValue(range)}.`,
    );
  }
  return scoped(() => {
    const input = reshape(toFloat(x), [-1]);
    const [low, high] =
      given === undefined && input.size > 0
        ? [min(input), max(input)]
        : [full([], given?.[0] ?? 0), full([], given?.[1] ?? 1)];
    // As NumPy: all of one number lie in a range of length 1 around it.
    const isPoint = equal(low, high);
    const [from, to] = [where(isPoint, sub(low, 0.5), low), where(isPoint, add(high, 0.5), high)];
    const fractions = div(arange(bins + 1), bins);
    const ends = add(mul(sub(1, fractions), from), mul(fractions, to));
    const isInside = logicalAnd(greaterEqual(input, from), lessEqual(input, to));
    const behind = sub(search('histogram', ends, input, 'right'), 1);
    const bin = where(isInside, minimum(behind, bins - 1), bins);
    const all = scatterUpdate(
      zeros([bins + 1], 'int32'),
      reshape(bin, [input.size, 1]),
      ones([input.size], 'int32'),
      'add',
    );
    const counts = convert(gatherRows(all, arange(bins)), 'float32');
    return [sever('the counts of histogram', [input], counts), ends];
  });
}

/** The positions of the bytes of `mask` that are not 0, in order; how many decides a length. */
export function indicesOfTrue(mask: Tensor): Tensor {
  const out = emptyTensor([countOfTrue(mask)], 'int32');
  currentRuntime().with(numeric).run('trueIndices', out.pointer, mask.pointer, mask.size);
  return sever('nonzero', [mask], out);
}

/**
 * The indices of the elements that are not 0, in order: a tensor for each axis, int32.
 *
 * @keras numpy.Nonzero
 * @throws ShapeError for a scalar.
 * @example const [row, column] = ops.nonzero([[0, 1], [2, 0]]); // row [0, 1], column [1, 0]
 */
export function nonzero(x: TensorLike): Tensor[] {
  return scoped(() => {
    const input = toTensor(x);
    if (input.ndim === 0) throw new ShapeError('nonzero: needs a tensor of at least 1 dimension.');
    const found = indicesOfTrue(convert(input, 'bool'));
    return input.size === 0
      ? input.shape.map(() => zeros([0], 'int32'))
      : unravelIndex(found, input.shape);
  });
}

/** Options of `isIn`. */
export interface IsInOptions {
  /** Whether to invert the result. Default false. */
  readonly invert?: boolean;
}

/**
 * Whether each element of x occurs in `others`, as bool. NaN never does.
 *
 * @keras = isIn
 * @param others the numbers to look for, in any shape
 * @example ops.isIn([1, 2, 3], [2, 5]) // [false, true, false]
 */
export function isIn(x: TensorLike, others: TensorLike, options: IsInOptions = {}): Tensor {
  checkOptions('isIn', options, ['invert']);
  const invert = checkBoolean('isIn', 'invert', options.invert ?? false);
  return scoped(() => {
    const [input, among] = commonOperands(x, others, 'int32');
    if (among.size === 0) return full(input.shape, invert);
    const row = sort(reshape(among, [among.size]));
    const at = minimum(search('isIn', row, input, 'left'), among.size - 1);
    const found = equal(reshape(gatherRows(row, reshape(at, [at.size])), input.shape), input);
    return invert ? logicalNot(found) : found;
  });
}
