import { record, sever } from '../../autodiff/index.js';
import { checkLength } from '../../../config/index.js';
import { DTypeError, ValueError } from '../../../errors.js';
import { currentRuntime, unknownLength } from '../../runtime/index.js';
import { bytesOf } from '../../../config/dtype.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxis,
  requireRoom,
  scoped,
  sizeOf,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { less } from '../elementwise/compare.js';
import { reshape } from '../shapes/reshape.js';
import { moveAxis } from '../shapes/transpose.js';
import { where } from '../elementwise/where.js';

/** Whether no element of a float32 tensor has a fraction. */
function areWhole({ pointer, size }: Tensor): boolean {
  return currentRuntime().guard(
    ({ kernels }) => kernels.firstFraction(pointer, size) === -1,
    true,
    () => ({
      call: { kernel: 'firstFraction', args: [pointer, size] },
      limits: [0],
      answers: [true, false],
    }),
  );
}

/** Whether all elements of an int32 tensor are in [0, length). */
export function areInRange(x: Tensor, length: number): boolean {
  const { pointer, size } = x;
  return currentRuntime().guard(
    ({ kernels }) => kernels.firstOutOfRange(pointer, size, length) === -1,
    true,
    () => ({
      call: { kernel: 'firstOutOfRange', args: [pointer, size, length] },
      limits: [0],
      answers: [true, false],
    }),
  );
}

/** The place of the first element of an int32 tensor that is not in [0, length). */
export function firstOutOfRange(x: Tensor, length: number): number {
  return currentRuntime().kernels.firstOutOfRange(x.pointer, x.size, length);
}

/** Whole numbers that decide what is computed, where there are elements; else `usual`. */
export function decidingNumbers(x: Tensor, usual: readonly number[]): number[] {
  const { pointer, size } = x;
  const text = currentRuntime().guard(
    ({ int32 }) => int32.subarray(pointer / 4, pointer / 4 + size).join(),
    usual.join(),
    () => ({ of: pointer }),
  );
  return text === '' ? [] : text.split(',').map(Number);
}

/** The largest of int32 numbers, and at least `least`. Decides a length. */
export function largestOf(x: Tensor, least = -1): number {
  const { pointer, size } = x;
  return currentRuntime().guard(
    ({ int32 }) => {
      let largest = least;
      for (let i = 0; i < size; i++) largest = Math.max(largest, int32[pointer / 4 + i] ?? least);
      return largest;
    },
    least + unknownLength(),
    () => ({ of: pointer }),
  );
}

/** How many bytes of a bool tensor are true. Decides a length. */
export function countOfTrue(x: Tensor): number {
  const { pointer, size } = x;
  const { kernels } = currentRuntime().with(numeric);
  return currentRuntime().guard(
    () => kernels.countTrue(pointer, size),
    unknownLength(),
    () => ({ of: pointer }),
  );
}

/** Whether all float32 numbers are from 0 to `top`. */
export function areUpTo(x: Tensor, top: number): boolean {
  const { pointer, size } = x;
  return currentRuntime().guard(
    ({ float32 }) =>
      float32
        .subarray(pointer / 4, pointer / 4 + size)
        .every((value) => value >= 0 && value <= top),
    true,
    () => ({ of: pointer }),
  );
}

/** Whole numbers as int32; float32 with fractions refused. */
export function wholeIndices(op: string, indices: Tensor): Tensor {
  if (indices.dtype === 'float32' && !areWhole(indices)) {
    throw new DTypeError(
      `${op}: indices must be whole numbers, got float32 with fractions. Round them, or convert with ` +
        `astype('int32').`,
    );
  }
  return convert(indices, 'int32');
}

