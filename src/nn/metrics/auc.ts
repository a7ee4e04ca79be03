import { log } from '../../config/elementary.js';
import { boolean, choice, configurable, isListOf, length, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { asTensor } from '../losses/targets.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import { sigmoid } from '../../engine/ops/index.js';
import { formatShape, tidy } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { divideNoNan } from './accumulator.js';
import { ConfusionCounts } from './confusion-counts.js';
import type { Confusion } from './confusion-counts.js';
import { thresholdList } from './confusion-metrics.js';
import { checkState, Metric } from './metric.js';

const CURVES = ['ROC', 'PR', 'PRGAIN'] as const;
const METHODS = ['interpolation', 'majoring', 'minoring'] as const;

/** The kind of curve: recall against false positive rate, precision against recall, or precision gain against recall gain. */
export type Curve = (typeof CURVES)[number];

/** How to approximate an area: by trapezoids, or by the larger or smaller side of each strip. */
export type SummationMethod = (typeof METHODS)[number];

/** More thresholds tell nothing of a curve: float32 predictions are compared with them. */
const MAX_THRESHOLDS = 2 ** 20;

/** Thresholds within [0, 1] in ascending order, or null. */
const innerThresholds: Option<readonly number[] | null> = {
  default: null,
  check: (given, context) => [...thresholdList(given, context)].sort((a, b) => a - b),
  toConfig: (value) => value ?? undefined,
};

/** Weights of at least 0, or null. */
const weightList: Option<readonly number[] | null> = {
  default: null,
  check: (given, { owner, name }) => {
    const isWeight = (weight: unknown): weight is number =>
      Number.isFinite(weight) && Number(weight) >= 0;
    if (isListOf(given, isWeight)) return given;
    throw new ValueError(
      `${owner}: ${name} must be a list of finite numbers of at least 0, got ${describeValue(given)}.`,
    );
  },
};

/** Options of `AUC`. */
export interface AUCOptions extends OptionsOf<typeof AUC> {}

/**
 * The area under the ROC or precision-recall curve, approximated at a list of thresholds: 1 is best, and guessing gives ½
 * under the ROC curve. yTrue contains 0 and 1, yPred probabilities, both of the same shape. Keras: `AUC` (Davis and
 * Goadrich, 2006; Flach and Kull, 2015).
 *
 * @example
 * const metric = new metrics.AUC({ numThresholds: 3 });
 * metric.updateState([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]);
 * metric.result(); // 0.75
 */
export class AUC extends configurable(Metric, 'AUC', {
  /** The number of thresholds that approximate the curve, 2 … 2²⁰. With `thresholds`, their number plus 2. Default 200. */
  numThresholds: number({ default: 200, min: 2, max: MAX_THRESHOLDS, integer: true }),
  /**
   * The curve: `'ROC'` (true against false positive rate), `'PR'` (precision against recall) or `'PRGAIN'` (their gains). Default
   * `'ROC'`.
   */
  curve: choice(CURVES, { default: 'ROC' }),
  /** How the area of a strip between two thresholds is approximated. Default `'interpolation'`. */
  summationMethod: choice(METHODS, { default: 'interpolation' }),
  /** Whether each column has its own curve and the result is the mean of their areas. Default false. */
  multiLabel: boolean({ default: false }),
  /** The number of columns with `multiLabel`. Default null: that of the first batch. */
  numLabels: length({ default: null }),
  /** A weight for each column, at least 0. Default null: all columns count equally. */
  labelWeights: weightList,
  /** Whether yPred contains logits instead of probabilities. Default false. */
  fromLogits: boolean({ default: false }),
  /** Thresholds between 0 and 1. Default null: `numThresholds` evenly spaced ones. */
  thresholds: innerThresholds,
}) {
  static override readonly direction = 'up';
  readonly #thresholds: readonly number[];
  #counts: ConfusionCounts | undefined;
  #columns = 1;

  /** @throws ValueError for an option that is unknown or out of range, and for `numLabels` without `multiLabel`. */
  constructor(options: AUCOptions = {}) {
    super(options);
    const { numThresholds, thresholds } = this;
    if (this.numLabels !== null && !this.multiLabel) {
      throw new ValueError(
        'AUC: numLabels is for multiLabel only; leave it out or set multiLabel.',
      );
    }
    const even = (): number[] =>
      Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
    // The outermost thresholds lie a little outside, so that 0 and 1 are on their right sides.
    this.#thresholds = [-EPSILON, ...(thresholds ?? even()), 1 + EPSILON];
    Object.assign(this, { numThresholds: this.#thresholds.length });
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => {
      const came = asTensor(yPred);
      if (this.#counts === undefined) {
        if (this.multiLabel && came.ndim !== 2) {
          throw new ShapeError(
            `${this.name}: with multiLabel yPred has shape (batch, labels), got ${formatShape(came.shape)}.`,
          );
        }
        const labels = came.shape[1] ?? 1;
        if (this.numLabels !== null && labels !== this.numLabels) {
          throw new ShapeError(
            `${this.name}: yPred has shape ${formatShape(came.shape)}, but numLabels is ${this.numLabels}.`,
          );
        }
        this.#columns = this.multiLabel ? labels : 1;
        this.#counts = new ConfusionCounts(this.name, this.#thresholds, this.#columns);
      }
      this.#counts.update(yTrue, this.fromLogits ? sigmoid(came) : came, {
        sampleWeight,
        // The weights of columns with curves of their own weigh the areas, in result().
        labelWeights: this.multiLabel ? null : this.labelWeights,
      });
    });
  }

  override result(): number {
    const counts = this.#counts;
    if (counts === undefined) return 0;
    let total = 0;
    let weights = 0;
    for (let column = 0; column < this.#columns; column++) {
      const weight = this.multiLabel ? (this.labelWeights?.[column] ?? 1) : 1;
      total += weight * areaUnder(this.curve, this.summationMethod, counts.at(column));
      weights += weight;
    }
    return divideNoNan(total, weights);
  }

  override resetState(): void {
    this.#counts?.reset();
  }

  /** The number of columns that are counted separately (0 before the first batch), then their counts. */
  override getState(): readonly number[] {
    return this.#counts === undefined ? [0] : [this.#columns, ...this.#counts.getState()];
  }

  override setState(state: readonly number[]): void {
    const [columns = 0, ...counts] = checkState(this.name, state);
    this.#counts = undefined;
    if (columns === 0) return;
    if (counts.length !== 2 * columns * (this.#thresholds.length + 1)) {
      throw new ValueError(
        `${this.name}: a state of ${counts.length} counts came, which are not those of ${columns} columns and ` +
          `${this.#thresholds.length} thresholds.`,
      );
    }
    this.#columns = columns;
    this.#counts = new ConfusionCounts(this.name, this.#thresholds, columns);
    this.#counts.setState(counts);
  }
}

/** The area under the curve through `points`, one a threshold, thresholds ascending. */
function areaUnder(curve: Curve, method: SummationMethod, points: readonly Confusion[]): number {
  const isInterpolatedPR = curve === 'PR' && method === 'interpolation';
  let area = 0;
  for (let i = 0; i + 1 < points.length; i++) {
    const left = points[i];
    const right = points[i + 1];
    if (left === undefined || right === undefined) continue;
    if (isInterpolatedPR) {
      area += precisionStrip(left, right);
      continue;
    }
    const [x0, y0] = pointOn(curve, left);
    const [x1, y1] = pointOn(curve, right);
    area += (x0 - x1) * height(method, y0, y1);
  }
  return area;
}

function height(method: SummationMethod, a: number, b: number): number {
  if (method === 'interpolation') return (a + b) / 2;
  return method === 'minoring' ? Math.min(a, b) : Math.max(a, b);
}

function pointOn(curve: Curve, counts: Confusion): [x: number, y: number] {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  const recall = divideNoNan(tp, tp + fn);
  if (curve === 'ROC') return [divideNoNan(fp, fp + tn), recall];
  if (curve === 'PR') return [recall, divideNoNan(tp, tp + fp)];
  // Flach and Kull 2015. Without true positives both gains are undefined: Keras takes 0 and 1.
  if (tp === 0) return [0, 1];
  const ratio = divideNoNan(tp + fn, tn + fp);
  return [Math.max(1 - ratio * divideNoNan(fn, tp), 0), 1 - ratio * divideNoNan(fp, tp)];
}

/**
 * The area between two thresholds where true positives grow linearly with predicted ones (Davis and
 * Goadrich 2006): precision itself is not a straight line there.
 */
function precisionStrip(left: Confusion, right: Confusion): number {
  const predictedLeft = left.truePositives + left.falsePositives;
  const predictedRight = right.truePositives + right.falsePositives;
  const gained = left.truePositives - right.truePositives;
  const slope = divideNoNan(gained, Math.max(predictedLeft - predictedRight, 0));
  const intercept = right.truePositives - slope * predictedRight;
  const ratio = predictedLeft > 0 && predictedRight > 0 ? predictedLeft / predictedRight : 1;
  const positives = right.truePositives + right.falseNegatives;
  return divideNoNan(slope * (gained + intercept * log(ratio)), Math.max(positives, 0));
}
