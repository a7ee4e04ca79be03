import { configurable } from '../../config/index.js';
import { asTensor } from '../losses/targets.js';
import { tidy } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { maskedWeights, MeanAccumulator, SumAccumulator } from './accumulator.js';
import { GatheringMetric } from './metric.js';

/** As Keras: only given weights respect a mask of the values. */
function weightsOf(
  name: string,
  values: TensorLike,
  weights: TensorLike | null | undefined,
): Tensor | undefined {
  return weights === undefined || weights === null
    ? undefined
    : maskedWeights(name, values, weights);
}

/**
 * The weighted mean of values, Σ w · x / Σ w: `updateState(values, sampleWeight?)`. If a sample has several values, their
 * mean counts. Keras: `Mean`.
 *
 * @example
 * const mean = new metrics.Mean();
 * mean.updateState([1, 3], [3, 1]);
 * mean.result(); // 1.5
 */
export class Mean extends configurable(GatheringMetric, 'Mean', {}, { name: 'mean' }) {
  /** @internal */
  protected override readonly gathered = new MeanAccumulator();

  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    const weight = sampleWeight ?? 1;
    // A loop that has its numbers already need not make tensors of them.
    if (typeof values === 'number' && typeof weight === 'number') {
      this.gathered.addNumber(values, weight);
      return;
    }
    tidy(() => this.gathered.add(asTensor(values), weightsOf(this.name, values, sampleWeight)));
  }

  override result(): number {
    return this.gathered.mean;
  }
}

/**
 * The weighted sum of values, Σ w · x: `updateState(values, sampleWeight?)`. Keras: `Sum`.
 *
 * @example
 * const sum = new metrics.Sum();
 * sum.updateState([1, 3], [3, 1]);
 * sum.result(); // 6
 */
export class Sum extends configurable(GatheringMetric, 'Sum', {}, { name: 'sum' }) {
  /** @internal */
  protected override readonly gathered = new SumAccumulator();

  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    tidy(() => this.gathered.add(asTensor(values), weightsOf(this.name, values, sampleWeight)));
  }

  override result(): number {
    return this.gathered.total;
  }
}
