import { choice, configurable, naming, number } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { alignTargets } from '../losses/targets.js';
import { broadcastTo, expandDims } from '../../engine/ops/index.js';
import { formatShape, tidy } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { weightTensor } from './accumulator.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { checkState, Metric } from './metric.js';
import type { MetricValue } from './metric.js';
import { describeValue } from '../../config/describe-value.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';

/** A batch of [samples, columns], row by row. */
interface Columns {
  readonly width: number;
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** One a label. */
  readonly weights: ArrayLike<number> | undefined;
}

/**
 * A batch of targets and predictions as numbers, for metrics that treat each column separately.
 *
 * @param name the names of the metric and of its columns (`column`: 'classes') in messages
 * @throws ShapeError for a wrong number of axes.
 */
function readColumns(
  name: string,
  column: string,
  yTrue: TensorLike,
  yPred: TensorLike,
  sampleWeight: TensorLike | null | undefined,
): Columns {
  return tidy(() => {
    const [targets, predictions] = alignTargets(name, yTrue, yPred);
    const { shape } = targets;
    const width = shape[1];
    if (shape.length !== 2 || width === undefined) {
      throw new ShapeError(
        `${name}: yTrue and yPred must have shape (batch, ${column}), got ${formatShape(shape)}.`,
      );
    }
    const given = weightTensor(sampleWeight);
    const weights = given?.ndim === 1 ? expandDims(given, -1) : given;
    return {
      width,
      labels: targets.data(),
      predictions: predictions.data(),
      weights: weights && naming(`${name}: sampleWeight`, () => broadcastTo(weights, shape)).data(),
    };
  });
}

/** Records of numbers as one list, and back. */
function flatten<Key extends string>(
  keys: readonly Key[],
  records: readonly Readonly<Record<Key, number>>[],
): number[] {
  return records.flatMap((record) => keys.map((key) => record[key]));
}

/** The reverse of `flatten`. */
function unflatten<Key extends string>(
  keys: readonly Key[],
  numbers: readonly number[],
): Record<Key, number>[] {
  return Array.from({ length: numbers.length / keys.length }, (_, i) => {
    const entries = keys.map((key, k) => [key, numbers[i * keys.length + k] ?? 0] as const);
    return Object.fromEntries(entries) as Record<Key, number>;
  });
}

/** Options of `R2Score`. */
export interface R2ScoreOptions extends OptionsOf<typeof R2Score> {}

/**
 * Targets are counted from the first one, `shift`: squares of what is far from 0 would leave only rounding errors of a
 * small variance.
 */
const SUMS = ['weight', 'shift', 'y', 'ySquared', 'errorSquared'] as const;

/** Weighted sums over the samples of one output. */
type OutputSums = Record<(typeof SUMS)[number], number>;

/**
 * The share of the targets' variance that the predictions explain: 1 − Σ(y − ŷ)² / Σ(y − mean y)², for targets and
 * predictions [n, outputs]. Keras: `R2Score`.
 *
 * @example
 * const metric = new metrics.R2Score();
 * metric.updateState([[1], [2], [3]], [[1], [2], [2]]);
 * metric.result(); // 0.5
 */
export class R2Score extends configurable(
  Metric,
  'R2Score',
  {
    /** How the scores of the outputs are combined; null: not at all. Default `'uniform_average'`. */
    classAggregation: choice(['uniform_average', 'variance_weighted_average'], {
      default: 'uniform_average',
      orNull: true,
    }),
    /** The number of independent variables, for the adjusted score. Default 0: not adjusted. */
    numRegressors: number({ default: 0, min: 0, integer: true }),
  },
  { name: 'r2_score' },
) {
  static override readonly direction = 'up';
  #outputs: OutputSums[] = [];
  #samples = 0;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const columns = readColumns(this.name, 'outputs', yTrue, yPred, sampleWeight);
    const { width, labels, predictions, weights } = columns;
    if (this.#outputs.length !== width) {
      const none = { weight: 0, y: 0, ySquared: 0, errorSquared: 0 };
      const shift = (column: number): number => labels[column] ?? 0;
      this.#outputs = Array.from({ length: width }, (_, i) => ({ ...none, shift: shift(i) }));
    }
    for (let row = 0; row < labels.length; row += width) {
      let counts = false;
      this.#outputs.forEach((sums, column) => {
        const target = labels[row + column] ?? NaN;
        const error = target - (predictions[row + column] ?? NaN);
        const y = target - sums.shift;
        const weight = weights?.[row + column] ?? 1;
        sums.weight += weight;
        sums.y += weight * y;
        sums.ySquared += weight * y * y;
        sums.errorSquared += weight * error * error;
        counts ||= weight !== 0;
      });
      if (counts) this.#samples++;
    }
  }

  override result(): MetricValue {
    const spreads = this.#outputs.map(({ weight, y, ySquared }) => ySquared - (y * y) / weight);
    const scores = this.#outputs.map(({ errorSquared }, i) => {
      const score = 1 - errorSquared / (spreads[i] ?? NaN);
      // Targets without any variance: as Keras, 0.
      return Number.isFinite(score) || Number.isNaN(score) ? score : 0;
    });
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    switch (this.classAggregation) {
      case null:
        return scores.map((score) => this.#adjusted(score));
      case 'uniform_average':
        return this.#adjusted(sum(scores) / scores.length);
      case 'variance_weighted_average':
        return this.#adjusted(
          sum(scores.map((score, i) => score * (spreads[i] ?? NaN))) / sum(spreads),
        );
    }
  }

  /** 1 − (1 − R²)(n − 1) / (n − p − 1); R² itself where there are too few samples for it, as in Keras. */
  #adjusted(score: number): number {
    const p = this.numRegressors;
    const n = this.#samples;
    return p === 0 || p >= n - 1 ? score : 1 - ((1 - score) * (n - 1)) / (n - p - 1);
  }

  override resetState(): void {
    this.#outputs = [];
    this.#samples = 0;
  }

  override getState(): readonly number[] {
    return [this.#samples, ...flatten(SUMS, this.#outputs)];
  }

  override setState(state: readonly number[]): void {
    const [samples = 0, ...sums] = checkState(this.name, state);
    this.#samples = samples;
    this.#outputs = unflatten(SUMS, sums);
  }
}

const COUNTS = ['truePositives', 'falsePositives', 'falseNegatives', 'labels'] as const;

/** Weighted counts of one class. */
type ClassCounts = Record<(typeof COUNTS)[number], number>;

/** Options of `FBetaScore`. */
export interface FBetaScoreOptions extends OptionsOf<typeof FBetaScore> {}

/**
 * (1 + β²) · precision · recall / (β² · precision + recall), for predictions and one-hot targets [n, classes]: a number,
 * or without `average` a number for each class. Keras: `FBetaScore`.
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
     * `'micro'`: the score of the summed counts of all classes; `'macro'`: the mean of the classes' scores;
     * `'weighted'`: their mean, weighted by the number of labels. Default null: a score for each class.
     */
    average: choice(['micro', 'macro', 'weighted'], { orNull: true }),
    /** β, how much more recall counts than precision, above 0. Default 1. */
    beta: number({ default: 1, above: 0 }),
    /**
     * Predictions above the threshold count as positive; above 0, at most 1. Default null: the largest prediction of each row is
     * positive.
     */
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
 * The harmonic mean of precision and recall, 2 · precision · recall / (precision + recall), for predictions and one-hot
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
