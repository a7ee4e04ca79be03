import { boolean, number } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import { alignedFunction, kerasFunction } from '../losses/keras-function.js';
import type { OptionsOfFunction } from '../losses/keras-function.js';
import { asTensor, oneHotTargets } from '../losses/targets.js';
import {
  any,
  argmax,
  cast,
  equal,
  expandDims,
  greater,
  inTopK,
  reshape,
  slice,
  squeeze,
} from '../../engine/ops/index.js';
import { matchLargest } from '../../engine/ops/reductions/reduce.js';
import { formatShape, sameShape, toTensor } from '../../engine/tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../engine/tensor/index.js';
import { meanOf } from './mean-metric-wrapper.js';

/**
 * 1 where yTrue = yPred, otherwise 0; float32, of the same shape. Keras: `keras.metrics.accuracy`.
 *
 * @throws ShapeError if the shapes differ.
 * @example metrics.accuracy([[1, 2]], [[1, 3]]) // [[1, 0]]
 */
export const accuracy = alignedFunction('accuracy', {}, (yTrue, yPred) =>
  cast(equal(yTrue, yPred), 'float32'),
);

/**
 * How often yPred equals yTrue. Keras: `Accuracy`. In `compile`, `'accuracy'` stands for the accuracy that matches the
 * targets.
 *
 * @example
 * const metric = new metrics.Accuracy();
 * metric.updateState([[1], [2]], [[1], [3]]);
 * metric.result(); // 0.5
 */
export class Accuracy extends meanOf('Accuracy', accuracy, { direction: 'up' }) {}

/**
 * 1 where yTrue = (yPred > threshold), otherwise 0; float32, of the same shape. Keras: `keras.metrics.binary_accuracy`.
 *
 * @throws ShapeError if the shapes differ. @throws ValueError if `threshold` is not a finite number.
 * @example metrics.binaryAccuracy([[1, 1]], [[0.6, 0.4]], { threshold: 0.5 }) // [[1, 0]]
 */
export const binaryAccuracy = alignedFunction(
  'binaryAccuracy',
  {
    /** Predictions above the threshold count as 1. Default 0.5. */
    threshold: number({ default: 0.5 }),
  },
  (yTrue, yPred, { threshold }) =>
    cast(equal(yTrue, cast(greater(yPred, threshold), 'float32')), 'float32'),
);

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyParameters extends OptionsOfFunction<typeof binaryAccuracy> {}

/**
 * How often a prediction is on the right side of `threshold`; targets are 0 and 1. Keras: `BinaryAccuracy`.
 *
 * @example
 * const metric = new metrics.BinaryAccuracy({ threshold: 0.7 });
 * metric.updateState([[1], [0]], [[0.6], [0.6]]);
 * metric.result(); // 0.5
 */
export class BinaryAccuracy extends meanOf('BinaryAccuracy', binaryAccuracy, {
  direction: 'up',
}) {}

/**
 * 1 where the largest elements of yTrue and yPred are at the same position along the last axis, otherwise 0. [n, …,
 * classes] → [n, …], float32. Keras: `keras.metrics.categorical_accuracy`.
 *
 * @throws ShapeError if the shapes differ, with advice if yTrue contains class indices.
 * @example metrics.categoricalAccuracy([[0, 1]], [[0.2, 0.8]]) // [1]
 */
export const categoricalAccuracy = kerasFunction(
  'categoricalAccuracy',
  {},
  (yTrue, yPred, _, owner) => {
    const predictions = asTensor(yPred);
    return matchLargest(
      oneHotTargets(owner, yTrue, predictions, predictions.ndim - 1),
      predictions,
    );
  },
);

/**
 * How often the most probable class is the right one; targets are one-hot. Keras: `CategoricalAccuracy`.
 *
 * @example model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new metrics.CategoricalAccuracy()] })
 */
export class CategoricalAccuracy extends meanOf('CategoricalAccuracy', categoricalAccuracy, {
  direction: 'up',
}) {}

/**
 * Class labels, one for each row of predictions, in the order of the rows. As in Keras, their shape may differ from
 * that of the rows in axes of length 1.
 *
 * @throws ShapeError if the shapes do not match.
 */
function labelsFor(metric: string, yTrue: TensorLike, yPred: Tensor): Tensor {
  const labels = toTensor(yTrue);
  const rows = yPred.shape.slice(0, -1);
  const long = (shape: Shape): Shape => shape.filter((length) => length !== 1);
  if (sameShape(long(labels.shape), long(rows))) return labels;
  throw new ShapeError(
    `${metric}: yTrue has shape ${formatShape(labels.shape)} but yPred has shape ` +
      `${formatShape(yPred.shape)}. Expected one class label a row of predictions, shape ` +
      `${formatShape(rows)}; for one-hot targets use '${metric.replace('sparse_', '')}'.`,
  );
}

/**
 * 1 where the label yTrue is the position of the largest element of yPred, otherwise 0. yTrue [n, …] or [n, …, 1], yPred
 * [n, …, classes] → [n, …], float32. If the last axis of yTrue has length 1, it is dropped. Keras:
 * `keras.metrics.sparse_categorical_accuracy`.
 *
 * @throws ShapeError if the shapes do not match.
 * @example metrics.sparseCategoricalAccuracy([1, 0], [[0.2, 0.8], [0.2, 0.8]]) // [1, 0]
 */
