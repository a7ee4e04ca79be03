/**
 * What training and evaluation report: accuracies, errors, AUC, precision, recall and more.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
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
} from '../losses/index.js';
export type { Confusion } from './confusion-counts.js';
export { MeanMetricWrapper } from './mean-metric-wrapper.js';
export type { MetricFunction } from './mean-metric-wrapper.js';
export { Metric } from './metric.js';
export type { MetricDirection, MetricOptions, MetricValue } from './metric.js';
export {
  deserializeMetric as deserialize,
  getMetric as get,
  serializeMetric as serialize,
  registerMetrics as register,
} from './registry.js';
export type { MetricIdentifier, MetricName } from './registry.js';
