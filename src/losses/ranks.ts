import { ShapeError } from '../errors.js';
import { cast, expandDims, squeeze } from '../ops/index.js';
import { formatShape, sameShape, toTensor } from '../tensor/index.js';
import type { DType, Tensor, TensorLike } from '../tensor/index.js';

/** `value` as a tensor of `dtype`; the value itself if it is one already. */
export function asTensor(value: TensorLike, dtype: DType = 'float32'): Tensor {
  const x = toTensor(value);
  return x.dtype === dtype ? x : cast(x, dtype);
}

/**
 * Brings two tensors whose ranks differ by one to one rank, where the longer shape ends in 1: a vector
 * (n) gets that axis, unless `expandVectors` is false; everything else loses it. So labels (n) meet
 * predictions (n, 1), as in Keras.
 */
export function alignRanks(a: Tensor, b: Tensor, expandVectors = true): [Tensor, Tensor] {
  if (a.ndim === b.ndim + 1) {
    const [shorter, longer] = alignRanks(b, a, expandVectors);
    return [longer, shorter];
  }
  if (b.ndim !== a.ndim + 1 || b.shape.at(-1) !== 1) return [a, b];
  return a.ndim === 1 && expandVectors ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
}

/**
 * Targets and predictions as float32 tensors of one shape.
 *
 * @throws ShapeError if the shapes differ by more than a last axis of length 1.
 */
export function alignTargets(
  loss: string,
  yTrue: TensorLike,
  yPred: TensorLike,
): [yTrue: Tensor, yPred: Tensor] {
  const [targets, predictions] = alignRanks(asTensor(yTrue), asTensor(yPred));
  if (!sameShape(targets.shape, predictions.shape)) {
    throw new ShapeError(
      `${loss}: yTrue has shape ${formatShape(targets.shape)} but yPred has shape ` +
        `${formatShape(predictions.shape)}. Both must have the same shape (a last axis of length 1 may be ` +
        `missing): reshape the targets or change the units of the last layer.`,
    );
  }
  return [targets, predictions];
}
