import { ShapeError } from '../errors.js';
import { add, clip, div, mul, sum } from '../ops/index.js';
import { formatShape, sameShape } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { asTensor } from './ranks.js';

/**
 * Targets that hold one number a class, float32, in the shape of the predictions.
 *
 * @throws ShapeError if they are class labels or have another shape.
 */
export function oneHotTargets(
  loss: string,
  yTrue: TensorLike,
  yPred: Tensor,
  axis: number,
): Tensor {
  const targets = asTensor(yTrue);
  if (sameShape(targets.shape, yPred.shape)) return targets;
  const came = `${loss}: yTrue has shape ${formatShape(targets.shape)} but yPred has shape ${formatShape(yPred.shape)}`;
  const classes = yPred.shape[axis] ?? 1;
  const rest = yPred.shape.filter((_, i) => i !== axis);
  const withOne = yPred.shape.map((length, i) => (i === axis ? 1 : length));
  if (classes > 1 && (sameShape(targets.shape, rest) || sameShape(targets.shape, withOne))) {
    throw new ShapeError(
      `${came}: the targets look like class labels. Turn them into one-hot rows with ` +
        `utils.toCategorical(y, ${classes}), or use the loss 'sparse_categorical_crossentropy'.`,
    );
  }
  throw new ShapeError(
    `${came}. Both must have the same shape, one number a class: give the last layer as many units as the ` +
      `targets have classes, or reshape the targets.`,
  );
}

/** t (1 − smoothing) + smoothing / classes. */
export function smoothLabels(targets: Tensor, smoothing: number, classes: number): Tensor {
  return smoothing === 0 ? targets : add(mul(targets, 1 - smoothing), smoothing / classes);
}

/** Probabilities that sum to 1 along `axis`, clipped to [1e-7, 1 − 1e-7] so that their logarithms are finite. */
export function normalizedProbabilities(yPred: Tensor, axis: number): Tensor {
  return clip(div(yPred, sum(yPred, axis, true)), EPSILON, 1 - EPSILON);
}