/** Whole numbers as int32, negative ones counted from the end of `length`; anything else refused. */
export function checkedIndices(op: string, indices: TensorLike, length: number): Tensor {
  const whole = wholeIndices(op, toTensor(indices));
  if (areInRange(whole, length)) return whole;
  const counted = where(less(whole, 0), add(whole, length), whole);
  if (areInRange(counted, length)) return counted;
  const bad = firstOutOfRange(counted, length);
  throw new ValueError(
    `${op}: index ${String(whole.data()[bad])} at position ${bad} is out of range for ${length} entries` +
      (length === 0 ? '.' : ` (allowed: ${-length} … ${length - 1}).`),
  );
}

/**
 * The entries of x at `indices` along `axis` (null: of all elements, flattened). The axes of `indices` replace that
 * axis.
 *
 * @keras numpy.Take(x, indices) axis=null
 * @method
 * @throws ValueError naming an index out of range, DTypeError for indices with fractions.
 * @example ops.gather([[1, 2, 3], [4, 5, 6]], [2, 0], 1) // [[3, 1], [6, 4]]
 */
export function gather(x: TensorLike, indices: TensorLike, axis: number | null = 0): Tensor {
  return scoped(() => {
    const input = axis === null ? reshape(toTensor(x), [-1]) : toTensor(x);
    const along = normalizeAxis('gather', axis ?? 0, input.ndim);
    const at = checkedIndices('gather', indices, input.shape[along] ?? 0);
    const front = moveAxis(input, along, 0);
    const rows = gatherRows(front, reshape(at, [-1]));
    const rest = front.shape.slice(1);
    if (along === 0) return reshape(rows, [...at.shape, ...rest]);
    const back = moveAxis(rows, 0, along);
    return reshape(back, [...rest.slice(0, along), ...at.shape, ...rest.slice(along)]);
  });
}

/** Rows of x (entries along its first axis) at int32 `indices`, which the caller has checked. */
export function gatherRows(x: Tensor, indices: Tensor): Tensor {
  const row = x.shape.slice(1);
  const out = emptyTensor([indices.size, ...row], x.dtype);
  const rowBytes = sizeOf(row) * bytesOf(x.dtype);
  currentRuntime().run(
    'gatherRows',
    out.pointer,
    x.pointer,
    indices.pointer,
    indices.size,
    rowBytes,
  );
  return record('gather', [x], out, [indices], (dy, [at]) => [scatterRows(dy, at, x.shape)]);
}

/** Zeros of `shape` with the rows of dy added at `indices`: the gradient of gathering. */
function scatterRows(dy: Tensor, indices: Tensor, shape: Shape): Tensor {
  const out = zeros(shape);
  currentRuntime().run(
    'scatterAddRows',
    out.pointer,
    dy.pointer,
    indices.pointer,
    indices.size,
    sizeOf(shape.slice(1)),
  );
  return record('gather gradient', [dy], out, [indices], (g, [at]) => [gatherRows(g, at)]);
}

/**
 * One-hot rows: out[…, c] = 1 where indices[…] = c, otherwise 0, as float32.
 *
 * @keras nn.OneHot num_classes [axis=-1] [dtype="float32"|null] [sparse=false]
 * @param indices whole numbers from 0 to classes − 1, in any shape
 * @throws ValueError naming an index out of [0, classes), DTypeError for indices with fractions.
 * @example oneHot([2, 0], 3) // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(indices: TensorLike, classes: number): Tensor {
  checkLength('oneHot', 'classes', classes);
  return scoped(() => {
    const given = toTensor(indices);
    const labels = wholeIndices('oneHot', given);
    if (!areInRange(labels, classes)) {
      const bad = firstOutOfRange(labels, classes);
      throw new ValueError(
        `oneHot: index ${String(labels.data()[bad])} at position ${bad} of shape ` +
          `${formatShape(given.shape)} is out of range for ${classes} classes (allowed: 0 … ${classes - 1}).`,
      );
    }
    const shape = [...given.shape, classes];
    requireRoom(shape, 'float32', () => `oneHot: ${classes} classes`);
    const out = emptyTensor(shape, 'float32');
    currentRuntime().run('oneHot', out.pointer, labels.pointer, labels.size, classes);
    return sever('oneHot', [labels], out);
  });
}
