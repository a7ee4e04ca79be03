import { number } from '../../config/index.js';
import {
  div,
  log,
  logitsOf,
  moveAxis,
  mul,
  neg,
  oneHot,
  pow,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
} from '../../engine/ops/index.js';
import { normalizeAxis } from '../../engine/tensor/index.js';
import { CROSSENTROPY, smoothLabels } from './crossentropy.js';
import { lossOf } from './function-loss.js';
import { kerasFunction } from './keras-function.js';
import {
  crossEntropyOfDistributions,
  normalizedProbabilities,
} from '../../engine/ops/neural/crossentropies.js';
import type { OptionsOfFunction } from './keras-function.js';
import { asTensor, classLabels, oneHotTargets } from './targets.js';

/**
 * −Σ yTrue · ln p over the classes, for one-hot yTrue or a distribution: [n, …, classes] → [n, …], float32. p is yPred
 * divided by its sum, clipped to [1e-7, 1 − 1e-7]. If yPred is the output of a softmax, the loss is computed from the
 * softmax's logits instead, which is exact for logits of any size and has the gradient p − yTrue. Keras:
 * `categorical_crossentropy`.
 *
 * @throws ShapeError if the shapes differ, with advice if yTrue contains class indices.
 * @throws ValueError for an option that is unknown or out of range.
 * @example losses.categoricalCrossentropy([[0, 1]], [[0.5, 0.5]]) // [ln 2]
 */
export const categoricalCrossentropy = kerasFunction(
  'categoricalCrossentropy',
  CROSSENTROPY,
  (yTrue, yPred, { fromLogits, labelSmoothing, axis: anyAxis }, owner) => {
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, predictions.ndim);
    const classes = predictions.shape[axis] ?? 1;
    const oneHot = oneHotTargets(owner, yTrue, predictions, axis);
    const targets = smoothLabels(oneHot, labelSmoothing, classes);
    if (fromLogits) {
      return softmaxCrossEntropy(moveAxis(predictions, axis, -1), moveAxis(targets, axis, -1));
    }
    const logits = axis === predictions.ndim - 1 ? logitsOf(predictions, 'softmax') : undefined;
    if (logits !== undefined) return softmaxCrossEntropy(logits, targets, predictions);
    return crossEntropyOfDistributions(targets, predictions, axis);
  },
);

/**
 * The cross-entropy for targets that are one-hot or distributions over classes, see `categoricalCrossentropy`. Keras:
 * `CategoricalCrossentropy`, `'categorical_crossentropy'`.
 *
 * @example new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }).apply([[0, 1]], [[0.5, 0.5]]).item() // ln 2
 */
export class CategoricalCrossentropy extends lossOf(
  'CategoricalCrossentropy',
  categoricalCrossentropy,
  { targets: 'distributions' },
) {}

/**
 * −Σ alpha (1 − p)^gamma · yTrue · ln p over the classes, p as in `categoricalCrossentropy`:
 * [n, …, classes] → [n, …], float32. Keras: `categorical_focal_crossentropy` (Lin et al., 2017).
 *
 * @throws ShapeError if the shapes differ, with advice if yTrue contains class indices.
 * @throws ValueError for an option that is unknown or out of range.
 * @example losses.categoricalFocalCrossentropy([[0, 1]], [[0.5, 0.5]], { alpha: 1, gamma: 1 }) // [½ ln 2]
 */
export const categoricalFocalCrossentropy = kerasFunction(
  'categoricalFocalCrossentropy',
  {
    ...CROSSENTROPY,
    /** Weight of all losses, at least 0. Default 0.25. */
    alpha: number({ default: 0.25, min: 0 }),
    /** How strongly samples that are already predicted well are down-weighted, at least 0. Default 2. */
    gamma: number({ default: 2, min: 0 }),
  },
  (yTrue, yPred, { fromLogits, labelSmoothing, axis: anyAxis, alpha, gamma }, owner) => {
    const came = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, came.ndim);
    const oneHot = oneHotTargets(owner, yTrue, came, axis);
    const targets = smoothLabels(oneHot, labelSmoothing, came.shape[axis] ?? 1);
    const p = normalizedProbabilities(fromLogits ? softmax(came, axis) : came, axis);
    const factor = mul(pow(sub(1, p), gamma), alpha);
    return neg(sum(mul(factor, mul(targets, log(p))), axis));
  },
);

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalCrossentropyParameters extends OptionsOfFunction<
  typeof categoricalFocalCrossentropy
> {}

/**
 * A cross-entropy for rare classes, in which samples that are already predicted well count little, see
 * `categoricalFocalCrossentropy`. Keras: `CategoricalFocalCrossentropy`, `'categorical_focal_crossentropy'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.CategoricalFocalCrossentropy({ gamma: 3 }) })
 */
export class CategoricalFocalCrossentropy extends lossOf(
  'CategoricalFocalCrossentropy',
  categoricalFocalCrossentropy,
  { targets: 'distributions' },
) {}

/**
 * (1 − p[label]^q) / q, for labels that are class indices: yTrue [n, …] or [n, …, 1], yPred [n, …, classes] probabilities →
 * [n, …], float32. It is close to the cross-entropy for a small q, and to 1 − p for q near 1, which wrong labels affect less.
 * Keras: `categorical_generalized_cross_entropy` (Zhang and Sabuncu, 2018).
 *
 * @throws ShapeError if the shapes do not match, with advice if yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its position, or an option that is unknown or out of range.
 * @example losses.categoricalGeneralizedCrossEntropy([1], [[0.75, 0.25]]) // [1]
 */
export const categoricalGeneralizedCrossEntropy = kerasFunction(
  'categoricalGeneralizedCrossEntropy',
  {
    /** Above 0 and below 1. Default 0.5. */
    q: number({ default: 0.5, above: 0, below: 1 }),
  },
  (yTrue, yPred, { q }, owner) => {
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, -1, predictions.ndim);
    const labels = classLabels(owner, yTrue, predictions, axis, null);
    const p = sum(mul(predictions, oneHot(labels, predictions.shape[axis] ?? 1)), -1);
    return div(sub(1, pow(p, q)), q);
  },
);

/**
 * A cross-entropy for labels some of which are wrong, see `categoricalGeneralizedCrossEntropy`. Keras:
 * `CategoricalGeneralizedCrossEntropy`, `'categorical_generalized_cross_entropy'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.CategoricalGeneralizedCrossEntropy({ q: 0.7 }) })
 */
export class CategoricalGeneralizedCrossEntropy extends lossOf(
  'CategoricalGeneralizedCrossEntropy',
  categoricalGeneralizedCrossEntropy,
  { targets: 'labels' },
) {
  /** Undefined: labels are whole numbers and are checked without conversion. */
  protected override get targetDType(): undefined {
    return undefined;
  }
}
