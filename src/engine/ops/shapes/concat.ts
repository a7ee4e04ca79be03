import { describeValue } from '../../../config/describe-value.js';
import { record } from '../../autodiff/index.js';
import { isListOf, requireLengths } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  emptyTensor,
  formatShape,
  full,
  normalizeAxis,
  requireList,
  requireRoom,
  sameShape,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import { promote } from '../../../config/dtype.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { convert } from '../elementwise/cast.js';
import { expandDims, reshape } from './reshape.js';
import { writeRanges, slice, split } from '../indexing/slice.js';
import { broadcastTo } from '../reductions/sum.js';

const wholeRange = (length: number, start = 0) => ({
  start,
  step: 1,
  count: length,
  isIndex: false,
});

/**
 * Concatenates tensors along `axis`; all other axes must be equal. The dtype is the highest dtype of the inputs.
 *
 * @keras numpy.Concatenate(xs) axis=0
 * @stepwise
 * @throws ShapeError naming the first tensor that does not match; ValueError for an empty list.
 * @example ops.concat([[[1, 2]], [[3, 4], [5, 6]]]) // [[1, 2], [3, 4], [5, 6]]
 */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  return scoped(() => {
    requireList('concat', 'tensors', tensors);
    const inputs = tensors.map((x) => toTensor(x));
    const [first] = inputs;
    if (first === undefined) throw new ValueError('concat: the list of tensors is empty.');
    const along = normalizeAxis('concat', axis, first.ndim);
    inputs.forEach((input, i) => {
      const fits = sameShape(
        input.shape.map((length, j) => (j === along ? null : length)),
        first.shape.map((length, j) => (j === along ? null : length)),
      );
      if (!fits) {
        throw new ShapeError(
          `concat: tensor ${i} has shape ${formatShape(input.shape)}, the first has ` +
            `${formatShape(first.shape)}: all axes but axis ${axis} must agree.`,
        );
      }
    });
    const dtype = inputs.reduce((type, input) => promote(type, input.dtype), first.dtype);
    const parts = inputs.map((input) => convert(input, dtype));
    const lengths = parts.map((part) => part.shape[along] ?? 0);
    const total = lengths.reduce((a, b) => a + b, 0);
    const out = emptyTensor(
      first.shape.map((length, i) => (i === along ? total : length)),
      dtype,
    );
    let start = 0;
    const starts = parts.map((part, i) => {
      const [from, length] = [start, lengths[i] ?? 0];
      writeRanges(
        out,
        part,
        out.shape.map((whole, j) => (j === along ? wholeRange(length, from) : wholeRange(whole))),
      );
      start += length;
      return from;
    });
    return record('concat', parts, out, [], (dy) => split(dy, starts.slice(1), along));
  });
}

/**
 * Stacks tensors of the same shape along a new axis.
 *
 * @keras numpy.Stack axis=0
 * @throws ShapeError naming the first tensor of a different shape; ValueError for an empty list.
 * @example ops.stack([[1, 2], [3, 4]], 1) // [[1, 3], [2, 4]]
 */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  return scoped(() => {
    requireList('stack', 'tensors', tensors);
    const inputs = tensors.map((x) => toTensor(x));
    const [first] = inputs;
    if (first === undefined) throw new ValueError('stack: the list of tensors is empty.');
    const at = normalizeAxis('stack', axis, first.ndim + 1);
    inputs.forEach((input, i) => {
      if (sameShape(input.shape, first.shape)) return;
      throw new ShapeError(
        `stack: tensor ${i} has shape ${formatShape(input.shape)}, the first has ` +
          `${formatShape(first.shape)}: all shapes must agree. Use concat along an axis they have.`,
      );
    });
    return concat(
      inputs.map((x) => expandDims(x, at)),
      at,
    );
  });
}

/**
 * x padded with `value` on all sides: `widths[axis]` = [before, after].
 *
 * @keras = pad
 * @method
 * @param widths for each axis, how many elements to add before and after
 * @param value the number to add. Default 0
 * @throws ShapeError unless there is a pair of non-negative whole numbers for each axis; OutOfMemoryError if the result is
 * larger than a block of memory.
 * @example ops.pad([1, 2], [[1, 2]]) // [0, 1, 2, 0, 0]
 */
export function pad(
  x: TensorLike,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    requireList('pad', 'widths', widths);
    const isWidth = (width: unknown): boolean => Number.isInteger(width) && Number(width) >= 0;
    const good = widths.every((pair) => isListOf(pair, isWidth) && pair.length === 2);
    if (widths.length !== input.ndim || !good) {
      throw new ShapeError(
        `pad: needs one pair [before, after] of whole numbers of at least 0 for each of the ${input.ndim} axes, ` +
          `got ${describeValue(widths)}.`,
      );
    }
    requireLengths('pad', 'widths', widths.flat());
    const ranges = input.shape.map((length, axis) => wholeRange(length, widths[axis]?.[0] ?? 0));
    const shape = input.shape.map(
      (length, axis) => length + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0),
    );
    requireRoom(shape, input.dtype, () => `pad: widths ${JSON.stringify(widths)}`);
    const out = full(shape, value, input.dtype);
    writeRanges(out, input, ranges);
    return record('pad', [input], out, [], (dy) => [
      slice(dy, ...ranges.map(({ start, count }) => [start, start + count] as const)),
    ]);
  });
}

/**
 * x repeated `repeats[axis]` times along each axis, as NumPy's tile: a shorter list applies to the last axes.
 *
 * @keras numpy.Tile repeats
 * @method
 * @param repeats how many times along each axis; a single number applies to the last axis
 * @throws ValueError for repeats that are not whole or are negative; OutOfMemoryError if the result is larger than a block
 * of memory.
 * @example ops.tile([1, 2], [2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: TensorLike, repeats: number | readonly number[]): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const given = typeof repeats === 'number' ? [repeats] : repeats;
    requireList('tile', 'repeats', given);
    if (!given.every((count) => Number.isInteger(count) && count >= 0)) {
      throw new ValueError(
        `tile: repeats must be whole numbers of at least 0, got ${describeValue(given)}.`,
      );
    }
    requireLengths('tile', 'repeats', given);
    const rank = Math.max(given.length, input.ndim);
    const counts = [...new Array<number>(rank - given.length).fill(1), ...given];
    const shape = [...new Array<number>(rank - input.ndim).fill(1), ...input.shape];
    const tiled = shape.map((length, axis) => length * (counts[axis] ?? 1));
    requireRoom(tiled, input.dtype, () => `tile: repeats (${given.join(', ')})`);
    const expanded = reshape(
      input,
      shape.flatMap((length) => [1, length]),
    );
    const repeated = broadcastTo(
      expanded,
      shape.flatMap((length, axis) => [counts[axis] ?? 1, length]),
    );
    return reshape(repeated, tiled);
  });
}
