import { MAX_LENGTH } from '../../config/index.js';
import { OutOfMemoryError, ShapeError, ValueError } from '../../errors.js';
import { alignRanks, alignTargets } from '../losses/targets.js';
import { broadcastTo, expandDims } from '../../engine/ops/index.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { weightTensor } from './accumulator.js';

/** Below every prediction: with top-k, whatever was kept counts as predicted. */
export const NO_THRESHOLD = -1e10;

/** How a batch is counted. */
export interface CountOptions {
  readonly sampleWeight?: TensorLike | null | undefined;
  /** One weight a column of the last axis. */
  readonly labelWeights?: readonly number[] | null | undefined;
  /** Only the k largest predictions of a row can count as positive. */
  readonly topK?: number | null | undefined;
  /** Only that column of the last axis counts. */
  readonly classId?: number | null | undefined;
}

/** Weighted true and false positives and negatives at one threshold. */
export interface Confusion {
  /** Weighted number of labels 1 that are predicted as 1. */
  readonly truePositives: number;
  /** Weighted number of labels 0 that are predicted as 1. */
  readonly falsePositives: number;
  /** Weighted number of labels 0 that are predicted as 0. */
  readonly trueNegatives: number;
  /** Weighted number of labels 1 that are predicted as 0. */
  readonly falseNegatives: number;
}

/** One weight a prediction, in their order; undefined: all 1. */
function weightsOf(
  owner: string,
  sampleWeight: TensorLike | null | undefined,
  predictions: Tensor,
): ArrayLike<number> | undefined {
  const weights = weightTensor(sampleWeight);
  if (weights === undefined) return undefined;
  const [, fitted] = alignRanks(predictions, expandDims(weights, -1), false);
  try {
    return broadcastTo(fitted, predictions.shape).data();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new ShapeError(
      `${owner}: sampleWeight has shape ${formatShape(weights.shape)}, but yPred has shape ` +
        `${formatShape(predictions.shape)}. Give one weight for each sample.`,
    );
  }
}

/** `values` in which all but the k largest of each row are below every threshold; of equals the first stay. */
function keepTopK(values: Float32Array, width: number, k: number): Float32Array {
  const result = new Float32Array(values.length).fill(NO_THRESHOLD);
  for (let row = 0; row < values.length; row += width) {
    const order = Array.from({ length: width }, (_, column) => row + column);
    order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
    for (const i of order.slice(0, k)) result[i] = values[i] ?? 0;
  }
  return result;
}

/** What each count and all behind it add up to. */
function sumsFrom(counts: Float64Array): Float64Array {
  const sums = Float64Array.from(counts);
  for (let i = sums.length - 2; i >= 0; i--) sums[i] = (sums[i] ?? 0) + (sums[i + 1] ?? 0);
  return sums;
}

/** Whether there are at least three and they are i / (n − 1) within 1e-7: Keras clips predictions for these. */
function areEven(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return (
    last >= 2 &&
    thresholds.every((threshold, i) => {
      const even = i / last;
      return Math.abs(threshold - even) <= 1e-7 + 1e-5 * even;
    })
  );
}

/**
 * Counts predictions (positive where larger than a threshold) against labels (positive where not 0), for
 * several thresholds at once. A prediction is put into the bucket of the number of thresholds below it; the
 * counts at a threshold are sums of buckets.
 */
export class ConfusionCounts {
  /** Ascending, in float32 as the predictions they are compared with. */
  readonly #sorted: Float32Array;
  /** For each threshold, its position among the sorted ones. */
  readonly #ranks: readonly number[];
  readonly #clips: boolean;
  readonly #columns: number;
  /** [columns, thresholds + 1] */
  readonly #positives: Float64Array;
  readonly #negatives: Float64Array;

