import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import { getLoss } from '../losses/registry.js';
import type { LossIdentifier } from '../losses/registry.js';
import type { Loss } from '../losses/loss.js';
import { resultNumber } from '../metrics/metric.js';
import type { Metric } from '../metrics/metric.js';
import { Mean } from '../metrics/reduction-metrics.js';
import { resolveMetric } from '../metrics/resolve-metric.js';
import type { MetricIdentifier } from '../metrics/registry.js';
import { getOptimizer } from '../optimizers/registry.js';
import type { OptimizerIdentifier } from '../optimizers/registry.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { add, mul } from '../ops/index.js';
import { zeros } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';

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
export type Logs = Record<string, number>;

/** What a model is trained with: the result of `compile`. */
export class Compiled {
  readonly optimizer: Optimizer;
  readonly loss: Loss | undefined;
  readonly lossWeight: number;
  readonly #identifiers: readonly MetricIdentifier[];
  readonly #weightedIdentifiers: readonly MetricIdentifier[];
  readonly #lossTracker = new Mean({ name: 'loss' });
  #metrics: readonly Metric[] | undefined;
  #weightedMetrics: readonly Metric[] = [];

  constructor(options: CompileOptions) {
    checkOptions('compile', options, [
      'optimizer',
      'loss',
      'metrics',
      'lossWeights',
      'weightedMetrics',
    ]);
    this.optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
    const { loss } = options;
    this.loss = loss === undefined || loss === null ? undefined : getLoss(loss);
    if (this.loss?.reduction === 'none') {
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
      resolveMetric(identifier, { outputShape: [null, 2], loss: this.loss });
    }
  }

  /**
   * What training minimises: the loss of a batch times its weight, and what layers add.
   *
   * @param op 'fit' or 'evaluate', for messages
   */
  total(
    op: string,
    y: Tensor | undefined,
    yPred: Tensor,
    sampleWeight: Tensor | undefined,
    added: readonly Tensor[],
  ): Tensor {
    let total: Tensor | undefined;
    if (this.loss !== undefined) {
      if (y === undefined) {
        throw new ValueError(`${op}: the loss '${this.loss.name}' needs targets, but no y was given.`);
      }
      const value = this.loss.apply(y, yPred, sampleWeight);
      total = this.lossWeight === 1 ? value : mul(value, this.lossWeight);
    }
    for (const loss of added) total = total === undefined ? loss : add(total, loss);
    if (total !== undefined) return total;
    if (op !== 'fit') return zeros([]);
    throw new ValueError(
      'fit: there is nothing to minimise: compile the model with a loss, or let a layer add one.',
    );
  }

  /** Takes the results of a batch into loss and metrics. */
  update(
    loss: number,
    batchSize: number,
    y: Tensor | undefined,
    yPred: Tensor,
    sampleWeight: Tensor | undefined,
  ): void {
    this.#lossTracker.updateState([loss], [batchSize]);
    if (y === undefined) return;
    for (const metric of this.#resolve(y, yPred)) metric.updateState(y, yPred);
    for (const metric of this.#weightedMetrics) metric.updateState(y, yPred, sampleWeight);
  }

  #resolve(y: Tensor, yPred: Tensor): readonly Metric[] {
    if (this.#metrics === undefined) {
      const context = { outputShape: yPred.shape, targetShape: y.shape, loss: this.loss };
      const resolve = (identifier: MetricIdentifier): Metric => resolveMetric(identifier, context);
      this.#metrics = this.#identifiers.map(resolve);
      this.#weightedMetrics = this.#weightedIdentifiers.map(resolve);
    }
    return this.#metrics;
  }

  /** All metrics, the loss first. Those given by 'accuracy' are there after the first batch. */
  get metrics(): readonly Metric[] {
    return [this.#lossTracker, ...(this.#metrics ?? []), ...this.#weightedMetrics];
  }

  /** Forgets the batches so far. */
  reset(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  /** Loss and metrics over the batches so far. */
  logs(): Logs {
    const logs: Logs = {};
    for (const metric of this.metrics) logs[metric.name] = resultNumber(metric);
    return logs;
  }
}

function checkLossWeight(value: CompileOptions['lossWeights']): number {
  const weight: unknown = Array.isArray(value) ? value[0] : (value ?? 1);
  const isOne = !Array.isArray(value) || value.length === 1;
  if (isOne && typeof weight === 'number' && Number.isFinite(weight)) return weight;
  throw new ValueError(
    `compile: lossWeights must be one number for the model's one output, got ${JSON.stringify(value)}.`,
  );
}

function checkList(
  name: string,
  value: readonly MetricIdentifier[] | null | undefined,
): readonly MetricIdentifier[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value as readonly MetricIdentifier[];
  throw new ValueError(`compile: ${name} must be a list, such as ['accuracy'].`);
}
