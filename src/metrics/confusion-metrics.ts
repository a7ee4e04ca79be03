import { tidy } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { ConfusionCounts } from './confusion-counts.js';
import type { Confusion } from './confusion-counts.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions, MetricValue } from './metric.js';
import { thresholdList } from './thresholds.js';
import type { Thresholds } from './thresholds.js';

/** Options of the four counts. */
export interface ConfusionOptions extends MetricOptions {
  /** Predictions above it count as positive; several give several results. Default 0.5. */
  readonly thresholds?: Thresholds | null;
}

/** One of the four counts; the result is a number, or a list where `thresholds` is one. */
abstract class ConfusionCount extends Metric {
  static override readonly optionNames = ['thresholds'];
  readonly thresholds: Thresholds | null;
  readonly #counts: ConfusionCounts;

  constructor(
    options: ConfusionOptions,
    readonly count: keyof Confusion,
  ) {
    super(options);
    this.thresholds = options.thresholds ?? null;
    const { className } = this.constructor as typeof Metric;
    this.#counts = new ConfusionCounts(this.name, thresholdList(className, this.thresholds, 0.5));
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => this.#counts.update(yTrue, yPred, { sampleWeight }));
  }

  override result(): MetricValue {
    return single(this.#counts.at().map((confusion) => confusion[this.count]));
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

/** The only value, or all of them. */
export function single(values: readonly number[]): MetricValue {
  return values.length === 1 ? (values[0] ?? NaN) : values;
}

/** Weighted number of labels 1 that are predicted 1. */
export class TruePositives extends ConfusionCount {
  static override readonly className = 'TruePositives';

  constructor(options: ConfusionOptions = {}) {
    super(options, 'truePositives');
  }
}

/** Weighted number of labels 0 that are predicted 0. */
export class TrueNegatives extends ConfusionCount {
  static override readonly className = 'TrueNegatives';

  constructor(options: ConfusionOptions = {}) {
    super(options, 'trueNegatives');
  }
}

/** Weighted number of labels 0 that are predicted 1. */
export class FalsePositives extends ConfusionCount {
  static override readonly className = 'FalsePositives';

  constructor(options: ConfusionOptions = {}) {
    super(options, 'falsePositives');
  }
}

/** Weighted number of labels 1 that are predicted 0. */
export class FalseNegatives extends ConfusionCount {
  static override readonly className = 'FalseNegatives';

  constructor(options: ConfusionOptions = {}) {
    super(options, 'falseNegatives');
  }
}
