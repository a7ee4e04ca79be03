import { brandOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { argmax } from '../../../engine/ops/index.js';
import { formatShape, tensor, tidy } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';

/** Weight of each class in the loss; classes that are not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * A weight for each sample [n] from the weight of its class. Targets are class numbers [n] or [n, 1], or
 * one-hot rows [n, classes].
 *
 * @throws ValueError for a weight that is not a number of at least 0, or a class that is not a whole number.
 * @throws ShapeError for targets of more axes.
 */
export function classWeightToSampleWeight(y: Tensor, classWeight: ClassWeight): Tensor {
  const weights = checkClassWeight(classWeight);
  if (y.ndim > 2) {
    throw new ShapeError(
      `classWeight needs class numbers [n] or [n, 1], or one-hot rows [n, classes], but y has shape ` +
        `${formatShape(y.shape)}. Give sampleWeight instead.`,
    );
  }
  return tidy(() => {
    const isOneHot = y.ndim > 1 && (y.shape[1] ?? 1) > 1;
    const labels = (isOneHot ? argmax(y, -1) : y).data();
    return tensor(Float32Array.from(labels, (label) => weights.get(Math.round(label)) ?? 1));
  });
}

function checkClassWeight(classWeight: ClassWeight): Map<number, number> {
  const weights = new Map<number, number>();
  if (typeof classWeight !== 'object' || classWeight === null || brandOf(classWeight) === 'Map') {
    throw new ValueError('classWeight must be an object of weights, such as { 0: 1, 1: 5 }.');
  }
  for (const [key, weight] of Object.entries(classWeight)) {
    const label = Number(key);
    if (!Number.isInteger(label) || label < 0 || !Number.isFinite(weight) || weight < 0) {
      throw new ValueError(
        `classWeight maps class numbers to weights of at least 0, got ${key}: ${describeValue(weight)}.`,
      );
    }
    weights.set(label, weight);
  }
  return weights;
}
