import { configurable, isListOf, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option, OptionsOf, OptionContext } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { tidy } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { divideNoNan } from './accumulator.js';
import { ConfusionCounts, NO_THRESHOLD } from './confusion-counts.js';
import type { Confusion, CountOptions } from './confusion-counts.js';
import { GatheringMetric } from './metric.js';
import type { MetricOptions, MetricValue } from './metric.js';

/** One or several thresholds within [0, 1]. */
export type Thresholds = number | readonly number[];

/** The thresholds as a list. @throws ValueError for one outside of [0, 1], and for none. @internal */
export function thresholdList(given: unknown, { owner, name }: OptionContext): readonly number[] {
  const list: unknown = typeof given === 'number' ? [given] : given;
  const isWithin = (threshold: unknown): threshold is number =>
    typeof threshold === 'number' && threshold >= 0 && threshold <= 1;
  if (isListOf(list, isWithin) && list.length > 0) return list;
  throw new ValueError(
    `${owner}: ${name} must be numbers from 0 to 1, got ${describeValue(given)}.`,
  );
}

/** One or several numbers within [0, 1], or null: kept and written as they come. */
function thresholds(): Option<Thresholds | null> {
  const check = (given: unknown, context: OptionContext): Thresholds => {
    thresholdList(given, context);
    return given as Thresholds;
  };
  return { default: null, check };
}

/** What positives and negatives come to at each threshold: a number, or a list where `thresholds` is one. */
abstract class ConfusionMetric extends configurable(GatheringMetric, 'ConfusionMetric', {
  /**
   * Predictions above the threshold count as positive; a list gives a result for each threshold. Default null: 0.5, or with
   * `topK` no threshold.
   */
  thresholds: thresholds(),
}) {
  /** @internal */
  protected override readonly gathered: ConfusionCounts;

  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(options: MetricOptions = {}) {
    super(options);
    const { thresholds: given } = this;
    const usual = this.selection.topK === null ? 0.5 : NO_THRESHOLD;
    this.gathered = new ConfusionCounts(this.name, [given ?? usual].flat());
  }

  /** Which predictions can count. */
  protected get selection(): Pick<CountOptions, 'topK' | 'classId'> {
    return { topK: null };
  }

  /** The metric's value, given the counts at one threshold. */
  protected abstract measure(confusion: Confusion): number;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => this.gathered.update(yTrue, yPred, { sampleWeight, ...this.selection }));
  }

  override result(): MetricValue {
    const values = this.gathered.at().map((confusion) => this.measure(confusion));
    return values.length === 1 ? (values[0] ?? NaN) : values;
  }
}

/** Options of the four counts. */
export interface ConfusionOptions extends OptionsOf<typeof ConfusionMetric> {}

/**
 * Weighted number of labels 1 that are predicted as 1. Keras: `TruePositives`.
 *
 * @example
 * const metric = new metrics.TruePositives({ thresholds: [0.5, 0.8] });
 * metric.updateState([1, 1, 0], [0.9, 0.6, 0.7]);
 * metric.result(); // [2, 1]
 */
export class TruePositives extends configurable(ConfusionMetric, 'TruePositives') {
  protected override measure({ truePositives }: Confusion): number {
    return truePositives;
  }
}

/**
 * Weighted number of labels 0 that are predicted as 0. Keras: `TrueNegatives`.
 *
 * @example
 * const metric = new metrics.TrueNegatives();
 * metric.updateState([0, 0, 1], [0.1, 0.6, 0.7]);
 * metric.result(); // 1
 */
export class TrueNegatives extends configurable(ConfusionMetric, 'TrueNegatives') {
  protected override measure({ trueNegatives }: Confusion): number {
    return trueNegatives;
  }
}

/**
 * Weighted number of labels 0 that are predicted as 1. Keras: `FalsePositives`.
 *
 * @example
 * const metric = new metrics.FalsePositives({ thresholds: 0.3 });
 * metric.updateState([0, 0, 1], [0.4, 0.6, 0.7]);
 * metric.result(); // 2
 */
export class FalsePositives extends configurable(ConfusionMetric, 'FalsePositives') {
  protected override measure({ falsePositives }: Confusion): number {
    return falsePositives;
  }
}

/**
 * Weighted number of labels 1 that are predicted as 0. Keras: `FalseNegatives`.
 *
 * @example
 * const metric = new metrics.FalseNegatives();
 * metric.updateState([1, 1, 0], [0.4, 0.6, 0.3]);
 * metric.result(); // 1
 */
export class FalseNegatives extends configurable(ConfusionMetric, 'FalseNegatives') {
  protected override measure({ falseNegatives }: Confusion): number {
    return falseNegatives;
  }
}

/** The share of true positives in what is counted, of chosen predictions. */
abstract class ConfusionRatio extends configurable(ConfusionMetric, 'ConfusionRatio', {
  /** Only the k largest predictions of a row can count as positive; at least 1. Default null: all can. */
  topK: number({ default: null, min: 1, integer: true }),
  /** The only column of the last axis that counts, at least 0. Default null: all columns count. */
  classId: number({ default: null, min: 0, integer: true }),
}) {
  static override readonly direction = 'up';

  protected override get selection(): Pick<CountOptions, 'topK' | 'classId'> {
    const { topK, classId } = this;
    return { topK, classId };
  }
}

/** Options of `Precision` and `Recall`. */
export interface PrecisionOptions extends OptionsOf<typeof ConfusionRatio> {}

/**
 * The share of positive predictions that are right, TP / (TP + FP); 0 if no prediction is positive. Keras: `Precision`.
 *
 * @example
 * const metric = new metrics.Precision({ thresholds: 0.5 });
 * metric.updateState([1, 1, 0, 0], [0.9, 0.4, 0.6, 0.1]);
 * metric.result(); // 0.5
 */
export class Precision extends configurable(ConfusionRatio, 'Precision') {
  protected override measure({ truePositives, falsePositives }: Confusion): number {
    return divideNoNan(truePositives, truePositives + falsePositives);
  }
}

/**
 * The share of positive labels that are found, TP / (TP + FN); 0 if no label is positive. Keras: `Recall`.
 *
 * @example
 * const metric = new metrics.Recall({ topK: 1 });
 * metric.updateState([[0, 1], [1, 0]], [[0.1, 0.9], [0.4, 0.6]]);
 * metric.result(); // 0.5
 */
export class Recall extends configurable(ConfusionRatio, 'Recall') {
  protected override measure({ truePositives, falseNegatives }: Confusion): number {
    return divideNoNan(truePositives, truePositives + falseNegatives);
  }
}
