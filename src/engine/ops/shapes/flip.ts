// Axes turned round and elements moved along them.
import { INT32, checkNumber } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  formatShape,
  normalizeAxes,
  normalizeAxis,
  requireList,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { clone } from '../elementwise/cast.js';
import { concat } from './concat.js';
import { ownResult } from '../neural/logits.js';
import { reshape } from './reshape.js';
import { slice, sliceAlong } from '../indexing/slice.js';
import type { Axes } from '../reductions/sum.js';
import { transpose } from './transpose.js';

/**
 * x reversed along `axis` (a number, a list, or all axes).
 *
 * @keras numpy.Flip axis=null
 * @example ops.flip([[1, 2], [3, 4]], 1) // [[2, 1], [4, 3]]
 */
export function flip(x: TensorLike, axis?: Axes): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const axes = normalizeAxes('flip', axis, input.ndim);
    if (axes.length === 0) return ownResult(input, x);
    return slice(input, ...input.shape.map((_, i) => (axes.includes(i) ? '::-1' : ':')));
  });
}

function requireAxes(op: string, x: Tensor, count: number): Tensor {
  if (x.ndim >= count) return x;
  throw new ShapeError(
    `${op}: needs a tensor of at least ${count} dimensions, got shape ${formatShape(x.shape)}.`,
  );
}

/**
 * x with its columns reversed, along the second axis.
 *
 * @keras numpy.Fliplr
 * @throws ShapeError for fewer than 2 axes.
 * @example ops.fliplr([[1, 2], [3, 4]]) // [[2, 1], [4, 3]]
 */
export function fliplr(x: TensorLike): Tensor {
  return scoped(() => flip(requireAxes('fliplr', toTensor(x), 2), 1));
}

/**
 * x with its rows reversed, along the first axis.
 *
 * @keras numpy.Flipud
 * @throws ShapeError for a scalar.
 * @example ops.flipud([[1, 2], [3, 4]]) // [[3, 4], [1, 2]]
 */
export function flipud(x: TensorLike): Tensor {
  return scoped(() => flip(requireAxes('flipud', toTensor(x), 1), 0));
}

/**
 * x with its elements moved by `shift` positions along `axis` (null or omitted: as if x were flattened). Elements that move
 * beyond the end reappear at the start. Several axes have a shift each, or share one.
 *
 * @keras numpy.Roll shift axis=null
 * @param shift how many positions elements move to higher indices: one number for all axes, or a number for each
 * @param axis the axis or axes. Default, and null: x is flattened
 * @throws ValueError for shifts that are not whole numbers, or if their number is not that of the axes.
 * @example ops.roll([1, 2, 3, 4], 1) // [4, 1, 2, 3]
 */
export function roll(x: TensorLike, shift: number | readonly number[], axis?: Axes): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const isFlat = axis === undefined || axis === null;
    const shifts = [shift].flat();
    for (const one of shifts) checkNumber('roll', 'shift', one, INT32);
    if (!isFlat && typeof axis !== 'number') requireList('roll', 'axis', axis);
    const axes = isFlat ? [0] : [axis].flat().map((one) => normalizeAxis('roll', one, input.ndim));
    if (shifts.length !== 1 && axes.length !== 1 && shifts.length !== axes.length) {
      throw new ValueError(
        `roll: needs a shift for each of the ${axes.length} axes, or one for all, got ${describeValue(shift)}.`,
      );
    }
    const start = isFlat ? reshape(input, [input.size]) : input;
    const count = Math.max(shifts.length, axes.length);
    let rolled = start;
    for (let i = 0; i < count; i++) {
      const by = shifts[shifts.length === 1 ? 0 : i] ?? 0;
      rolled = rollAlong(rolled, by, axes[axes.length === 1 ? 0 : i] ?? 0);
    }
    return rolled === start ? clone(input) : reshape(rolled, input.shape);
  });
}

function rollAlong(x: Tensor, shift: number, axis: number): Tensor {
  const length = x.shape[axis] ?? 1;
  const by = length === 0 ? 0 : ((shift % length) + length) % length;
  if (by === 0) return x;
  const cut = length - by;
  return concat([sliceAlong(x, axis, [cut, length]), sliceAlong(x, axis, [0, cut])], axis);
}

/**
 * x rotated by `k` times 90°, from the first of the two axes towards the second.
 *
 * @keras = rot90
 * @param k the number of quarter turns; negative numbers turn back. Default 1
 * @throws ValueError unless there are two axes, ShapeError if they are the same.
 * @example ops.rot90([[1, 2], [3, 4]]) // [[2, 4], [1, 3]]
 */
export function rot90(x: TensorLike, k = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  checkNumber('rot90', 'k', k, INT32);
  requireList('rot90', 'axes', axes);
  if (axes.length !== 2) {
    throw new ValueError(`rot90: axes must be two axes, got ${describeValue(axes)}.`);
  }
  return scoped(() => {
    const input = requireAxes('rot90', toTensor(x), 2);
    const [from, to] = axes.map((axis) => normalizeAxis('rot90', axis, input.ndim)) as [
      number,
      number,
    ];
    if (from === to) throw new ShapeError(`rot90: axes [${axes.join(', ')}] name one axis twice.`);
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return ownResult(input, x);
    if (turns === 2) return flip(input, [from, to]);
    const order = input.shape.map((_, i) => (i === from ? to : i === to ? from : i));
    return turns === 1 ? transpose(flip(input, to), order) : flip(transpose(input, order), to);
  });
}