export const sparseCategoricalAccuracy = kerasFunction(
  'sparseCategoricalAccuracy',
  {},
  (yTrue, yPred, _, owner) => {
    const predictions = asTensor(yPred);
    const labels = labelsFor(owner, yTrue, predictions);
    // Labels may be floats; classes are few enough for float32 to hold them.
    const chosen = reshape(cast(argmax(predictions, -1), 'float32'), labels.shape);
    const matches = cast(equal(asTensor(labels), chosen), 'float32');
    return matches.ndim > 1 && matches.shape.at(-1) === 1 ? squeeze(matches, -1) : matches;
  },
);

/**
 * How often the most probable class is the right one; targets are class labels. Keras: `SparseCategoricalAccuracy`.
 *
 * @example
 * const metric = new metrics.SparseCategoricalAccuracy();
 * metric.updateState([1, 0], [[0.2, 0.8], [0.2, 0.8]]);
 * metric.result(); // 0.5
 */
export class SparseCategoricalAccuracy extends meanOf(
  'SparseCategoricalAccuracy',
  sparseCategoricalAccuracy,
  { direction: 'up' },
) {}

/** 1 where the label of a row is among the k with the largest scores, or with sorted ids among the first k, else 0. */
function among(labels: Tensor, scores: Tensor, k: number, areIds = false): Tensor {
  const rows = reshape(cast(labels, 'int32'), scores.shape.slice(0, -1));
  const found = areIds
    ? any(equal(slice(scores, '...', [0, k]), expandDims(rows, -1)), -1)
    : inTopK(rows, scores, k);
  return reshape(cast(found, 'float32'), labels.shape);
}

const TOP_K = {
  /** The number of most probable classes to consider, at least 1. Default 5. */
  k: number({ default: 5, min: 1, integer: true }),
};

/**
 * 1 where the class of yTrue (the position of its largest element) is among the k most probable of yPred, otherwise 0.
 * [n, …, classes] → [n, …], float32. Keras: `keras.metrics.top_k_categorical_accuracy`.
 *
 * @throws ShapeError if the shapes differ. @throws ValueError if `k` is not a whole number above 0.
 * @example metrics.topKCategoricalAccuracy([[0, 0, 1]], [[0.1, 0.6, 0.3]], { k: 2 }) // [1]
 */
export const topKCategoricalAccuracy = kerasFunction(
  'topKCategoricalAccuracy',
  TOP_K,
  (yTrue, yPred, { k }, owner) => {
    const scores = asTensor(yPred);
    const targets = oneHotTargets(owner, yTrue, scores, scores.ndim - 1);
    return among(argmax(targets, -1), scores, k);
  },
);

/** Options of `topKCategoricalAccuracy`. */
export interface TopKParameters extends OptionsOfFunction<typeof topKCategoricalAccuracy> {}

/**
 * How often the right class is among the k most probable; targets are one-hot. Keras: `TopKCategoricalAccuracy`.
 *
 * @example
 * const metric = new metrics.TopKCategoricalAccuracy({ k: 2 });
 * metric.updateState([[0, 0, 1]], [[0.1, 0.6, 0.3]]);
 * metric.result(); // 1
 */
export class TopKCategoricalAccuracy extends meanOf(
  'TopKCategoricalAccuracy',
  topKCategoricalAccuracy,
  { direction: 'up' },
) {}

/** Written where it is not the default: Keras leaves it out, and a file would lose it. */
const sortedIds: Option<boolean> = {
  ...boolean({ default: false }),
  toConfig: (value) => value || undefined,
};

/**
 * 1 where the label yTrue is among the k most probable classes of yPred, otherwise 0. yTrue [n, …] or [n, …, 1], yPred
 * [n, …, classes] → the shape of yTrue, float32. Keras: `keras.metrics.sparse_top_k_categorical_accuracy`.
 *
 * @throws ShapeError if the shapes do not match. @throws ValueError if `k` is not a whole number above 0.
 * @example metrics.sparseTopKCategoricalAccuracy([2], [[0.1, 0.6, 0.3]], { k: 2 }) // [1]
 */
export const sparseTopKCategoricalAccuracy = kerasFunction(
  'sparseTopKCategoricalAccuracy',
  {
    ...TOP_K,
    /** Whether yPred contains class indices, the most probable first, instead of scores. Default false. */
    fromSortedIds: sortedIds,
  },
  (yTrue, yPred, { k, fromSortedIds }, owner) => {
    const scores = asTensor(yPred);
    const labels = labelsFor(owner, yTrue, scores);
    return among(labels, scores, k, fromSortedIds);
  },
);

/** Options of `sparseTopKCategoricalAccuracy`. */
export interface SparseTopKParameters extends OptionsOfFunction<
  typeof sparseTopKCategoricalAccuracy
> {}

/**
 * How often the right class is among the k most probable; targets are class labels. Keras:
 * `SparseTopKCategoricalAccuracy`.
 *
 * @example
 * const metric = new metrics.SparseTopKCategoricalAccuracy({ k: 2 });
 * metric.updateState([2], [[0.1, 0.6, 0.3]]);
 * metric.result(); // 1
 */
export class SparseTopKCategoricalAccuracy extends meanOf(
  'SparseTopKCategoricalAccuracy',
  sparseTopKCategoricalAccuracy,
  { direction: 'up' },
) {}
