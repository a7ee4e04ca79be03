/**
 * What training and evaluation report: accuracies, errors, AUC, precision, recall and more.
 *
 * @module
 */

import '../ops/methods.js';
export * from './accuracies.js';
export * from './auc.js';
export type { Confusion } from './confusion-counts.js';
export {
  FalseNegatives,
  FalsePositives,
  Precision,
  Recall,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.js';
export type { ConfusionOptions, PrecisionOptions, Thresholds } from './confusion-metrics.js';
export * from './fbeta-score.js';
export * from './loss-metrics.js';
export { MeanMetricWrapper } from './mean-metric-wrapper.js';
export type { MetricFunction } from './mean-metric-wrapper.js';
export { Metric } from './metric.js';
export type { MetricDirection, MetricOptions, MetricValue } from './metric.js';
export * from './r2-score.js';
export * from './reduction-metrics.js';
export {
  deserializeMetric as deserialize,
  getMetric as get,
  serializeMetric as serialize,
  registerMetrics as register,
} from './registry.js';
export type { MetricIdentifier } from './registry.js';
