import {
  checkText,
  classNameOf,
  configure,
  declaredConfig,
  float32,
  fromConfig,
  isListOf,
  KerasObject,
  own,
  usualName,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config, Given } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { TensorLike } from '../../engine/tensor/index.js';

const METRIC_OPTIONS = {
  /** The key in logs and history. Default: Keras's name, such as `'mean_squared_error'`. */
  name: own<string>(),
  /** Dtype of the values: only float32. Metrics accumulate them in float64. */
  dtype: float32,
};

/** Options of every metric. */
export interface MetricOptions extends Given<typeof METRIC_OPTIONS> {}

/** The result of a metric: one number, or a number for each class or threshold. */
export type MetricValue = number | readonly number[];

/** Whether a better model has a higher or a lower value. */
export type MetricDirection = 'up' | 'down';

let made = 0;

/** How many metrics were made so far. @internal */
export const metricsMade = (): number => made;

/**
 * Base class of metrics, which accumulate a result batch by batch. The state is kept in float64.
 *
 * @example
 * class Bias extends metrics.Metric {
 *   static override readonly className = 'Bias';
 *   #sum = 0;
 *   #count = 0;
 *   updateState(yTrue, yPred) { this.#sum += yPred.sub(yTrue).sum().item(); this.#count += yPred.size; }
 *   result() { return this.#count === 0 ? 0 : this.#sum / this.#count; }
 *   resetState() { this.#sum = this.#count = 0; }
 * }
 */
export abstract class Metric extends KerasObject {
  static override readonly className: string = 'Metric';
  static override readonly declared = METRIC_OPTIONS;
  /** Whether higher or lower is better; if undefined, callbacks that monitor the metric need a `mode`. */
  static readonly direction: MetricDirection | undefined = undefined;

  /** The key in logs and history; for a metric given by a string, that string. */
  name: string;

  /** @param name the name if neither the options nor the class have one. Default: the class name in snake_case, numbered */
  constructor(options: MetricOptions = {}, name?: string) {
    super();
    made++;
    configure(this, options);
    const chosen = options.name ?? usualName(this, name);
    this.name = checkText(classNameOf(this), 'name', chosen);
  }

  /** Whether higher or lower is better, according to the class. */
  get direction(): MetricDirection | undefined {
    return (this.constructor as typeof Metric).direction;
  }

  /**
   * Adds a batch.
   *
   * @param sampleWeight a weight for each sample [n], or for each value
   */
  abstract updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void;

  /** The result over all batches since the last `resetState()`. */
  abstract result(): MetricValue;

  /** Forgets all batches. */
  abstract resetState(): void;

  /**
   * The state of the metric as numbers, so that an interrupted epoch can continue in another process
   * (`BackupAndRestore`); undefined for a class that does not support this.
   */
  getState(): readonly number[] | undefined {
    return undefined;
  }

  /**
   * Restores the state that `getState` returned.
   *
   * @param state the numbers that `getState` returned
   */
  setState(_state: readonly number[]): void {
    throw new ValueError(
      `Metric '${this.name}': its class gives no state. Give it getState() and setState(state).`,
    );
  }

  /** Keras's config: name, dtype and the options of the class. */
  override getConfig(): Config {
    return { name: this.name, dtype: 'float32', ...declaredConfig(this) };
  }

  /** The metric that a config of Keras describes. @throws ValueError for an unknown key or value. */
  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return fromConfig(this, config) as T;
  }
}

/** What a metric gathers over batches. */
interface Gathered {
  reset(): void;
  getState(): number[];
  setState(state: readonly number[]): void;
}

/** A metric whose state is in one object. */
export abstract class GatheringMetric extends Metric {
  /** @internal */
  protected abstract readonly gathered: Gathered;

  override resetState(): void {
    this.gathered.reset();
  }

  override getState(): readonly number[] {
    return this.gathered.getState();
  }

  override setState(state: readonly number[]): void {
    this.gathered.setState(checkState(this.name, state));
  }
}

/** `state` if it is a list of numbers, as `getState` gives it; else a ValueError. */
export function checkState(owner: string, state: unknown): readonly number[] {
  if (isListOf(state, (value) => typeof value === 'number')) return state;
  throw new ValueError(
    `Metric '${owner}': a state is a list of numbers, as getState() gives it, got ${describeValue(state)}.`,
  );
}

/** The result as one number: several are averaged, as Keras's progress bar shows them. */
export function resultNumber(metric: Metric): number {
  const result = metric.result();
  if (typeof result === 'number') return result;
  return result.reduce((sum, value) => sum + value, 0) / result.length;
}
