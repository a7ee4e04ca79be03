import { isSerializedObject, Registry } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Loss } from '../losses/loss.js';
import { Accuracy, CategoricalAccuracy, SparseCategoricalAccuracy } from './accuracy.js';
import { AUC } from './auc.js';
import { BinaryAccuracy } from './binary-accuracy.js';
import {
  FalseNegatives,
  FalsePositives,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.js';
import { F1Score, FBetaScore } from './fbeta-score.js';
import { CategoricalHinge, Hinge, SquaredHinge } from './hinge-metrics.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricFunction } from './mean-metric-wrapper.js';
import { Metric } from './metric.js';
import { Precision, Recall } from './precision-recall.js';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  KLDivergence,
  Poisson,
} from './probabilistic-metrics.js';
import { R2Score } from './r2-score.js';
import { Mean, Sum } from './reduction-metrics.js';
import {
  CosineSimilarity,
  LogCoshError,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  RootMeanSquaredError,
} from './regression-metrics.js';
import { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.js';
import { SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy } from './top-k-accuracy.js';

/** All metrics, under Keras's names. */
export const metricRegistry = new Registry<Metric>('metric', 'keras.metrics', [
  [Accuracy],
  [BinaryAccuracy],
  [CategoricalAccuracy],
  [SparseCategoricalAccuracy],
  [TopKCategoricalAccuracy],
  [SparseTopKCategoricalAccuracy],
  [CategoricalCrossentropy],
  [SparseCategoricalCrossentropy],
  [BinaryCrossentropy, 'bce'],
  [KLDivergence, 'kld', 'kullback_leibler_divergence'],
  [Poisson],
  [MeanSquaredError, 'mse'],
  [RootMeanSquaredError],
  [MeanAbsoluteError, 'mae'],
  [MeanAbsolutePercentageError, 'mape'],
  [MeanSquaredLogarithmicError, 'msle'],
  [LogCoshError, 'logcosh', 'log_cosh'],
  [CosineSimilarity],
  [R2Score],
  [Hinge],
  [SquaredHinge],
  [CategoricalHinge],
  [Precision],
  [Recall],
  [F1Score],
  [FBetaScore, 'fbeta_score'],
  [AUC],
  [TruePositives],
  [TrueNegatives],
  [FalsePositives],
  [FalseNegatives],
  [Mean],
  [Sum],
]);

/** What stands for a metric: a name, a config from a file, an instance, a loss, or a function of ops. */
export type MetricIdentifier = string | SerializedObject | Metric | Loss | MetricFunction;

/**
 * The metric that `identifier` stands for. Names as those of losses; a metric given by a string takes that
 * string as its name (`'mae'` stands as `mae` in the history), as in Keras.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 */
export function getMetric(identifier: MetricIdentifier): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'string') {
    const metric = metricRegistry.create(identifier);
    metric.name = identifier;
    return metric;
  }
  if (identifier instanceof Loss) {
    const { name } = identifier;
    return new MeanMetricWrapper((t, p) => identifier.apply(t, p), { name });
  }
  if (typeof identifier === 'function') return new MeanMetricWrapper(identifier);
  if (isSerializedObject(identifier)) return metricRegistry.create(identifier);
  throw new ValueError(
    `A metric is a name, an instance of metrics.Metric or a function (yTrue, yPred) => Tensor, got ` +
      `${identifier === null ? 'null' : typeof identifier}.`,
  );
}

/** `metric` as Keras writes it into JSON. */
export function serializeMetric(metric: Metric): SerializedObject {
  return metricRegistry.serialize(metric);
}

/** The metric that `serializeMetric` or Keras wrote. */
export function deserializeMetric(object: SerializedObject): Metric {
  return getMetric(object);
}
