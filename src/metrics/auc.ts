import { checkBoolean, checkNumber } from '../config/check-number.js';
import { oneOf } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import { ShapeError, ValueError } from '../errors.js';
import { EPSILON } from '../losses/epsilon.js';
import { asTensor } from '../losses/ranks.js';
import { sigmoid } from '../ops/index.js';
import { formatShape, tidy } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { areaUnder } from './auc-area.js';
import type { Curve, SummationMethod } from './auc-area.js';
import { ConfusionCounts } from './confusion-counts.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions } from './metric.js';
import { divideNoNan } from './quotient.js';
import { thresholdList } from './thresholds.js';

/** Options of `AUC`. */
export interface AUCOptions extends MetricOptions {
  /** How many thresholds approximate the curve. Default 200. */
  readonly numThresholds?: number;
  /** True against false positive rate, precision against recall, or their gains. Default `'ROC'`. */
  readonly curve?: Curve;
  /** Default `'interpolation'`. */
  readonly summationMethod?: SummationMethod;
  /** Thresholds between 0 and 1, instead of `numThresholds` even ones. */
  readonly thresholds?: readonly number[] | null;
  /** Whether each column has a curve of its own, and the result is their mean. Default false. */
  readonly multiLabel?: boolean;
  /** The number of columns where `multiLabel`; otherwise that of the first batch. */
  readonly numLabels?: number | null;
  /** One weight a column. */
  readonly labelWeights?: readonly number[] | null;
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
}

/** More tell nothing of a curve: float32 predictions are compared with them. */
const MAX_THRESHOLDS = 2 ** 20;

/** The area under the ROC or precision-recall curve, approximated at a list of thresholds. */
export class AUC extends Metric {
  static override readonly className = 'AUC';
  static override readonly direction = 'up';
  static override readonly optionNames = [
    'numThresholds',
    'curve',
    'summationMethod',
    'thresholds',
    'multiLabel',
    'numLabels',
    'labelWeights',
    'fromLogits',
  ];
  /** The inner thresholds, if they were given. */
  readonly #given: readonly number[] | null;
  readonly #thresholds: readonly number[];
  readonly #curve: Curve;
  readonly #method: SummationMethod;
  readonly #multiLabel: boolean;
  readonly #numLabels: number | null;
  readonly #labelWeights: readonly number[] | null;
  readonly #fromLogits: boolean;
  #counts: ConfusionCounts | undefined;
  #columns = 1;

  constructor(options: AUCOptions = {}) {
    super(options);
    const { numThresholds = 200, thresholds = null } = options;
    const range = { min: 2, max: MAX_THRESHOLDS, integer: true };
    checkNumber('AUC', 'numThresholds', numThresholds, range);
    this.#given =
      thresholds === null ? null : [...thresholdList('AUC', thresholds, 0)].sort((a, b) => a - b);
    const even = Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
    // The outermost thresholds lie a little outside, so that 0 and 1 are on their right sides.
    this.#thresholds = [-EPSILON, ...(this.#given ?? even), 1 + EPSILON];
    this.#curve = oneOf('AUC', 'curve', options.curve ?? 'ROC', ['ROC', 'PR', 'PRGAIN']);
    const methods = ['interpolation', 'majoring', 'minoring'] as const;
    this.#method = oneOf(
      'AUC',
      'summationMethod',
      options.summationMethod ?? 'interpolation',
      methods,
    );
    this.#multiLabel = checkBoolean('AUC', 'multiLabel', options.multiLabel ?? false);
    const { numLabels = null } = options;
    this.#numLabels = numLabels === null ? null : checkLength('AUC', 'numLabels', numLabels);
    this.#labelWeights = options.labelWeights ?? null;
    this.#fromLogits = checkBoolean('AUC', 'fromLogits', options.fromLogits ?? false);
    if (this.#numLabels !== null && !this.#multiLabel) {
      throw new ValueError(
        'AUC: numLabels is for multiLabel only; leave it out or set multiLabel.',
      );
    }
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => {
      const came = asTensor(yPred);
      if (this.#counts === undefined) {
        if (this.#multiLabel && came.ndim !== 2) {
          throw new ShapeError(
            `${this.name}: with multiLabel yPred has shape (batch, labels), got ${formatShape(came.shape)}.`,
          );
        }
        const labels = came.shape[1] ?? 1;
        if (this.#numLabels !== null && labels !== this.#numLabels) {
          throw new ShapeError(
            `${this.name}: yPred has shape ${formatShape(came.shape)}, but numLabels is ${this.#numLabels}.`,
          );
        }
        this.#columns = this.#multiLabel ? labels : 1;
        this.#counts = new ConfusionCounts(this.name, this.#thresholds, this.#columns);
      }
      this.#counts.update(yTrue, this.#fromLogits ? sigmoid(came) : came, {
        sampleWeight,
        // The weights of columns with curves of their own weigh the areas, in result().
        labelWeights: this.#multiLabel ? null : this.#labelWeights,
      });
    });
  }

  override result(): number {
    const counts = this.#counts;
    if (counts === undefined) return 0;
    let total = 0;
    let weights = 0;
    for (let column = 0; column < this.#columns; column++) {
      const weight = this.#multiLabel ? (this.#labelWeights?.[column] ?? 1) : 1;
      total += weight * areaUnder(this.#curve, this.#method, counts.at(column));
      weights += weight;
    }
    return divideNoNan(total, weights);
  }

  override resetState(): void {
    this.#counts?.reset();
  }

  /** The number of columns counted apart, 0 before the first batch; then their counts. */
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

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_thresholds: this.#thresholds.length,
      curve: this.#curve,
      summation_method: this.#method,
      multi_label: this.#multiLabel,
      num_labels: this.#numLabels,
      label_weights: this.#labelWeights,
      from_logits: this.#fromLogits,
      ...(this.#given === null ? {} : { thresholds: this.#given }),
    };
  }
}
