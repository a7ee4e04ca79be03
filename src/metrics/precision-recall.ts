import { checkNumber } from '../config/check-number.js';
import { tidy } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { ConfusionCounts } from './confusion-counts.js';
import type { Confusion } from './confusion-counts.js';
import { single } from './confusion-metrics.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions, MetricValue } from './metric.js';
import { divideNoNan } from './quotient.js';
import { NO_THRESHOLD, thresholdList } from './thresholds.js';
import type { Thresholds } from './thresholds.js';

/** Options of `Precision` and `Recall`. */
export interface PrecisionOptions extends MetricOptions {
  /** Predictions above it count as positive; several give several results. Default 0.5, with topK none. */
  readonly thresholds?: Thresholds | null;
  /** Only the k largest predictions of a row can count as positive. */
  readonly topK?: number | null;
  /** Only that column of the last axis counts. */
  readonly classId?: number | null;
}

/** A whole number of at least `min`, or null. */
function countOrNull(owner: string, option: string, value: unknown, min: number): number | null {
  if (value === null || value === undefined) return null;
  return checkNumber(owner, option, value, { min, integer: true });
}

/** What both are made of. */
abstract class ConfusionRatio extends Metric {
  static override readonly optionNames = ['thresholds', 'topK', 'classId'];
  static override readonly direction = 'up';
  readonly thresholds: Thresholds | null;
  readonly topK: number | null;
  readonly classId: number | null;
  readonly #counts: ConfusionCounts;

  constructor(options: PrecisionOptions = {}) {
    super(options);
    const owner = (this.constructor as typeof Metric).className;
    this.thresholds = options.thresholds ?? null;
    this.topK = countOrNull(owner, 'topK', options.topK, 1);
    this.classId = countOrNull(owner, 'classId', options.classId, 0);
    const fallback = this.topK === null ? 0.5 : NO_THRESHOLD;
    this.#counts = new ConfusionCounts(this.name, thresholdList(owner, this.thresholds, fallback));
  }

  /** What is counted of the predictions, as one number. */
  protected abstract ratio(confusion: Confusion): number;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const { topK, classId } = this;
    tidy(() => this.#counts.update(yTrue, yPred, { sampleWeight, topK, classId }));
  }

  override result(): MetricValue {
    return single(this.#counts.at().map((confusion) => this.ratio(confusion)));
  }

  override resetState(): void {
    this.#counts.reset();
  }

  override getState(): readonly number[] {
    return this.#counts.getState();
  }

  override setState(state: readonly number[]): void {
    this.#counts.setState(checkState(this.name, state));
  }
}

/** Share of true ones among the predicted ones: TP / (TP + FP); 0 if nothing is predicted. */
export class Precision extends ConfusionRatio {
  static override readonly className = 'Precision';

  /** TP / (TP + FP); 0 where nothing is predicted as positive. */
  protected override ratio({ truePositives, falsePositives }: Confusion): number {
    return divideNoNan(truePositives, truePositives + falsePositives);
  }
}

/** Share of predicted ones among the true ones: TP / (TP + FN); 0 if there are none. */
export class Recall extends ConfusionRatio {
  static override readonly className = 'Recall';

  /** TP / (TP + FN); 0 where nothing is positive. */
  protected override ratio({ truePositives, falseNegatives }: Confusion): number {
    return divideNoNan(truePositives, truePositives + falseNegatives);
  }
}
