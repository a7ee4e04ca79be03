// Keras's metrics.
export * from './accuracies.js';
export * from './auc.js';
export {
  FalseNegatives,
  FalsePositives,
  Precision,
  Recall,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.js';
export type { ConfusionOptions, PrecisionOptions, Thresholds } from './confusion-metrics.js';
export * from './correlations.js';
export * from './fbeta-score.js';
export * from './loss-metrics.js';
export * from './r2-score.js';
export * from './reduction-metrics.js';
