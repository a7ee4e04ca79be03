import { checkNumber } from '../config/check-number.js';
import { oneOf } from '../config/index.js';
import { EPSILON } from '../losses/epsilon.js';
import type { TensorLike } from '../tensor/index.js';
import { flatten, readColumns, unflatten } from './columns.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions, MetricValue } from './metric.js';

const AVERAGES = ['micro', 'macro', 'weighted'] as const;

/** Options of `F1Score`. */
export interface F1ScoreOptions extends MetricOptions {
  /**
   * `'micro'`: of all classes' counts together; `'macro'`: the mean of the classes; `'weighted'`: their mean
   * weighted by their labels. Default null: one score a class.
   */
  readonly average?: (typeof AVERAGES)[number] | null;
  /** Predictions above it count. Default null: the largest of each row counts. */
  readonly threshold?: number | null;
}

/** Options of `FBetaScore`. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision. Default 1. */
  readonly beta?: number;
}

const COUNTS = ['truePositives', 'falsePositives', 'falseNegatives', 'labels'] as const;

/** Weighted counts of one class. */
type ClassCounts = Record<(typeof COUNTS)[number], number>;

/** (1 + β²) · precision · recall / (β² precision + recall), of predictions and one-hot targets [n, classes]. */
export class FBetaScore extends Metric {
  static override readonly className: string = 'FBetaScore';
  static override readonly direction = 'up';
  static override readonly optionNames: readonly string[] = ['average', 'beta', 'threshold'];
  readonly average: (typeof AVERAGES)[number] | null;
  readonly beta: number;
  readonly threshold: number | null;
  #classes: ClassCounts[] = [];

  constructor(options: FBetaScoreOptions = {}, name = 'fbeta_score') {
    super(options, name);
    const { average = null, beta = 1, threshold = null } = options;
    this.beta = checkNumber(name, 'beta', beta, { above: 0 });
    this.threshold =
      threshold === null ? null : checkNumber(name, 'threshold', threshold, { above: 0, max: 1 });
    this.average = average === null ? null : oneOf(name, 'average', average, AVERAGES, 'null');
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const columns = readColumns(this.name, 'classes', yTrue, yPred, sampleWeight);
    const { width: classes, labels, predictions: scores, weights } = columns;
    if (this.#classes.length !== classes) {
      this.#classes = Array.from({ length: classes }, () => ({
        truePositives: 0,
        falsePositives: 0,
        falseNegatives: 0,
        labels: 0,
      }));
    }
    for (let row = 0; row < scores.length; row += classes) {
      let largest = -Infinity;
      for (let c = 0; c < classes; c++) largest = Math.max(largest, scores[row + c] ?? NaN);
      this.#classes.forEach((counts, c) => {
        const score = scores[row + c] ?? NaN;
        // A row of zeros predicts no class.
        const isPredicted =
          this.threshold === null
            ? score >= largest && Math.abs(score) > 1e-9
            : score > Math.fround(this.threshold);
        const weight = weights?.[row + c] ?? 1;
        const label = labels[row + c] ?? NaN;
        if (isPredicted) {
          counts.truePositives += weight * label;
          counts.falsePositives += weight * (1 - label);
        } else {
          counts.falseNegatives += weight * label;
        }
        counts.labels += weight * label;
      });
    }
  }

  #score({ truePositives, falsePositives, falseNegatives }: ClassCounts): number {
    const precision = truePositives / (truePositives + falsePositives + EPSILON);
    const recall = truePositives / (truePositives + falseNegatives + EPSILON);
    const square = this.beta * this.beta;
    return ((1 + square) * precision * recall) / (square * precision + recall + EPSILON);
  }

  override result(): MetricValue {
    const classes = this.#classes;
    const total = (of: (counts: ClassCounts) => number): number =>
      classes.reduce((sum, counts) => sum + of(counts), 0);
    switch (this.average) {
      case null:
        return classes.map((counts) => this.#score(counts));
      case 'macro':
        return classes.length === 0 ? 0 : total((counts) => this.#score(counts)) / classes.length;
      case 'micro':
        return this.#score({
          truePositives: total((counts) => counts.truePositives),
          falsePositives: total((counts) => counts.falsePositives),
          falseNegatives: total((counts) => counts.falseNegatives),
          labels: 0,
        });
      case 'weighted': {
        const labels = total((counts) => counts.labels) + EPSILON;
        return total((counts) => (this.#score(counts) * counts.labels) / labels);
      }
    }
  }

  override resetState(): void {
    this.#classes = [];
  }

  override getState(): readonly number[] {
    return flatten(COUNTS, this.#classes);
  }

  override setState(state: readonly number[]): void {
    this.#classes = unflatten(COUNTS, checkState(this.name, state));
  }
}

/** The harmonic mean of precision and recall: `FBetaScore` with beta 1. */
export class F1Score extends FBetaScore {
  static override readonly className = 'F1Score';
  static override readonly optionNames = ['average', 'threshold'];

  constructor(options: F1ScoreOptions = {}) {
    super(options, 'f1_score');
  }
}
