import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { tidy } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { divideNoNan } from './accumulator.js';
import { ConfusionCounts } from './confusion-counts.js';
import type { Confusion } from './confusion-counts.js';
import { GatheringMetric } from './metric.js';
import type { MetricOptions } from './metric.js';

/** A share of samples that are counted right. */
type Share = (confusion: Confusion) => number;

const precisionOf: Share = ({ truePositives, falsePositives }) =>
  divideNoNan(truePositives, truePositives + falsePositives);
/** Recall and sensitivity are two names of one share. */
const recallOf: Share = ({ truePositives, falseNegatives }) =>
  divideNoNan(truePositives, truePositives + falseNegatives);
const specificityOf: Share = ({ trueNegatives, falsePositives }) =>
  divideNoNan(trueNegatives, trueNegatives + falsePositives);

/** Thresholds of which the first lets every prediction count as positive, and the last none. */
function thresholdsOf(count: number): readonly number[] {
  if (count === 1) return [0.5];
  const inner = Array.from({ length: count - 2 }, (_, i) => (i + 1) / (count - 1));
  return [-Infinity, ...inner, Infinity];
}

/** What a metric looks for. */
interface Aim {
  readonly limit: number;
  /** The share that has to be at least `limit`. */
  readonly constrained: Share;
  /** The share whose largest value is the result. */
  readonly sought: Share;
}

/** The largest value of one share at the thresholds where another share is at least as large as asked for. */
abstract class ConstrainedMetric extends configurable(GatheringMetric, 'ConstrainedMetric', {
  /** The number of evenly spaced thresholds from 0 to 1 to try, 1 … 2²⁰; 1 tries only 0.5. Default 200. */
  numThresholds: number({ default: 200, min: 1, max: 2 ** 20, integer: true }),
  /** The only column of the last axis that counts, at least 0. Default null: all columns count. */
  classId: number({ default: null, min: 0, integer: true }),
}) {
  static override readonly direction = 'up';
  /** @internal */
  protected override readonly gathered: ConfusionCounts;

  constructor(options: MetricOptions) {
    super(options);
    this.gathered = new ConfusionCounts(this.name, thresholdsOf(this.numThresholds));
  }

  /** @internal */
  protected abstract get aim(): Aim;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const { classId } = this;
    tidy(() => this.gathered.update(yTrue, yPred, { sampleWeight, classId }));
  }

  /** The best value; 0 if no threshold satisfies the condition. */
  override result(): number {
    const { limit, constrained, sought } = this.aim;
    // Keras compares in float32, in which 0.8 is 4 of 5.
    return this.gathered
      .at()
      .filter((confusion) => Math.fround(constrained(confusion)) >= Math.fround(limit))
      .reduce((largest, confusion) => Math.max(largest, sought(confusion)), 0);
  }
}

const share = number({ min: 0, max: 1 });

/** Options of `PrecisionAtRecall`. */
export interface PrecisionAtRecallOptions extends OptionsOf<typeof PrecisionAtRecall> {}

/**
 * The best precision, TP / (TP + FP), at thresholds where the recall is at least `recall`; 0 if there are none. yTrue contains
 * 0 and 1, yPred probabilities. Keras: `PrecisionAtRecall`.
 *
 * @example
 * const metric = new metrics.PrecisionAtRecall(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * metric.result(); // 0.5
 */
export class PrecisionAtRecall extends configurable(
  ConstrainedMetric,
  'PrecisionAtRecall',
  {
    /** The required recall, 0 … 1. */
    recall: share,
  },
  { positional: ['recall'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(recall: number, options: PrecisionAtRecallOptions = {}) {
    super(options, [recall]);
  }

  /** @internal */
  protected override get aim(): Aim {
    return { limit: this.recall, constrained: recallOf, sought: precisionOf };
  }
}

/** Options of `RecallAtPrecision`. */
export interface RecallAtPrecisionOptions extends OptionsOf<typeof RecallAtPrecision> {}

/**
 * The best recall, TP / (TP + FN), at thresholds where the precision is at least `precision`; 0 if there are none. yTrue
 * contains 0 and 1, yPred probabilities. Keras: `RecallAtPrecision`.
 *
 * @example
 * const metric = new metrics.RecallAtPrecision(0.8);
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * metric.result(); // 0.5
 */
export class RecallAtPrecision extends configurable(
  ConstrainedMetric,
  'RecallAtPrecision',
  {
    /** The required precision, 0 … 1. */
    precision: share,
  },
  { positional: ['precision'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(precision: number, options: RecallAtPrecisionOptions = {}) {
    super(options, [precision]);
  }

  /** @internal */
  protected override get aim(): Aim {
    return { limit: this.precision, constrained: precisionOf, sought: recallOf };
  }
}

/** Options of `SensitivityAtSpecificity`. */
export interface SensitivityAtSpecificityOptions extends OptionsOf<
  typeof SensitivityAtSpecificity
> {}

/**
 * The best sensitivity, TP / (TP + FN), at thresholds where the specificity, TN / (TN + FP), is at least `specificity`; 0 if
 * there are none. yTrue contains 0 and 1, yPred probabilities. Keras: `SensitivityAtSpecificity`.
 *
 * @example
 * const metric = new metrics.SensitivityAtSpecificity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * metric.result(); // 0.5
 */
export class SensitivityAtSpecificity extends configurable(
  ConstrainedMetric,
  'SensitivityAtSpecificity',
  {
    /** The required specificity, 0 … 1. */
    specificity: share,
  },
  { positional: ['specificity'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(specificity: number, options: SensitivityAtSpecificityOptions = {}) {
    super(options, [specificity]);
  }

  /** @internal */
  protected override get aim(): Aim {
    return { limit: this.specificity, constrained: specificityOf, sought: recallOf };
  }
}

/** Options of `SpecificityAtSensitivity`. */
export interface SpecificityAtSensitivityOptions extends OptionsOf<
  typeof SpecificityAtSensitivity
> {}

/**
 * The best specificity, TN / (TN + FP), at thresholds where the sensitivity, TP / (TP + FN), is at least `sensitivity`; 0 if
 * there are none. yTrue contains 0 and 1, yPred probabilities. Keras: `SpecificityAtSensitivity`.
 *
 * @example
 * const metric = new metrics.SpecificityAtSensitivity(0.5);
 * metric.updateState([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]);
 * metric.result(); // 0.6667
 */
export class SpecificityAtSensitivity extends configurable(
  ConstrainedMetric,
  'SpecificityAtSensitivity',
  {
    /** The required sensitivity, 0 … 1. */
    sensitivity: share,
  },
  { positional: ['sensitivity'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(sensitivity: number, options: SpecificityAtSensitivityOptions = {}) {
    super(options, [sensitivity]);
  }

  /** @internal */
  protected override get aim(): Aim {
    return { limit: this.sensitivity, constrained: recallOf, sought: specificityOf };
  }
}
