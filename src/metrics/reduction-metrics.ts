import { asTensor } from '../losses/ranks.js';
import { tidy } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { MeanAccumulator, SumAccumulator } from './accumulator.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions } from './metric.js';

/** `weights` as a float32 tensor; undefined for none. */
export function weightTensor(
  weights: TensorLike | null | undefined,
): ReturnType<typeof asTensor> | undefined {
  return weights === undefined || weights === null ? undefined : asTensor(weights);
}

/** The weighted mean of values: `updateState(values, sampleWeight?)`. */
export class Mean extends Metric {
  static override readonly className = 'Mean';
  readonly #state = new MeanAccumulator();

  constructor(options: MetricOptions = {}) {
    super(options, 'mean');
  }

  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    const weight = sampleWeight ?? 1;
    // A loop that has its numbers already need not make tensors of them.
    if (typeof values === 'number' && typeof weight === 'number') {
      this.#state.addNumber(values, weight);
      return;
    }
    tidy(() => this.#state.add(asTensor(values), weightTensor(sampleWeight)));
  }

  override result(): number {
    return this.#state.mean;
  }

  override resetState(): void {
    this.#state.reset();
  }

  override getState(): readonly number[] {
    return this.#state.getState();
  }

  override setState(state: readonly number[]): void {
    this.#state.setState(checkState(this.name, state));
  }
}

/** The weighted sum of values: `updateState(values, sampleWeight?)`. */
export class Sum extends Metric {
  static override readonly className = 'Sum';
  readonly #state = new SumAccumulator();

  constructor(options: MetricOptions = {}) {
    super(options, 'sum');
  }

  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    tidy(() => this.#state.add(asTensor(values), weightTensor(sampleWeight)));
  }

  override result(): number {
    return this.#state.total;
  }

  override resetState(): void {
    this.#state.reset();
  }

  override getState(): readonly number[] {
    return this.#state.getState();
  }

  override setState(state: readonly number[]): void {
    this.#state.setState(checkState(this.name, state));
  }
}
