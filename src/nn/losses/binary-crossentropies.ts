import { boolean, number } from '../../config/index.js';
import {
  add,
  logitsOf,
  mean,
  mul,
  pow,
  sigmoid,
  sigmoidCrossEntropy,
  sub,
} from '../../engine/ops/index.js';
import { crossEntropyOfProbabilities } from '../../engine/ops/neural/crossentropies.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { CROSSENTROPY, smoothLabels } from './crossentropy.js';
import { lossOf } from './function-loss.js';
import { alignedFunction, kerasFunction } from './keras-function.js';
import type { OptionsOfFunction } from './keras-function.js';
import { alignTargets, asTensor } from './targets.js';

/**
 * mean(−yTrue · ln p − (1 − yTrue) · ln(1 − p)) over `axis`, where p is yPred clipped to [1e-7, 1 − 1e-7]: [n, …, d] →
 * [n, …], float32. If yPred is the output of a sigmoid, the loss is computed from the sigmoid's logits instead, which
 * is exact for logits of any size and has the gradient p − yTrue. Keras: `binary_crossentropy`.
 *
 * @throws ShapeError if the shapes differ. @throws ValueError for an option that is unknown or out of range.
 * @example losses.binaryCrossentropy([[1, 0]], [[0.5, 0.5]]) // [ln 2]
 */
export const binaryCrossentropy = kerasFunction(
  'binaryCrossentropy',
  CROSSENTROPY,
  (yTrue, yPred, { fromLogits, labelSmoothing, axis }, owner) => {
    const predictions = asTensor(yPred);
    const logits = fromLogits ? predictions : logitsOf(predictions, 'sigmoid');
    const [labels, x] = alignTargets(owner, yTrue, logits ?? predictions);
    const targets = smoothLabels(labels, labelSmoothing, 2);
    const losses =
      logits === undefined
        ? crossEntropyOfProbabilities(targets, x)
        : sigmoidCrossEntropy(x, targets);
    return mean(losses, axis);
  },
);

/**
 * The cross-entropy of outputs that are each 0 or 1, see `binaryCrossentropy`. Keras: `BinaryCrossentropy`,
 * `'binary_crossentropy'`, `'bce'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.BinaryCrossentropy({ fromLogits: true }) })
 */
export class BinaryCrossentropy extends lossOf('BinaryCrossentropy', binaryCrossentropy, {
  aliases: ['bce'],
  targets: 'probabilities',
}) {}

/** a b + (1 − a) (1 − b). */
function agreement(a: Tensor, b: Tensor | number): Tensor {
  return add(mul(a, b), mul(sub(1, a), sub(1, b)));
}

/**
 * The mean over `axis` of (1 − q)^gamma times the binary cross-entropy, where q is the predicted probability of the
 * right answer, yTrue · p + (1 − yTrue)(1 − p). [n, …, d] → [n, …], float32. Keras: `binary_focal_crossentropy` (Lin et
 * al., 2017).
 *
 * @throws ShapeError if the shapes differ. @throws ValueError for an option that is unknown or out of range.
 * @example losses.binaryFocalCrossentropy([[1, 0]], [[0.5, 0.5]], { gamma: 1 }) // [½ ln 2]
 */
export const binaryFocalCrossentropy = alignedFunction(
  'binaryFocalCrossentropy',
  {
    ...CROSSENTROPY,
    /** Whether class 1 has the weight `alpha` and class 0 the weight 1 − `alpha`. Default false. */
    applyClassBalancing: boolean({ default: false }),
    /** Weight of class 1 with `applyClassBalancing`; 0 … 1. Default 0.25. */
    alpha: number({ default: 0.25, min: 0, max: 1 }),
    /** How strongly samples that are already predicted well are down-weighted, at least 0. Default 2. */
    gamma: number({ default: 2, min: 0 }),
  },
  (yTrue, yPred, { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma }) => {
    const targets = smoothLabels(yTrue, labelSmoothing, 2);
    const p = fromLogits ? sigmoid(yPred) : yPred;
    const factor = pow(sub(1, agreement(targets, p)), gamma);
    const losses = mul(factor, crossEntropyOfProbabilities(targets, p));
    return mean(applyClassBalancing ? mul(agreement(targets, alpha), losses) : losses, axis);
  },
);

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalCrossentropyParameters extends OptionsOfFunction<
  typeof binaryFocalCrossentropy
> {}

/**
 * A binary cross-entropy for rare classes, in which samples that are already predicted well count little, see
 * `binaryFocalCrossentropy`. Keras: `BinaryFocalCrossentropy`, `'binary_focal_crossentropy'`.
 *
 * @example new losses.BinaryFocalCrossentropy({ gamma: 1 }).apply([[1], [0]], [[0.5], [0.5]]).item() // ½ ln 2
 */
export class BinaryFocalCrossentropy extends lossOf(
  'BinaryFocalCrossentropy',
  binaryFocalCrossentropy,
  { targets: 'probabilities' },
) {}
