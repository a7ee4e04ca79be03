import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions, requireObject } from '../config/index.js';
import type { Config } from '../config/index.js';
import { kerasFunction } from '../losses/keras-function.js';
import { oneHotTargets } from '../losses/one-hot-targets.js';
import { asTensor } from '../losses/ranks.js';
import { argmax } from '../ops/index.js';
import { tensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { labelsFor } from './accuracy.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricOptions } from './metric.js';

/** Options of `topKCategoricalAccuracy`. */
export interface TopKParameters {
  /** How many guesses a sample has. Default 5. */
  readonly k?: number;
}

/** Options of `sparseTopKCategoricalAccuracy`. */
export interface SparseTopKParameters extends TopKParameters {
  /** Whether yPred holds class numbers, the most probable first, and not scores. Default false. */
  readonly fromSortedIds?: boolean;
}

function checkK(owner: string, k: unknown): number {
  return checkNumber(owner, 'k', k, { min: 1, integer: true });
}

/** 1 where fewer than k scores of the row are larger than that of the label, else 0; a NaN never counts. */
function inTopK(labels: Tensor, scores: Tensor, k: number): Tensor {
  const classes = scores.shape.at(-1) ?? 1;
  const values = scores.data();
  const matches = Float32Array.from(labels.data(), (label, row) => {
    const score = label >= 0 && label < classes ? (values[row * classes + label] ?? NaN) : NaN;
    if (Number.isNaN(score)) return 0;
    let larger = 0;
    for (let c = 0; c < classes; c++) if ((values[row * classes + c] ?? NaN) > score) larger++;
    return larger < k ? 1 : 0;
  });
  return tensor(matches, { shape: labels.shape });
}

/** 1 where the label is among the first k numbers of the row, else 0. */
function inFirstK(labels: Tensor, ids: Tensor, k: number): Tensor {
  const width = ids.shape.at(-1) ?? 1;
  const values = ids.data();
  const matches = Float32Array.from(labels.data(), (label, row) =>
    values.subarray(row * width, row * width + Math.min(k, width)).includes(label) ? 1 : 0,
  );
  return tensor(matches, { shape: labels.shape });
}

/**
 * 1 where the class of yTrue (its largest place) is among the k most probable of yPred, else 0.
 * [n, …, classes] → [n, …], float32.
 */
export const topKCategoricalAccuracy = /* @__PURE__ */ kerasFunction(
  'topKCategoricalAccuracy',
  (yTrue: TensorLike, yPred: TensorLike, parameters: TopKParameters = {}): Tensor => {
    const owner = 'top_k_categorical_accuracy';
    checkOptions(owner, parameters, ['k']);
    const scores = asTensor(yPred);
    const targets = oneHotTargets(owner, yTrue, scores, scores.ndim - 1);
    return inTopK(argmax(targets, -1), scores, checkK(owner, parameters.k ?? 5));
  },
);

/**
 * 1 where the label yTrue is among the k most probable classes of yPred, else 0.
 * yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → the shape of yTrue, float32.
 */
export const sparseTopKCategoricalAccuracy = /* @__PURE__ */ kerasFunction(
  'sparseTopKCategoricalAccuracy',
  (yTrue: TensorLike, yPred: TensorLike, parameters: SparseTopKParameters = {}): Tensor => {
    const owner = 'sparse_top_k_categorical_accuracy';
    checkOptions(owner, parameters, ['k', 'fromSortedIds']);
    const scores = asTensor(yPred);
    const labels = labelsFor(owner, yTrue, scores);
    const k = checkK(owner, parameters.k ?? 5);
    return parameters.fromSortedIds === true
      ? inFirstK(labels, scores, k)
      : inTopK(labels, scores, k);
  },
);

/** How often the right class is among the k most probable; targets are one-hot. */
export class TopKCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'TopKCategoricalAccuracy';
  static override readonly direction = 'up';
  static override readonly optionNames = ['k'];
  readonly k: number;

  constructor(options: MetricOptions & TopKParameters = {}) {
    requireObject('TopKCategoricalAccuracy', 'options', options);
    const k = checkK('TopKCategoricalAccuracy', options.k ?? 5);
    super((t, p) => topKCategoricalAccuracy(t, p, { k }), options, 'top_k_categorical_accuracy');
    this.k = k;
  }
}

/** How often the right class is among the k most probable; targets are class labels. */
export class SparseTopKCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'SparseTopKCategoricalAccuracy';
  static override readonly direction = 'up';
  static override readonly optionNames = ['k', 'fromSortedIds'];
  readonly k: number;
  readonly fromSortedIds: boolean;

  constructor(options: MetricOptions & SparseTopKParameters = {}) {
    const owner = 'SparseTopKCategoricalAccuracy';
    const k = checkK(owner, requireObject(owner, 'options', options).k ?? 5);
    const fromSortedIds = checkBoolean(owner, 'fromSortedIds', options.fromSortedIds ?? false);
    super(
      (t, p) => sparseTopKCategoricalAccuracy(t, p, { k, fromSortedIds }),
      options,
      'sparse_top_k_categorical_accuracy',
    );
    this.k = k;
    this.fromSortedIds = fromSortedIds;
  }

  override getConfig(): Config {
    const { from_sorted_ids: ids, ...config } = super.getConfig();
    return ids === true ? { ...config, from_sorted_ids: ids } : config;
  }
}