  /**
   * @param owner the metric, for messages
   * @param columns how many columns of the last axis are counted separately; 1: all together
   */
  constructor(
    readonly owner: string,
    thresholds: readonly number[],
    columns = 1,
  ) {
    const order = thresholds.map((_, i) => i);
    order.sort((a, b) => (thresholds[a] ?? 0) - (thresholds[b] ?? 0));
    this.#sorted = Float32Array.from(order, (i) => thresholds[i] ?? 0);
    const ranks = new Array<number>(order.length);
    order.forEach((threshold, rank) => (ranks[threshold] = rank));
    this.#ranks = ranks;
    this.#clips = areEven(thresholds);
    this.#columns = columns;
    const counts = columns * (thresholds.length + 1);
    if (counts > MAX_LENGTH / 2) {
      throw new OutOfMemoryError(
        `${owner}: ${columns} columns with ${thresholds.length} thresholds each are too many to count separately: at most ` +
          `${MAX_LENGTH / 2} counts are kept. Take fewer thresholds.`,
      );
    }
    this.#positives = new Float64Array(counts);
    this.#negatives = new Float64Array(counts);
  }

  /** Counts a batch: yTrue and yPred of one shape. */
  update(yTrue: TensorLike, yPred: TensorLike, options: CountOptions = {}): void {
    const { labelWeights, topK, classId } = options;
    const [targets, predictions] = alignTargets(this.owner, yTrue, yPred);
    const weights = weightsOf(this.owner, options.sampleWeight, predictions);
    const width = predictions.shape.at(-1) ?? 1;
    this.#checkColumns(predictions, labelWeights, classId);
    const labels = targets.data();
    const scores = Float32Array.from(predictions.data());
    const values = typeof topK === 'number' ? keepTopK(scores, width, topK) : scores;
    const buckets = this.#sorted.length + 1;
    for (let i = 0; i < values.length; i++) {
      const column = i % width;
      if (typeof classId === 'number' && column !== classId) continue;
      const weight = (weights?.[i] ?? 1) * (labelWeights?.[column] ?? 1);
      const group = this.#columns === 1 ? 0 : column;
      const side = labels[i] === 0 ? this.#negatives : this.#positives;
      const bucket = group * buckets + this.#bucketOf(values[i] ?? NaN);
      side[bucket] = (side[bucket] ?? 0) + weight;
    }
  }

  /** The counts at each threshold, in the order in which the thresholds were given. */
  at(column = 0): Confusion[] {
    const buckets = this.#sorted.length + 1;
    const start = column * buckets;
    const positives = sumsFrom(this.#positives.subarray(start, start + buckets));
    const negatives = sumsFrom(this.#negatives.subarray(start, start + buckets));
    return this.#ranks.map((rank) => {
      const truePositives = positives[rank + 1] ?? 0;
      const falsePositives = negatives[rank + 1] ?? 0;
      return {
        truePositives,
        falsePositives,
        trueNegatives: (negatives[0] ?? 0) - falsePositives,
        falseNegatives: (positives[0] ?? 0) - truePositives,
      };
    });
  }

  reset(): void {
    this.#positives.fill(0);
    this.#negatives.fill(0);
  }

  getState(): number[] {
    return [...this.#positives, ...this.#negatives];
  }

  /** @throws ValueError for the state of other thresholds. */
  setState(state: readonly number[]): void {
    const { length } = this.#positives;
    if (state.length !== 2 * length) {
      throw new ValueError(
        `${this.owner}: a state of ${state.length} counts came, expected ${2 * length}.`,
      );
    }
    this.#positives.set(state.slice(0, length));
    this.#negatives.set(state.slice(length));
  }

  /** Number of thresholds below the value; 0 for NaN. */
  #bucketOf(value: number): number {
    const x = this.#clips ? Math.min(Math.max(value, 0), 1) : value;
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? NaN) < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #checkColumns(
    predictions: Tensor,
    labelWeights: readonly number[] | null | undefined,
    classId: number | null | undefined,
  ): void {
    const width = predictions.shape.at(-1) ?? 1;
    const came = `${this.owner}: yPred has shape ${formatShape(predictions.shape)}`;
    if (typeof classId === 'number' && (predictions.ndim < 2 || classId >= width)) {
      throw new ShapeError(`${came}, which has no column ${classId} to count (classId).`);
    }
    if (labelWeights && labelWeights.length !== width) {
      throw new ShapeError(`${came}, but there are ${labelWeights.length} labelWeights.`);
    }
    if (this.#columns !== 1 && (predictions.ndim !== 2 || width !== this.#columns)) {
      throw new ShapeError(`${came}, but expected (batch, ${this.#columns}).`);
    }
  }
}
