import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, naming } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { getLoss } from '../../losses/registry.js';
import type { Loss, LossIdentifier } from '../../losses/index.js';
import { resultNumber } from '../../metrics/metric.js';
import type { Metric, MetricIdentifier } from '../../metrics/index.js';
import { Mean } from '../../metrics/index.js';
import { resolveMetric } from '../../metrics/resolve-metric.js';
import { getOptimizer } from '../../optimizers/registry.js';
import type { Optimizer, OptimizerIdentifier } from '../../optimizers/index.js';
import { add, mul } from '../../ops/index.js';
import type { Tensor } from '../../tensor/index.js';

/** What `compile` takes. */
export interface CompileOptions {
  /** Name, config or instance. Default `'rmsprop'`. */
  readonly optimizer?: OptimizerIdentifier;
  /** Name, config, instance, or a function (yTrue, yPred) => Tensor. Default: only what layers add. */
  readonly loss?: LossIdentifier | null;
  /** Measured besides, without sample weights. */
  readonly metrics?: readonly MetricIdentifier[] | null;
  /** Factor of the loss (not of what layers add to it). Default 1. */
  readonly lossWeights?: number | readonly [number] | null;
  /** Measured besides, with sample weights. */
  readonly weightedMetrics?: readonly MetricIdentifier[] | null;
}

/** Results by name: `{ loss, accuracy, … }`. */
export interface Logs {
  /** The mean loss, with what layers add. */
  loss: number;
  [metric: string]: number;
}

/** Results of measuring: `[loss, ...metrics]`, or by name where `returnDict` is true. */
export type Results<ReturnDict extends boolean> = ReturnDict extends true ? Logs : number[];

/** What a model is trained with: the result of `compile`. */
export class Compiled {
  /** What `compile` was given. */
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly loss: Loss | undefined;
  readonly lossWeight: number;
  readonly #identifiers: readonly MetricIdentifier[];
  readonly #weightedIdentifiers: readonly MetricIdentifier[];
  readonly #lossTracker = new Mean({ name: 'loss' });
  #metrics: readonly Metric[] = [];
  #weightedMetrics: readonly Metric[] = [];
  /** Loss and metrics under their names in logs. */
  #named: readonly (readonly [name: string, metric: Metric])[] = [['loss', this.#lossTracker]];
  #isResolved = false;
  /** States of metrics that are there only after the next batch. */
  #states: readonly (readonly number[])[] | undefined;

