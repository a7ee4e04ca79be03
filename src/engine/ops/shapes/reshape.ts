import { record, sever } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxes,
  requireList,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  toTensor,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { ownResult } from '../neural/logits.js';
import { currentRuntime } from '../../runtime/index.js';
import { bytesOf, checkDType } from '../../../config/dtype.js';
import type { DTypeName } from '../../../config/dtype.js';

/** `shape` with its −1, if any, replaced by what makes it hold `size` elements. */
function resolveShape(x: Tensor, shape: Shape): number[] {
  requireList('reshape', 'shape', shape);
  const isWhole = shape.every((length) => Number.isInteger(length) && length >= -1);
  const unknown = shape.filter((length) => length === -1).length;
  const known = isWhole ? sizeOf(shape.filter((length) => length !== -1)) : 0;
  const fits =
    isWhole &&
    (unknown === 0 ? known === x.size : unknown === 1 && known > 0 && x.size % known === 0);
  if (!fits) {
    throw new ShapeError(
      `reshape: shape ${formatShape(x.shape)} of ${x.size} elements cannot become ` +
        `${formatShape(shape)}: the number of elements must stay the same, and at most one ` +
        `length may be -1.`,
    );
  }
  const target = shape.map((length) => (length === -1 ? x.size / known : length));
  if (x.size === 0) requireRoom(target, x.dtype, 'reshape');
  return target;
}

/**
 * The same elements in a new shape; one length may be −1 and is then inferred. Shares the memory of x.
 *
 * @keras numpy.Reshape newshape
 * @example ops.reshape([1, 2, 3, 4], [2, -1]) // [[1, 2], [3, 4]]
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const target = resolveShape(input, shape);
    if (sameShape(target, input.shape)) return ownResult(input, x);
    const out = input.view(target);
    return record('reshape', [input], out, [], (dy) => [reshape(dy, input.shape)]);
  });
}

/**
 * All elements along one axis.
 *
 * @keras numpy.Ravel
 * @method
 * @example ops.flatten([[1, 2], [3, 4]]) // [1, 2, 3, 4]
 */
export function flatten(x: TensorLike): Tensor {
  return reshape(x, [-1]);
}

/**
 * x with a new axis of length 1 at `axis` of the result, or at each axis of a list.
 *
 * @keras numpy.ExpandDims axis
 * @method
 * @example ops.expandDims([1, 2], 1) // [[1], [2]]
 */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const positions = typeof axis === 'number' ? [axis] : axis;
    requireList('expandDims', 'axis', positions);
    const rank = input.ndim + positions.length;
    const added = new Set(normalizeAxes('expandDims', positions, rank));
    const lengths = input.shape.values();
    const shape = Array.from({ length: rank }, (_, i) =>
      added.has(i) ? 1 : (lengths.next().value ?? 1),
    );
    return reshape(input, shape);
  });
}

/**
 * x without axes of length 1: without the given ones, or without all of them.
 *
 * @keras numpy.Squeeze axis=null
 * @method
 * @throws ShapeError if a given axis has a different length.
 * @example ops.squeeze([[[1, 2]]]) // [1, 2]
 */
export function squeeze(x: TensorLike, axis?: number | readonly number[] | null): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const given = axis !== undefined && axis !== null;
    const axes = normalizeAxes('squeeze', axis, input.ndim);
    const long = given ? axes.find((i) => input.shape[i] !== 1) : undefined;
    if (long !== undefined) {
      throw new ShapeError(
        `squeeze: axis ${long} of shape ${formatShape(input.shape)} has length ` +
          `${String(input.shape[long])}; only axes of length 1 can be dropped.`,
      );
    }
    return reshape(
      input,
      input.shape.filter((length, i) => length !== 1 || !axes.includes(i)),
    );
  });
}

/**
 * The bytes of x as elements of another dtype. From 4 bytes to 1, the last axis becomes four times as long, and vice
 * versa.
 *
 * @keras numpy.View dtype=null
 * @throws ShapeError if the last axis cannot be divided.
 * @example ops.view([1], 'int32') // [1065353216]
 */
export function view(x: TensorLike, dtype?: DTypeName | null): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const target = checkDType(dtype ?? input.dtype);
    const [from, to] = [bytesOf(input.dtype), bytesOf(target)];
    const last = ((input.shape.at(-1) ?? 1) * from) / to;
    if (from !== to && (input.ndim === 0 || !Number.isInteger(last))) {
      throw new ShapeError(
        `view: shape ${formatShape(input.shape)} of ${input.dtype} has no last axis that can be seen as ${target}.`,
      );
    }
    const out = emptyTensor(from === to ? input.shape : input.shape.with(-1, last), target);
    currentRuntime().copy(out.pointer, input.pointer, input.byteLength);
    return sever('view', [input], out);
  });
}
