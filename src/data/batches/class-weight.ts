import { ValueError } from '../../errors.js';
import { argmax, cast } from '../../ops/index.js';
import { tensor, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';

/** Weight of each class in the loss; classes that are not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * One weight a sample from the weight of its class. Targets are class numbers [n] or [n, 1], or
 * one-hot rows [n, classes].
 *
 * @throws ValueError for a weight that is no number of at least 0, or a class that is no whole number.
 */
export function classWeightToSampleWeight(y: Tensor, classWeight: ClassWeight): Tensor {
  const weights = new Map<number, number>();
  for (const [key, weight] of Object.entries(classWeight)) {
    const label = Number(key);
    if (!Number.isInteger(label) || label < 0 || !(weight >= 0 && weight < Infinity)) {
      throw new ValueError(
        `classWeight maps class numbers to weights of at least 0, got ${key}: ${String(weight)}.`,
      );
    }
    weights.set(label, weight);
  }
  return tidy(() => {
    const isOneHot = y.ndim > 1 && (y.shape[y.ndim - 1] ?? 1) > 1;
    const labels = cast(isOneHot ? argmax(y, -1) : y, 'int32').data();
    return tensor(Float32Array.from(labels, (label) => weights.get(label) ?? 1));
  });
}