  constructor(options: CompileOptions) {
    checkOptions('compile', options, [
      'optimizer',
      'loss',
      'metrics',
      'lossWeights',
      'weightedMetrics',
    ]);
    this.options = { ...options };
    this.optimizer = naming('compile', () => getOptimizer(options.optimizer ?? 'rmsprop'));
    const { loss } = options;
    this.loss =
      loss === undefined || loss === null ? undefined : naming('compile', () => getLoss(loss));
    if (this.loss?.reduction === 'none' || this.loss?.reduction === null) {
      throw new ValueError(
        `compile: loss '${this.loss.name}' has reduction 'none', so it gives no single number to minimise. ` +
          `Use reduction 'sum_over_batch_size' or 'sum'.`,
      );
    }
    this.lossWeight = checkLossWeight(options.lossWeights);
    this.#identifiers = checkList('metrics', options.metrics);
    this.#weightedIdentifiers = checkList('weightedMetrics', options.weightedMetrics);
    // Names and settings are checked now; which accuracy is meant is decided by the first targets.
    for (const identifier of [...this.#identifiers, ...this.#weightedIdentifiers]) {
      naming('compile', () =>
        resolveMetric(identifier, { outputShape: [null, 2], loss: this.loss }),
      );
    }
  }

  /**
   * What training minimises: the loss of a batch times its weight, and what layers add; undefined if
   * there is neither.
   *
   * @param op the method, for messages
   */
  total(
    op: string,
    y: Tensor | undefined,
    yPred: Tensor,
    sampleWeight: Tensor | undefined,
    added: readonly Tensor[],
  ): Tensor | undefined {
    let total: Tensor | undefined;
    if (this.loss !== undefined) {
      if (y === undefined) {
        throw new ValueError(
          `${op}: the loss '${this.loss.name}' needs targets, but no y was given.`,
        );
      }
      const value = this.loss.apply(y, yPred, sampleWeight);
      total = this.lossWeight === 1 ? value : mul(value, this.lossWeight);
    }
    for (const loss of added) total = total === undefined ? loss : add(total, loss);
    return total;
  }

  /** Takes the results of a batch into loss and metrics. */
  update(
    loss: number,
    batchSize: number,
    y: Tensor | undefined,
    yPred: Tensor,
    sampleWeight: Tensor | undefined,
  ): void {
    this.#lossTracker.updateState(loss, batchSize);
    if (y === undefined) return;
    if (!this.#isResolved) this.#resolve(y, yPred);
    for (const metric of this.#metrics) metric.updateState(y, yPred);
    for (const metric of this.#weightedMetrics) metric.updateState(y, yPred, sampleWeight);
  }

  #resolve(y: Tensor, yPred: Tensor): void {
    const context = { outputShape: yPred.shape, targetShape: y.shape, loss: this.loss };
    const resolve = (identifier: MetricIdentifier): Metric => resolveMetric(identifier, context);
    this.#metrics = this.#identifiers.map(resolve);
    this.#weightedMetrics = this.#weightedIdentifiers.map(resolve);
    this.#named = [
      ['loss', this.#lossTracker],
      ...nameMetrics(this.#metrics, this.#weightedMetrics),
    ];
    this.#isResolved = true;
    if (this.#states !== undefined) this.#restore(this.#states);
  }

  /** Goes on with what loss and metrics had gathered; metrics that are not there yet, with the next batch. */
  setMetricStates(states: readonly (readonly number[])[]): void {
    if (this.#isResolved) this.#restore(states);
    else {
      this.#lossTracker.setState(states[0] ?? []);
      this.#states = states;
    }
  }

  #restore(states: readonly (readonly number[])[]): void {
    const { metrics } = this;
    if (states.length !== metrics.length) {
      throw new ValueError(
        `fit: the backup holds the state of ${states.length} metrics, but the model has ${metrics.length}. Compile it ` +
          `as before, or delete the backup.`,
      );
    }
    metrics.forEach((metric, i) => {
      // The loss goes on already, from the batch that told which metrics there are.
      if (this.#states === undefined || i > 0) metric.setState(states[i] ?? []);
    });
    this.#states = undefined;
  }

  /** Whether the metrics are there: the first batch tells which they are. */
  get isResolved(): boolean {
    return this.#isResolved;
  }

  /** All metrics, the loss first. Those of `compile` are there after the first batch. */
  get metrics(): readonly Metric[] {
    return this.#named.map(([, metric]) => metric);
  }

  /** Names of the metrics in logs. */
  get metricsNames(): string[] {
    return this.#named.map(([name]) => name);
  }

  /** Forgets the batches so far. */
  reset(): void {
    this.#states = undefined;
    for (const metric of this.metrics) metric.resetState();
  }

  /** Optimizer, loss and metrics in a line. */
  toString(): string {
    const metrics = [...this.#identifiers, ...this.#weightedIdentifiers].map(nameOf);
    const loss = this.loss?.name ?? 'none';
    return `optimizer=${String(this.optimizer)}, loss=${printable(loss)}, metrics=[${printable(metrics.join(', '))}]`;
  }

  /** Loss and metrics over the batches so far. */
  logs(): Logs {
    const results = this.#named.map(([name, metric]) => [name, resultNumber(metric)] as const);
    // The loss is the first of them.
    return Object.fromEntries(results) as unknown as Logs;
  }
}

function nameOf(metric: MetricIdentifier): string {
  if (typeof metric === 'string') return metric;
  if (typeof metric === 'function') return describeValue(metric);
  return 'name' in metric ? metric.name : metric.class_name;
}

/**
 * Each metric under a name of its own, by Keras's rule: a name that is taken gets a number (`mae_1`), and
 * before that, with sample weights, `weighted_` in front.
 */
function nameMetrics(
  metrics: readonly Metric[],
  weighted: readonly Metric[],
): (readonly [name: string, metric: Metric])[] {
  const counts = new Map<string, number>();
  const free = (name: string): string => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
  return [
    ...metrics.map((metric) => [free(metric.name), metric] as const),
    ...weighted.map((metric) => {
      const name = counts.has(metric.name) ? `weighted_${metric.name}` : metric.name;
      return [free(name), metric] as const;
    }),
  ];
}

function checkLossWeight(value: CompileOptions['lossWeights']): number {
  const weight: unknown = Array.isArray(value) ? value[0] : (value ?? 1);
  const isOne = !Array.isArray(value) || value.length === 1;
  if (isOne && typeof weight === 'number' && Number.isFinite(weight)) return weight;
  throw new ValueError(
    `compile: lossWeights must be one number for the model's one output, got ${describeValue(value)}.`,
  );
}

function checkList(
  name: string,
  value: readonly MetricIdentifier[] | null | undefined,
): readonly MetricIdentifier[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value as readonly MetricIdentifier[];
  throw new ValueError(
    `compile: ${name} must be a list, such as ['accuracy'], got ${describeValue(value)}.`,
  );
}
