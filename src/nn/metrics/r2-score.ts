import { choice, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { flatten, readColumns, unflatten } from './columns.js';
import { Metric, checkState } from './metric.js';
import type { MetricValue } from './metric.js';

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
 * The share of the targets' variance that the predictions explain: 1 − Σ(y − ŷ)² / Σ(y − mean y)², of
 * targets and predictions [n, outputs]. Keras: `R2Score`.
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
    /** How the scores of the outputs become one; null: not at all. Default `'uniform_average'`. */
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
