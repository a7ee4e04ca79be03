/**
 * What training and evaluation report: accuracies, errors, AUC, precision, recall and more.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/metrics/generated/classes.js';
export {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalHinge,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from './losses.js';
export type { Confusion } from './nn/metrics/confusion-counts.js';
export { MeanMetricWrapper } from './nn/metrics/mean-metric-wrapper.js';
export type { MetricFunction } from './nn/metrics/mean-metric-wrapper.js';
export { Metric } from './nn/metrics/metric.js';
export type { MetricDirection, MetricOptions, MetricValue } from './nn/metrics/metric.js';
export {
  deserializeMetric as deserialize,
  getMetric as get,
  serializeMetric as serialize,
  registerMetrics as register,
} from './nn/metrics/registry.js';
export type { MetricIdentifier, MetricName, MetricNames } from './nn/metrics/registry.js';
