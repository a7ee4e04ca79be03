// Elements picked by indices and conditions.
import {
  arange,
  broadcastShapes,
  formatShape,
  normalizeAxis,
  requireList,
  requireRoom,
  scoped,
  Tensor,
  tensor,
  toTensor,
} from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import { add, mul, sub } from '../elementwise/arithmetic.js';
import {
  checkedIndices,
  decidingNumbers,
  gather,
  gatherRows,
  oneHot,
  wholeIndices,
} from './gather.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { rowsOf } from '../reductions/along-axis.js';
import { describeValue } from '../../../config/describe-value.js';
import { checkLength, checkNumber, INT32, MAX_LENGTH, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { unknownLength } from '../../runtime/index.js';
import { convert } from '../elementwise/cast.js';
import { equal, greater, greaterEqual, less, logicalAnd } from '../elementwise/compare.js';
import { floorDivide } from '../elementwise/pairs.js';
import { maximum, mod } from '../elementwise/power.js';
import { max } from '../reductions/reduce.js';
import { broadcastTo, sum } from '../reductions/sum.js';
import { moveAxis } from '../shapes/transpose.js';
import { where } from '../elementwise/where.js';

/**
 * out[…, i] = x[…, indices[…, i]]: elements of each row along the last axis. `indices` are int32 and in range; they agree
 * with x in all other axes.
 */
export function takeAlongRows(x: Tensor, indices: Tensor): Tensor {
  const flat = reshape(x, [x.size]);
  return reshape(gatherRows(flat, flatIndices(indices, rowsOf(x).columns)), indices.shape);
}

/** Where x[…, indices[…, i]] lies among all elements, `columns` being the length of x's last axis. */
function flatIndices(indices: Tensor, columns: number): Tensor {
  const { rows, columns: count } = rowsOf(indices);
  const starts = reshape(mul(arange(rows), columns), [rows, 1]);
  return reshape(add(reshape(indices, [rows, count]), starts), [indices.size]);
}

/**
 * The elements of x at `indices` along `axis`: out[…, i, …] = x[…, indices[…, i, …], …]. On the other axes both broadcast. With
 * null or without an axis, x is flattened. Negative indices count from the end.
 *
 * @keras numpy.TakeAlongAxis(x, indices) axis=null
 * @throws ValueError naming an index out of range, ShapeError for a wrong number of axes.
 * @example ops.takeAlongAxis([[3, 1], [2, 4]], [[1], [0]], 1) // [[1], [2]]
 */
export function takeAlongAxis(x: TensorLike, indices: TensorLike, axis?: number | null): Tensor {
  return scoped(() => {
    const isFlat = axis === undefined || axis === null;
    const given = toTensor(x);
    const input = isFlat ? reshape(given, [given.size]) : given;
    const at = toTensor(indices);
    const flat = isFlat ? reshape(at, [at.size]) : at;
    if (flat.ndim !== input.ndim) {
      throw new ShapeError(
        `takeAlongAxis: x of shape ${formatShape(input.shape)} and indices of shape ${formatShape(flat.shape)} need as many axes.`,
      );
    }
    const along = normalizeAxis('takeAlongAxis', axis ?? 0, input.ndim);
    const last = (one: Tensor): Tensor => moveAxis(one, along, -1);
    const [rows, picked] = [last(input), last(flat)];
    const lead = broadcastShapes(
      'takeAlongAxis',
      rows.shape.slice(0, -1),
      picked.shape.slice(0, -1),
    );
    const wide = (one: Tensor): Tensor => broadcastTo(one, [...lead, one.shape.at(-1) ?? 1]);
    const checked = checkedIndices('takeAlongAxis', wide(picked), rows.shape.at(-1) ?? 0);
    return moveAxis(takeAlongRows(wide(rows), checked), -1, along);
  });
}

/**
 * At each position, the element of the first choice whose condition is true (not 0), otherwise `fallback`. Everything
 * broadcasts.
 *
 * @keras = select
 * @param conditions tensors in which 0 is false, at least one; earlier ones take precedence
 * @param choices a tensor or number for each condition
 * @param fallback the element where no condition is true. Default 0
 * @throws ValueError unless the numbers of conditions and choices are equal and positive.
 * @example ops.select([[true, false], [true, true]], [[1, 2], [3, 4]]) // [1, 4]
 */
export function select(
  conditions: readonly TensorLike[],
  choices: readonly TensorLike[],
  fallback: TensorLike = 0,
): Tensor {
  requireList('select', 'conditions', conditions);
  requireList('select', 'choices', choices);
  if (conditions.length === 0 || conditions.length !== choices.length) {
    throw new ValueError(
      `select: needs a choice for each condition, and one at least, got ${conditions.length} conditions and ${choices.length} choices.`,
    );
  }
  return scoped(
    () =>
      conditions.reduceRight<TensorLike>(
        (rest, condition, i) => where(condition, choices[i] ?? NaN, rest),
        fallback,
      ) as Tensor,
  );
}

/**
 * Repeats each entry of x along `axis`: `repeats` times, or by a number for each entry. Without an axis, repeats the elements.
 *
 * @keras = repeat
 * @param repeats the number of repetitions for all entries, or for each entry; at least 0
 * @param axis the axis. Default, and null: x is flattened first
 * @throws ValueError for repeats that are not whole or are negative, or if their number is not that of the entries.
 * @example ops.repeat([1, 2], 2) // [1, 1, 2, 2]
 */
export function repeat(
  x: TensorLike,
  repeats: number | readonly number[] | Tensor,
  axis?: number | null,
): Tensor {
  return scoped(() => {
    const counts = countsOf(repeats);
    requireList('repeat', 'repeats', counts);
    for (const count of counts) {
      checkNumber('repeat', 'repeats', count, { min: 0, max: MAX_LENGTH, integer: true });
    }
    const isFlat = axis === undefined || axis === null;
    const given = toTensor(x);
    const input = isFlat ? reshape(given, [given.size]) : given;
    const along = normalizeAxis('repeat', axis ?? 0, input.ndim);
    const length = input.shape[along] ?? 0;
    if (counts.length !== 1 && counts.length !== length) {
      throw new ValueError(
        `repeat: needs one number for each of the ${length} entries, or one for all, got ${describeValue(repeats)}.`,
      );
    }
    const [count = 0] = counts;
    if (counts.length === 1) {
      const shape = input.shape.with(along, length * count);
      requireRoom(shape, input.dtype, () => `repeat: ${count} times`);
      const expanded = expandDims(input, along + 1);
      return reshape(broadcastTo(expanded, expanded.shape.with(along + 1, count)), shape);
    }
    const total = counts.reduce((a, b) => a + b, 0);
    requireRoom(input.shape.with(along, total), input.dtype, () => `repeat: ${total} entries`);
    const rows = counts.flatMap((times, i) => new Array<number>(times).fill(i));
    return gather(input, tensor(Int32Array.from(rows)), along);
  });
}

/** How often entries are repeated. Of a tensor elements decide it, and so the length of the result. */
function countsOf(repeats: number | readonly number[] | Tensor): readonly number[] {
  if (typeof repeats === 'number') return [repeats];
  if (!(repeats instanceof Tensor)) return repeats;
  const whole = wholeIndices('repeat', repeats);
  return decidingNumbers(
    whole,
    Array.from({ length: whole.size }, (_, i) => (i === 0 ? unknownLength() : 0)),
  );
}

/**
 * Converts positions in a flattened array to indices along each axis of `shape`: a tensor for each axis, int32. Negative positions count
 * from the end.
 *
 * @keras numpy.UnravelIndex(indices) shape
 * @param indices whole numbers, positions in the flattened array, in any shape
 * @param shape the shape of the array
 * @throws ValueError naming a position out of range.
 * @example const [row, column] = ops.unravelIndex([4], [2, 3]); // row [1], column [1]
 */
export function unravelIndex(indices: TensorLike, shape: readonly number[]): Tensor[] {
  requireList('unravelIndex', 'shape', shape);
  for (const length of shape) checkLength('unravelIndex', 'a length of shape', length);
  return scoped(() => {
    const size = shape.reduce((a, b) => a * b, 1);
    checkNumber('unravelIndex', 'the size of shape', size, { ...INT32, min: 1 });
    const flat = checkedIndices('unravelIndex', indices, size);
    let rest = flat;
    return shape
      .toReversed()
      .map((length) => {
        const index = mod(rest, length);
        rest = quotient(rest, index, length);
        return index;
      })
      .toReversed();
  });
}

/** (x − remainder) / n of whole numbers that are not negative. */
function quotient(x: Tensor, remainder: Tensor, n: number): Tensor {
  return floorDivide(sub(x, remainder), n);
}

/**
 * Whether the class of each target is among the k classes with the largest predictions, as bool. Classes with equal predictions all
 * count. A class whose prediction is NaN never counts, nor does a target that is not a class.
 *
 * @keras math.InTopK(targets, predictions) k
 * @param targets class indices
 * @param predictions […, classes], where … is the shape of the targets
 * @param k the number of classes that count, at least 1
 * @throws ValueError for a k out of range, DTypeError for targets with fractions.
 * @example ops.inTopK([0, 1], [[0.5, 0.3, 0.2], [0.6, 0.1, 0.3]], 1) // [true, false]
 */
export function inTopK(targets: TensorLike, predictions: TensorLike, k: number): Tensor {
  return scoped(() => {
    const scores = toTensor(predictions);
    checkNumber('inTopK', 'k', k, { min: 1, integer: true });
    const labels = wholeIndices('inTopK', toTensor(targets));
    const isClass = logicalAnd(greaterEqual(labels, 0), less(labels, scores.shape.at(-1) ?? 0));
    const own = takeAlongAxis(scores, expandDims(where(isClass, labels, 0), -1), -1);
    const better = sum(convert(greater(scores, own), 'int32'), -1);
    const isNumber = reshape(equal(own, own), labels.shape);
    return logicalAnd(logicalAnd(isClass, isNumber), less(better, k));
  });
}

/**
 * A row for the whole numbers along the last axis: out[…, c] = 1 where one of them is c, otherwise 0, as float32. Negative numbers are
 * dropped, such as −1 as padding of shorter rows.
 *
 * @keras nn.MultiHot(inputs) num_classes [axis=-1] [dtype=null] [sparse=false]
 * @param indices class indices along the last axis; negative ones are ignored
 * @throws ValueError naming an index that is too large, DTypeError for indices with fractions.
 * @example ops.multiHot([[0, 2], [1, 1]], 3) // [[1, 0, 1], [0, 1, 0]]
 */
export function multiHot(indices: TensorLike, classes: number): Tensor {
  return scoped(() => {
    const whole = wholeIndices('multiHot', toTensor(indices));
    const isGiven = convert(greaterEqual(whole, 0), 'float32');
    const hot = mul(oneHot(maximum(whole, 0), classes), expandDims(isGiven, -1));
    if (hot.ndim === 1) return hot;
    return hot.shape.at(-2) === 0 ? sum(hot, -2) : max(hot, -2);
  });
}

/** The order of the axes in `meshgrid`. */
export type GridIndexing = 'xy' | 'ij';

/**
 * Coordinate grids from vectors: the i-th result repeats the i-th vector along the axes of all others. With `'xy'` the first
 * two axes are swapped, so that the first vector runs along rows.
 *
 * @keras = meshgrid
 * @throws ValueError for an unknown indexing, ShapeError for a tensor with more than one axis.
 * @example const [x, y] = ops.meshgrid([[1, 2], [3, 4]]); // x [[1, 2], [1, 2]]
 */
export function meshgrid(tensors: readonly TensorLike[], indexing: GridIndexing = 'xy'): Tensor[] {
  requireList('meshgrid', 'tensors', tensors);
  const order = oneOf('meshgrid', 'indexing', indexing, ['xy', 'ij'] as const);
  return scoped(() => {
    const inputs = tensors.map((one) => {
      const input = toTensor(one);
      if (input.ndim <= 1) return input;
      throw new ShapeError(`meshgrid: needs vectors, got shape ${formatShape(input.shape)}.`);
    });
    const axisOf = (i: number): number =>
      order === 'xy' && inputs.length > 1 && i < 2 ? 1 - i : i;
    const shape = inputs.map((_, i) => inputs[axisOf(i)]?.size ?? 1);
    requireRoom(shape, 'float32', () => 'meshgrid');
    return inputs.map((input, i) =>
      broadcastTo(
        reshape(
          input,
          shape.map((_, axis) => (axis === axisOf(i) ? input.size : 1)),
        ),
        shape,
      ),
    );
  });
}
