// A row for each metric: which way is better, the options that are numbers or names, and the data for tests.
import type { Case } from './batches.js';
import type { ClassSpec, ClassSpecs } from './spec.js';

interface MetricSpec extends ClassSpec {
  readonly cases: readonly Case[];
  /** Counts and sums are neither good nor bad. */
  readonly direction: 'up' | 'down' | undefined;
  /** It reads elements that it is given, or keeps them, so it is updated behind each replay of a captured step. */
  readonly readsElements?: true;
}

const metric =
  (direction: MetricSpec['direction']) =>
  (takes: string, ...cases: readonly Case[]): MetricSpec => ({
    takes,
    direction,
    cases,
    examples: cases.map(([, options = {}, , before = []]) => [...before, options]),
  });
const up = metric('up');
const down = metric('down');
const neutral = metric(undefined);
const reading = (row: MetricSpec): MetricSpec => ({ ...row, readsElements: true });

const CHOICE = 'topK: count; classId: index';
const SEGMENTS = 'numClasses: a whole number from 1 to 1048576; ignoreClass axis: whole';
const CONSTRAINED = 'numThresholds: a whole number from 1 to 1048576; classId: index';
const SCORE = 'threshold: part of 1; average: micro|macro|weighted';

export const metricSpecs: ClassSpecs<MetricSpec> = {
  AUC: reading(
    up(
      'numThresholds: a whole number from 2 to 1048576; numLabels: count; curve: ROC|PR|PRGAIN; ' +
        'summationMethod: interpolation|majoring|minoring',
      ['column'],
      ['bits', { multiLabel: true, numLabels: 3, labelWeights: [1, 2, 0.5], curve: 'PR' }],
      ['bits', { labelWeights: [1, 2, 0.5], summationMethod: 'majoring' }],
      ['column', { curve: 'PRGAIN', thresholds: [0.25, 0.5] }],
    ),
  ),
  Accuracy: up('', ['equal']),
  BinaryAccuracy: up('threshold: finite', ['bits'], ['column', { threshold: 0.35 }]),
  BinaryCrossentropy: down('labelSmoothing: fraction', ['bits']),
  BinaryIoU: reading(
    up('threshold: finite', ['column'], ['column', { threshold: 0.35, targetClassIds: [1] }]),
  ),
  CategoricalAccuracy: up('', ['distributions']),
  CategoricalCrossentropy: down('labelSmoothing: fraction; axis: whole', ['distributions']),
  CategoricalHinge: down('', ['distributions']),
  ConcordanceCorrelation: up('axis: whole', ['numbers']),
  CosineSimilarity: up('axis: whole', ['numbers']),
  F1Score: reading(up(SCORE, ['bits', { threshold: 0.35 }], ['distributions'])),
  FBetaScore: reading(
    up(
      `beta: positive; ${SCORE}`,
      ['distributions', { average: 'weighted', beta: 2 }],
      ['bits', { average: 'micro', threshold: 0.35 }],
      ['bits', { average: 'macro', threshold: 0.35 }],
    ),
  ),
  FalseNegatives: reading(neutral('', ['column'])),
  FalsePositives: reading(neutral('', ['bits', { thresholds: [0.25, 0.55] }])),
  Hinge: down('', ['bits']),
  IoU: reading(
    up(
      SEGMENTS,
      ['ids', {}, undefined, [3, [0, 2]]],
      ['labels', { sparseYPred: false, ignoreClass: 2 }, undefined, [3, [1]]],
    ),
  ),
  KLDivergence: down('', ['distributions']),
  LogCoshError: down('', ['numbers']),
  Mean: neutral('', ['numbers']),
  MeanAbsoluteError: down('', ['numbers']),
  MeanAbsolutePercentageError: down('', ['numbers']),
  MeanSquaredError: down('', ['numbers']),
  MeanSquaredLogarithmicError: down('', ['numbers']),
  PearsonCorrelation: up('axis: whole', ['numbers']),
  MeanIoU: reading(
    up(
      SEGMENTS,
      ['ids', {}, undefined, [3]],
      ['labels', { sparseYPred: false, ignoreClass: 1 }, undefined, [4]],
    ),
  ),
  OneHotIoU: reading(up(SEGMENTS, ['distributions', {}, undefined, [3, [0, 1]]])),
  OneHotMeanIoU: reading(up(SEGMENTS, ['distributions', {}, undefined, [3]])),
  Poisson: down('', ['numbers']),
  Precision: reading(
    up(
      CHOICE,
      ['column'],
      ['bits', { topK: 1 }],
      ['bits', { classId: 1, thresholds: 0.25 }],
      ['bits', { classId: 1, topK: 2, thresholds: [0.25] }],
    ),
  ),
  R2Score: reading(
    up(
      'numRegressors: index; classAggregation: uniform_average|variance_weighted_average',
      ['numbers'],
      ['numbers', { classAggregation: 'variance_weighted_average' }],
      ['numbers', { numRegressors: 1 }, 'it counts samples'],
    ),
  ),
  PrecisionAtRecall: reading(
    up(
      `${CONSTRAINED}; recall: fraction`,
      ['column', {}, undefined, [0.5]],
      ['bits', { numThresholds: 2, classId: 1 }, undefined, [0.8]],
    ),
  ),
  Recall: reading(
    up(CHOICE, ['column'], ['bits', { topK: 2 }], ['bits', { thresholds: [0.25, 0.55] }]),
  ),
  RecallAtPrecision: reading(
    up(
      `${CONSTRAINED}; precision: fraction`,
      ['column', {}, undefined, [0.75]],
      ['bits', { numThresholds: 20 }, undefined, [0.6]],
    ),
  ),
  RootMeanSquaredError: down('', ['numbers']),
  SensitivityAtSpecificity: reading(
    up(
      `${CONSTRAINED}; specificity: fraction`,
      ['column', {}, undefined, [0.5]],
      ['bits', { numThresholds: 1 }, undefined, [0.2]],
    ),
  ),
  SparseCategoricalAccuracy: up('', ['labels']),
  SparseCategoricalCrossentropy: down(
    'ignoreClass: class; axis: whole',
    ['labels'],
    ['labels', { ignoreClass: 1 }, 'Keras counts what is ignored where there are no weights'],
  ),
  SparseTopKCategoricalAccuracy: up(
    'k: count',
    ['labels', { k: 2 }],
    ['sortedIds', { k: 1, fromSortedIds: true }],
  ),
  SpecificityAtSensitivity: reading(
    up(
      `${CONSTRAINED}; sensitivity: fraction`,
      ['column', {}, undefined, [0.75]],
      ['bits', { numThresholds: 20, classId: 1 }, undefined, [0.5]],
    ),
  ),
  SquaredHinge: down('', ['bits']),
  Sum: neutral('', ['numbers']),
  TopKCategoricalAccuracy: up('k: count', ['distributions', { k: 2 }]),
  TrueNegatives: reading(neutral('', ['bits', { thresholds: 0.25 }])),
  TruePositives: reading(neutral('', ['bits'])),
};
