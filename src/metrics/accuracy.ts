import { kerasFunction } from '../losses/keras-function.js';
import { ShapeError } from '../errors.js';
import { oneHotTargets } from '../losses/one-hot-targets.js';
import { alignTargets, asTensor } from '../losses/ranks.js';
import { argmax, cast, equal, reshape, squeeze } from '../ops/index.js';
import { matchLargest } from '../ops/reduce.js';
import { formatShape, sameShape, toTensor } from '../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../tensor/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** 1 where yTrue == yPred, else 0; float32 in their shape. */
export const accuracy = /* @__PURE__ */ kerasFunction(
  'accuracy',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    return cast(equal(...alignTargets('accuracy', yTrue, yPred)), 'float32');
  },
);

/**
 * 1 where the largest of yTrue and the largest of yPred stand at one place of the last axis, else 0.
 * [n, …, classes] → [n, …], float32.
 */
export const categoricalAccuracy = /* @__PURE__ */ kerasFunction(
  'categoricalAccuracy',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const predictions = asTensor(yPred);
    const targets = oneHotTargets('categorical_accuracy', yTrue, predictions, predictions.ndim - 1);
    return matchLargest(targets, predictions);
  },
);

/**
 * Class labels, one a row of predictions and in the order of the rows. As in Keras their shape may differ from that of
 * the rows in axes of length 1.
 *
 * @throws ShapeError if the shapes do not fit.
 */
export function labelsFor(metric: string, yTrue: TensorLike, yPred: Tensor): Tensor {
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
 * 1 where the label yTrue is the place of the largest of yPred, else 0.
 * yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …], float32. A last axis of length 1 of yTrue is dropped.
 */
export const sparseCategoricalAccuracy = /* @__PURE__ */ kerasFunction(
  'sparseCategoricalAccuracy',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const predictions = asTensor(yPred);
    const labels = labelsFor('sparse_categorical_accuracy', yTrue, predictions);
    // Labels may be floats; classes are few enough for float32 to hold them.
    const chosen = reshape(cast(argmax(predictions, -1), 'float32'), labels.shape);
    const matches = cast(equal(asTensor(labels), chosen), 'float32');
    return matches.ndim > 1 && matches.shape.at(-1) === 1 ? squeeze(matches, -1) : matches;
  },
);

/** How often yPred equals yTrue. */
export class Accuracy extends MeanMetricWrapper {
  static override readonly className = 'Accuracy';
  static override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(accuracy, options, 'accuracy');
  }
}

/** How often the most probable class is the right one; targets are one-hot. */
export class CategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'CategoricalAccuracy';
  static override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(categoricalAccuracy, options, 'categorical_accuracy');
  }
}

/** How often the most probable class is the right one; targets are class labels. */
export class SparseCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'SparseCategoricalAccuracy';
  static override readonly direction = 'up';

  constructor(options: MetricOptions = {}) {
    super(sparseCategoricalAccuracy, options, 'sparse_categorical_accuracy');
  }
}
