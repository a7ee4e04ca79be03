import { describeValue } from '../config/describe-value.js';
import { checkFunction } from '../config/check-number.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import { asTensor } from '../losses/ranks.js';
import { Tensor, tidy, toTensor } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { MeanAccumulator } from './accumulator.js';
import { Metric, checkState } from './metric.js';
import type { MetricOptions } from './metric.js';
import { weightTensor } from './reduction-metrics.js';

/** A metric as a function of ops: targets and predictions → one value a sample, or a scalar. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * The mean over samples of a function of targets and predictions.
 *
 * @example new metrics.MeanMetricWrapper((yTrue, yPred) => yPred.sub(yTrue).abs().max(-1), { name: 'worst' })
 */
export class MeanMetricWrapper extends Metric {
  static override readonly className: string = 'MeanMetricWrapper';
  readonly fn: MetricFunction;
  readonly #state = new MeanAccumulator();

  constructor(fn: MetricFunction, options: MetricOptions = {}, name?: string) {
    const own = checkFunction('MeanMetricWrapper', 'fn', fn).name;
    super(options, name ?? (own === '' ? undefined : own));
    this.fn = fn;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => {
      const values: unknown = this.fn(toTensor(yTrue), toTensor(yPred));
      if (!(values instanceof Tensor)) {
        throw new ValueError(
          `Metric '${this.name}': the function must return a tensor with one value a sample, it returned ` +
            `${describeValue(values)}.`,
        );
      }
      this.#state.add(asTensor(values), weightTensor(sampleWeight));
    });
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

  /** @throws ValueError for a metric by a plain function, which a file cannot hold. */
  override getConfig(): Config {
    if (this.constructor === MeanMetricWrapper) {
      throw new ValueError(
        `Metric '${this.name}' is a plain function, which cannot be written into a config. Use a named metric, ` +
          `or a class that extends metrics.Metric and is registered.`,
      );
    }
    return super.getConfig();
  }
}
