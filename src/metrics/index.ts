/**
 * What training and evaluation report: accuracies, errors, AUC, precision, recall and more.
 *
 * @module
 */

import '../ops/methods.js';
export {
  Accuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  accuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
} from './accuracy.js';
export type { Curve, SummationMethod } from './auc-area.js';
export { AUC } from './auc.js';
export type { AUCOptions } from './auc.js';
export { BinaryAccuracy, binaryAccuracy } from './binary-accuracy.js';
export type { BinaryAccuracyParameters } from './binary-accuracy.js';
export type { Confusion } from './confusion-counts.js';
export {
  FalseNegatives,
  FalsePositives,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.js';
export type { ConfusionOptions } from './confusion-metrics.js';
export { F1Score, FBetaScore } from './fbeta-score.js';
export type { F1ScoreOptions, FBetaScoreOptions } from './fbeta-score.js';
export { CategoricalHinge, Hinge, SquaredHinge } from './hinge-metrics.js';
export { MeanMetricWrapper } from './mean-metric-wrapper.js';
export type { MetricFunction } from './mean-metric-wrapper.js';
export { Metric } from './metric.js';
export type { MetricDirection, MetricOptions, MetricValue } from './metric.js';
export { Precision, Recall } from './precision-recall.js';
export type { PrecisionOptions } from './precision-recall.js';
export {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  KLDivergence,
  Poisson,
} from './probabilistic-metrics.js';
export type {
  BinaryCrossentropyOptions,
  CategoricalCrossentropyOptions,
} from './probabilistic-metrics.js';
export { R2Score } from './r2-score.js';
export type { R2ScoreOptions } from './r2-score.js';
export { Mean, Sum } from './reduction-metrics.js';
export {
  deserializeMetric as deserialize,
  getMetric as get,
  serializeMetric as serialize,
  registerMetrics as register,
} from './registry.js';
export type { MetricIdentifier } from './registry.js';
export {
  CosineSimilarity,
  LogCoshError,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  RootMeanSquaredError,
} from './regression-metrics.js';
export { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.js';
export type { SparseCategoricalCrossentropyOptions } from './sparse-categorical-crossentropy.js';
export {
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './top-k-accuracy.js';
export type { SparseTopKParameters, TopKParameters } from './top-k-accuracy.js';
export type { Thresholds } from './thresholds.js';
