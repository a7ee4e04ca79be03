import { choice, configurable, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { flatten, readColumns, unflatten } from './columns.js';
import { checkState, Metric } from './metric.js';
import type { MetricValue } from './metric.js';

const COUNTS = ['truePositives', 'falsePositives', 'falseNegatives', 'labels'] as const;

/** Weighted counts of one class. */
type ClassCounts = Record<(typeof COUNTS)[number], number>;

/** Options of `FBetaScore`. */
export interface FBetaScoreOptions extends OptionsOf<typeof FBetaScore> {}

/**
 * (1 + β²) · precision · recall / (β² · precision + recall), of predictions and one-hot targets [n, classes]: a number, or
 * without `average` one for each class. Keras: `FBetaScore`.
 *
 * @example
 * const metric = new metrics.FBetaScore({ beta: 2, average: 'macro', threshold: 0.5 });
 * metric.updateState([[1], [1], [0]], [[0.9], [0.2], [0.6]]);
 * metric.result(); // 0.5
 */
export class FBetaScore extends configurable(
  Metric,
  'FBetaScore',
  {
    /**
     * `'micro'`: of all classes' counts together; `'macro'`: the mean of the classes; `'weighted'`: their mean
     * weighted by their labels. Default null: one score a class.
     */
    average: choice(['micro', 'macro', 'weighted'], { orNull: true }),
    /** How much more recall counts than precision, above 0. Default 1. */
    beta: number({ default: 1, above: 0 }),
    /** Predictions above it count; above 0, at most 1. Default null: the largest of each row counts. */
    threshold: number({ default: null, above: 0, max: 1 }),
  },
  { name: 'fbeta_score', aliases: ['fbeta_score'] },
) {
  static override readonly direction = 'up';
  #classes: ClassCounts[] = [];

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

/** The `beta` of a harmonic mean, which Keras does not write. */
const harmonic: Option<1> = {
  default: 1,
  check: (given) => {
    if (given === 1) return given;
    throw new ValueError(
      `F1Score: beta is 1, got ${describeValue(given)}. Use FBetaScore for another.`,
    );
  },
  toConfig: () => undefined,
};

/** Options of `F1Score`. */
export interface F1ScoreOptions extends OptionsOf<typeof F1Score> {}

/**
 * The harmonic mean of precision and recall, 2 · precision · recall / (precision + recall), of predictions and one-hot
 * targets [n, classes]. Keras: `F1Score`.
 *
 * @example
 * const metric = new metrics.F1Score({ threshold: 0.5 });
 * metric.updateState([[1, 0], [1, 1], [0, 1]], [[0.9, 0.8], [0.2, 0.7], [0.6, 0.9]]);
 * metric.result(); // [0.5, 0.8]
 */
export class F1Score extends configurable(
  FBetaScore,
  'F1Score',
  {
    /** Always 1. */
    beta: harmonic,
  },
  { name: 'f1_score' },
) {}
