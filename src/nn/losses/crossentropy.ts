import { boolean, number } from '../../config/index.js';
import type { Given, Option } from '../../config/index.js';
import { add, mul } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** The options that cross-entropies have in common. */
export const CROSSENTROPY = {
  /** Whether yPred contains logits instead of probabilities. Default false. */
  fromLogits: boolean({ default: false }),
  /** The share of each target, 0 … 1, that is spread evenly over all classes; binary targets move towards ½. Default 0. */
  labelSmoothing: number({ default: 0, min: 0, max: 1 }),
  /** The axis of the classes; in binary losses, the axis over which the mean is taken. Default −1. */
  axis: number({ default: -1, integer: true }),
};

/** `labelSmoothing` of losses of class numbers. A config has it where it is not 0: released Keras has no such argument. */
export const SMOOTHING_OF_CLASSES: Option<number> = {
  ...CROSSENTROPY.labelSmoothing,
  toConfig: (value) => (value === 0 ? undefined : value),
};

/** Options of the cross-entropies whose targets are probabilities. */
export interface CrossentropyParameters extends Given<typeof CROSSENTROPY> {}

/** t (1 − smoothing) + smoothing / classes. */
export function smoothLabels(targets: Tensor, smoothing: number, classes: number): Tensor {
  return smoothing === 0 ? targets : add(mul(targets, 1 - smoothing), smoothing / classes);
}
