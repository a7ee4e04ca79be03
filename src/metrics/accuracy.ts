import { kerasFunction } from '../config/keras-function.js';
import { ShapeError } from '../errors.js';
import { oneHotTargets } from '../losses/one-hot-targets.js';
import { alignTargets, asTensor } from '../losses/ranks.js';
import { argmax, cast, equal, squeeze } from '../ops/index.js';
import { matchLargest } from '../ops/reduce.js';
import { formatShape, sameShape, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
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
 * Class labels in the shape of yPred without its last axis; (n, …, 1) loses its last axis.
 *
 * @throws ShapeError if the shapes do not fit.
 */
export function labelsFor(metric: string, yTrue: TensorLike, yPred: Tensor): Tensor {
  const came = toTensor(yTrue);
  const rows = yPred.shape.slice(0, -1);
  const labels = came.ndim === yPred.ndim && came.shape.at(-1) === 1 ? squeeze(came, -1) : came;
  if (sameShape(labels.shape, rows)) return labels;
  throw new ShapeError(
    `${metric}: yTrue has shape ${formatShape(came.shape)} but yPred has shape ` +
      `${formatShape(yPred.shape)}. Expected one class label a row of predictions, shape ` +
      `${formatShape(rows)}; for one-hot targets use '${metric.replace('sparse_', '')}'.`,
  );
}

/**
 * 1 where the label yTrue is the place of the largest of yPred, else 0.
 * yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …], float32.
 */
export const sparseCategoricalAccuracy = /* @__PURE__ */ kerasFunction(
  'sparseCategoricalAccuracy',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const predictions = asTensor(yPred);
    const labels = labelsFor('sparse_categorical_accuracy', yTrue, predictions);
    // Labels may be floats; classes are few enough for float32 to hold them.
    return cast(equal(asTensor(labels), cast(argmax(predictions, -1), 'float32')), 'float32');
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
