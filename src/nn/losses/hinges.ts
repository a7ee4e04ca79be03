import { add, max, maximum, mean, mul, square, sub, sum } from '../../engine/ops/index.js';
import { decideBy } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { lossOf } from './function-loss.js';
import { alignedFunction } from './keras-function.js';

/** Labels −1 and 1 as they are; where all are 0 or 1, they become −1 and 1. */
function signedLabels(labels: Tensor): Tensor {
  const isBinary = decideBy(
    labels,
    (all) => all.every((label) => label === 0 || label === 1),
    true,
  );
  return isBinary ? sub(mul(labels, 2), 1) : labels;
}

/** max(1 − yTrue · yPred, 0), element by element. */
function margins(yTrue: Tensor, yPred: Tensor): Tensor {
  return maximum(sub(1, mul(signedLabels(yTrue), yPred)), 0);
}

/**
 * mean(max(1 − yTrue · yPred, 0)) over the last axis; labels are −1 and 1, or 0 and 1. [n, …, d] → [n, …], float32.
 * Keras: `hinge`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.hinge([[-1, 1]], [[0.5, 0.5]]) // [1]
 */
export const hinge = alignedFunction('hinge', {}, (yTrue, yPred) =>
  mean(margins(yTrue, yPred), -1),
);

/**
 * How far predictions fall short of a margin of 1 on the right side of 0, see `hinge`. Keras: `Hinge`, `'hinge'`.
 *
 * @example new losses.Hinge().apply([[-1], [1]], [[0.5], [0.5]]).item() // 1
 */
export class Hinge extends lossOf('Hinge', hinge) {}

/**
 * mean(max(1 − yTrue · yPred, 0)²) over the last axis; labels are −1 and 1, or 0 and 1. [n, …, d] → [n, …], float32.
 * Keras: `squared_hinge`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.squaredHinge([[-1, 1]], [[0.5, 0.5]]) // [1.25]
 */
export const squaredHinge = alignedFunction('squaredHinge', {}, (yTrue, yPred) =>
  mean(square(margins(yTrue, yPred)), -1),
);

/**
 * The squared distances by which predictions fall short of a margin of 1, see `squaredHinge`. Keras: `SquaredHinge`,
 * `'squared_hinge'`.
 *
 * @example new losses.SquaredHinge().apply([[-1], [1]], [[0.5], [0.5]]).item() // 1.25
 */
export class SquaredHinge extends lossOf('SquaredHinge', squaredHinge) {}

/**
 * max(1 + max((1 − yTrue) · yPred) − Σ yTrue · yPred, 0) over the last axis, yTrue one-hot.
 * [n, …, classes] → [n, …], float32. Keras: `categorical_hinge`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.categoricalHinge([[0, 1]], [[0.25, 0.5]]) // [0.75]
 */
export const categoricalHinge = alignedFunction('categoricalHinge', {}, (yTrue, yPred) => {
  const right = sum(mul(yTrue, yPred), -1);
  const wrong = max(mul(sub(1, yTrue), yPred), -1);
  return maximum(add(sub(wrong, right), 1), 0);
});

/**
 * How far the right class falls short of a margin of 1 over the best wrong class, see `categoricalHinge`. Keras:
 * `CategoricalHinge`, `'categorical_hinge'`.
 *
 * @example new losses.CategoricalHinge().apply([[0, 1]], [[0.25, 0.5]]).item() // 0.75
 */
export class CategoricalHinge extends lossOf('CategoricalHinge', categoricalHinge) {}
