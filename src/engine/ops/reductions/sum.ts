import { ReduceOp } from '../../../../assembly/codes.js';
import { isRecording, record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  fullOf,
  sameShape,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { repeated } from '../../tensor/copies.js';
import { ownResult } from '../neural/logits.js';
import { reduce, withKept } from './reduce-kernel.js';
import type { Axes } from './reduce-kernel.js';
import { reshape } from '../shapes/reshape.js';

// Summing and repeating are each other's gradient, so they stand in one file.

/**
 * The sum over `axis` (a number, a list, or all axes); 0 for no elements. bool and uint8 sum as int32.
 *
 * @keras numpy.Sum axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.sum([[1, 2], [3, 4]], 0) // [4, 6]
 */
export function sum(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const { out, kept } = reduce('sum', input, axis, ReduceOp.Sum);
    const result = record('sum', [input], out, [], (dy) => [
      // Of a single number: at once, where no tape records the gradient.
      dy.size === 1 && !isRecording()
        ? fullOf(input.shape, dy, (element) => element)
        : broadcastTo(reshape(dy, kept), input.shape),
    ]);
    return withKept('sum', result, kept, keepdims);
  });
}

/**
 * x repeated along axes of length 1 (and along new leading axes) to `shape`.
 *
 * @keras numpy.BroadcastTo shape
 * @method
 * @throws ShapeError if an axis has another length than 1 or the wanted one.
 * @example ops.broadcastTo([1, 2], [2, 2]) // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    checkShape('broadcastTo', shape);
    if (sameShape(input.shape, shape)) return ownResult(input, x);
    const target = broadcastShapes('broadcastTo', input.shape, shape);
    if (!sameShape(target, shape)) {
      throw new ShapeError(
        `broadcastTo: shape ${formatShape(input.shape)} does not broadcast to ${formatShape(shape)}: ` +
          `only axes of length 1 can be repeated, and only new leading axes added.`,
      );
    }
    const out = repeated('broadcastTo', input, target);
    return record('broadcastTo', [input], out, [], (dy) => [sumTo(dy, input.shape)]);
  });
}

/** x summed over the axes along which `shape` was broadcast to x's shape: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.ndim - shape.length;
  const axes = x.shape
    .map((length, axis) => (axis < lead || (shape[axis - lead] === 1 && length !== 1) ? axis : -1))
    .filter((axis) => axis >= 0);
  return reshape(sum(x, axes), shape);
}
