import { ShapeError } from '../../errors.js';
import { fitWeights } from '../losses/reduction.js';
import { alignRanks, asTensor } from '../losses/targets.js';
import { broadcastTo, cast, mean, mul, sum } from '../../engine/ops/index.js';
import { formatShape, Tensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';

/** a / b; 0 where b is 0. */
export function divideNoNan(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

/** `weights` as a float32 tensor; undefined for none. */
export function weightTensor(weights: TensorLike | null | undefined): Tensor | undefined {
  return weights === undefined || weights === null ? undefined : asTensor(weights);
}

/**
 * The weights of values that are computed from `predictions`: those given, and 0 where the mask that travels with the
 * predictions lets nothing count; undefined for none.
 */
export function maskedWeights(
  owner: string,
  predictions: TensorLike,
  weights: TensorLike | null | undefined,
): Tensor | undefined {
  const given = weightTensor(weights);
  const mask = predictions instanceof Tensor ? predictions.mask : undefined;
  if (mask === undefined) return given;
  const counting = cast(mask, 'float32');
  return given === undefined ? counting : mul(...fitWeights(owner, counting, given));
}

type Reduce = (x: Tensor, axes: number[]) => Tensor;

/** Axes from `first` on. */
const axesFrom = (first: number, rank: number): number[] =>
  Array.from({ length: rank - first }, (_, i) => first + i);

/**
 * Values and weights of one shape: axes that the weights lack are reduced, weights of length 1 repeated.
 *
 * @throws ShapeError if they do not fit.
 */
function matchWeights(values: Tensor, weights: Tensor, reduce: Reduce): [Tensor, Tensor] {
  const [x, w] = alignRanks(values, weights);
  const reduced = x.ndim > w.ndim ? reduce(x, axesFrom(w.ndim, x.ndim)) : x;
  const fits =
    w.ndim === reduced.ndim &&
    w.shape.every((length, axis) => length === 1 || length === reduced.shape[axis]);
  if (!fits) {
    throw new ShapeError(
      `metric: sampleWeight has shape ${formatShape(weights.shape)}, but there are values of shape ` +
        `${formatShape(values.shape)}. Give one weight for each sample, shape ` +
        `${formatShape(values.shape.slice(0, 1))}.`,
    );
  }
  return [reduced, broadcastTo(w, reduced.shape)];
}

/** A weighted sum, gathered in float64. */
export class SumAccumulator {
  total = 0;

  add(values: Tensor, weights?: Tensor): void {
    if (weights === undefined) this.total += sum(values).item();
    else this.total += sum(mul(...matchWeights(values, weights, sum))).item();
  }

  reset(): void {
    this.total = 0;
  }

  getState(): number[] {
    return [this.total];
  }

  setState([total = 0]: readonly number[]): void {
    this.total = total;
  }
}

/** Sums over a batch, and what takes them in: these tensors, or others for a batch of the same shape. */
export interface BatchSums {
  readonly sums: readonly Tensor[];
  readonly take: (sums: readonly Tensor[]) => void;
}

const NO_SUMS: BatchSums = { sums: [], take: () => undefined };

/**
 * A weighted mean over samples, gathered in float64: Σ w v / Σ w. The values of one sample (all axes but
 * the first) count by their mean.
 */
export class MeanAccumulator {
  #total = 0;
  #count = 0;

  add(values: Tensor, weights?: Tensor): void {
    const { sums, take } = this.sumsOf(values, weights);
    take(sums);
  }

  /** The part of `add` that computes: it reads no elements, and changes nothing. */
  sumsOf(values: Tensor, weights?: Tensor): BatchSums {
    if (weights === undefined) {
      const { size, shape } = values;
      const samples = shape[0] ?? 1;
      // Nothing to add, and 0 samples would make the sum 0 / 0.
      if (samples === 0) return NO_SUMS;
      return {
        sums: [sum(values)],
        take: ([total]) => {
          this.#total += ((total?.item() ?? NaN) * samples) / size;
          this.#count += samples;
        },
      };
    }
    const [x, w] = matchWeights(values, weights, mean);
    if (x.size === 0) return NO_SUMS;
    const valuesPerSample = x.size / (x.shape[0] ?? 1);
    return {
      sums: [sum(mul(x, w)), sum(w)],
      take: ([total, count]) => {
        this.#total += (total?.item() ?? NaN) / valuesPerSample;
        this.#count += (count?.item() ?? NaN) / valuesPerSample;
      },
    };
  }

  /** One value, as it is: not rounded to float32. */
  addNumber(value: number, weight: number): void {
    this.#total += value * weight;
    this.#count += weight;
  }

  /** 0 before anything was added. */
  get mean(): number {
    return divideNoNan(this.#total, this.#count);
  }

  reset(): void {
    this.#total = 0;
    this.#count = 0;
  }

  getState(): number[] {
    return [this.#total, this.#count];
  }

  setState([total = 0, count = 0]: readonly number[]): void {
    this.#total = total;
    this.#count = count;
  }
}
