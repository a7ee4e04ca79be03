import { COPY } from '../config/copy.js';
import { checkText } from '../config/check-number.js';
import { describeValue } from '../config/describe-value.js';
import {
  checkOptions,
  configOf,
  optionsFromConfig,
  snakeCase,
  uniqueName,
} from '../config/index.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { TensorLike } from '../tensor/index.js';

/** Options of every metric. */
export interface MetricOptions {
  /** The key in logs and history. Default: Keras's name, `'mean_squared_error'`. */
  readonly name?: string;
}

/** What a metric comes to: one number, or one for each class or threshold. */
export type MetricValue = number | readonly number[];

/** Whether a better model has a higher or a lower value. */
export type MetricDirection = 'up' | 'down';

/** A metric class that can be built from a config. */
interface MetricClass<T> {
  readonly className: string;
  readonly optionNames: readonly string[];
  readonly nullOptions: readonly string[];
  new (options: never): T;
}

/**
 * Base class of metrics: numbers that are gathered batch by batch and come to one result. The state is
 * kept in float64.
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
export abstract class Metric {
  static readonly className: string = 'Metric';
  /** Names of the options beside `name`; properties of these names stand in the config. */
  static readonly optionNames: readonly string[] = [];
  /** Those for which null in a config is a value of its own and not the default. */
  static readonly nullOptions: readonly string[] = [];
  /** Which way is better; undefined: callbacks that watch the metric need to be told. */
  static readonly direction: MetricDirection | undefined = undefined;

  /** The key in logs and history; a metric given by a string takes that string. */
  name: string;

  constructor(options: MetricOptions = {}, name?: string) {
    const { className, optionNames } = this.constructor as typeof Metric;
    checkOptions(className, options, [...optionNames, 'name']);
    this.name = checkText(className, 'name', options.name ?? name ?? uniqueName(className));
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  get direction(): MetricDirection | undefined {
    return (this.constructor as typeof Metric).direction;
  }

  /**
   * Takes in a batch.
   *
   * @param sampleWeight one weight a sample [n], or one a value
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
   * All that the metric has gathered, as numbers, so that an interrupted epoch can go on in another process
   * (`BackupAndRestore`); undefined for a class that does not say.
   */
  getState(): readonly number[] | undefined {
    return undefined;
  }

  /** Goes on where `getState` was called. */
  setState(_state: readonly number[]): void {
    throw new ValueError(
      `Metric '${this.name}': its class gives no state. Give it getState() and setState(state).`,
    );
  }

  /** Keras's config: name, dtype and the options of the class. */
  getConfig(): Config {
    const { optionNames } = this.constructor as typeof Metric;
    return { name: this.name, dtype: 'float32', ...configOf(this, optionNames) };
  }

  /** The metric that a Keras config describes. */
  static fromConfig<T>(this: MetricClass<T>, config: Config): T {
    const known = [...this.optionNames, 'name'];
    const options = optionsFromConfig(this.className, config, known, { dtype: ['float32'] });
    for (const name of this.nullOptions) {
      if (config[snakeCase(name)] === null) options[name] = null;
    }
    return new this(options as never);
  }
}

/** `state` if it is a list of numbers, as `getState` gives it; else a ValueError. */
export function checkState(owner: string, state: unknown): readonly number[] {
  if (Array.isArray(state) && state.every((value) => typeof value === 'number')) return state;
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
