import type { KerasClass } from '../config/index.js';
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
import type { Metric } from './metric.js';

/** All metrics that Keras knows by name. */
export const METRICS: readonly KerasClass<Metric>[] = [
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  TopKCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  BinaryCrossentropy,
  KLDivergence,
  Poisson,
  MeanSquaredError,
  RootMeanSquaredError,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredLogarithmicError,
  LogCoshError,
  CosineSimilarity,
  R2Score,
  Hinge,
  SquaredHinge,
  CategoricalHinge,
  Precision,
  Recall,
  F1Score,
  FBetaScore,
  AUC,
  TruePositives,
  TrueNegatives,
  FalsePositives,
  FalseNegatives,
  Mean,
  Sum,
];
