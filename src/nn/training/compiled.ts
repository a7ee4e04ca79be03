import { describeValue, printable } from '../../config/describe-value.js';
import { checkDeclared, checkOptions, naming, only } from '../../config/index.js';
import type { Given, Nest } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { LossIdentifier } from '../losses/registry.js';
import type { Loss } from '../losses/loss.js';
import { resultNumber } from '../metrics/metric.js';
import type { BatchSums } from '../metrics/accumulator.js';
import type { MetricIdentifier } from '../metrics/registry.js';
import type { Metric } from '../metrics/metric.js';
import { Mean } from '../metrics/reduction-metrics.js';
import { getOptimizer } from '../optimizers/identifier.js';
import type { OptimizerIdentifier } from '../optimizers/identifier.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { add } from '../../engine/ops/index.js';
import { tidy } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type { Ports } from '../layers/core/ports.js';
import { OutputLosses } from './output-losses.js';
import { OutputMetrics } from './output-metrics.js';
import type { MetricsLike, OutputsOfBatch } from './output-metrics.js';
import { CapturedSteps } from './captured-steps.js';

export type { OutputsOfBatch } from './output-metrics.js';

/** Options of Keras's `compile` on which nothing depends here. */
const HARMLESS_OPTIONS = {
  /** Whether Keras runs each step without compiling it. Only false. */
  runEagerly: only([false], 'Your own layers run in each step anyway.'),
  /** How Keras compiles a step. It has no effect here. */
  jitCompile: only(['auto', true, false]),
  /** The number of steps between calls of hooks. Only 1. */
  stepsPerExecution: only([1], 'Callbacks hear of each step.'),
  /** Whether to scale the loss for float16, which does not exist here. */
  autoScaleLoss: only([true, false]),
};

/** Options of `compile`. */
export interface CompileOptions extends Given<typeof HARMLESS_OPTIONS> {
  /** The optimizer: a name, a config or an instance. Default `'rmsprop'`. */
  readonly optimizer?: OptimizerIdentifier;
  /**
   * The loss: a name, a config, an instance, or a function (yTrue, yPred) => Tensor. For several outputs: a loss for all
   * of them, or a list or an object with a loss for each; outputs without a loss are not trained. Default: only losses
   * that layers add.
   */
  readonly loss?: Nest<LossIdentifier | null>;
  /** Metrics, which ignore sample weights. For several outputs, a list or an object with metrics for each. */
  readonly metrics?: MetricsLike;
  /**
   * Factor of the loss (not of losses that layers add). For several outputs: a factor for all of them, or a list or an
   * object with a factor for each. Default 1.
   */
  readonly lossWeights?: Nest<number | null>;
  /** Metrics that use sample weights, in the same form as `metrics`. */
  readonly weightedMetrics?: MetricsLike;
}

/** Results by name: `{ loss, accuracy, … }`. */
export interface Logs {
  /** The mean loss, including losses that layers add. */
  loss: number;
  [metric: string]: number;
}

/**
 * Results in a list: the loss, then the metrics in order. Since TypeScript does not know the arguments of `compile`, the
 * type has the first positions in any case, so that `const [loss, accuracy] = …` gives numbers with
 * `noUncheckedIndexedAccess` too.
 */
export interface ResultList extends Array<number> {
  /** The mean loss, including losses that layers add. */
  0: number;
  /** The second result, in the order of `metricsNames`. */
  1: number;
  /** The third result, in the order of `metricsNames`. */
  2: number;
  /** The fourth result, in the order of `metricsNames`. */
  3: number;
}

/** Results: `[loss, ...metrics]`, or by name if `returnDict` is true. */
export type Results<ReturnDict extends boolean> = ReturnDict extends true ? Logs : ResultList;

/** What a model is trained with: the result of `compile`. */
export class Compiled {
  /** What `compile` was given. */
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly losses: OutputLosses;
  /** The captured steps of training. */
  readonly steps = new CapturedSteps();
  /** The captured steps of `evaluate`. */
  readonly testSteps = new CapturedSteps();
  readonly #metrics: OutputMetrics;
  readonly #lossTracker = new Mean({ name: 'loss' });
  /** Loss and metrics under their names in logs. */
  #named: readonly (readonly [name: string, metric: Metric])[] = [['loss', this.#lossTracker]];
  #outputs: Ports | undefined;
  /** The losses of the outputs of the batch that is worked on. */
  #values: readonly Tensor[] = [];
  #isResolved = false;
  /** States of metrics that are there only after the next batch. */
  #states: readonly (readonly number[])[] | undefined;

  /**
   * @param outputs of the model, if they are known already
   * @param ownMetrics the metrics in properties of the model, whose results follow
   */
  constructor(
    options: CompileOptions,
    outputs?: Ports,
    private readonly ownMetrics: () => readonly Metric[] = () => [],
  ) {
    checkOptions('compile', options, [
      'optimizer',
      'loss',
      'metrics',
      'lossWeights',
      'weightedMetrics',
      ...Object.keys(HARMLESS_OPTIONS),
    ]);
    checkDeclared('compile', HARMLESS_OPTIONS, options);
    this.options = { ...options };
    this.optimizer = naming('compile', () => getOptimizer(options.optimizer ?? 'rmsprop'));
    this.losses = new OutputLosses(options.loss, options.lossWeights);
    this.#metrics = new OutputMetrics(options.metrics, options.weightedMetrics);
    if (outputs !== undefined) this.bind(outputs);
  }

  /** The outputs that losses and metrics are for; undefined before they are known. */
  get outputs(): Ports | undefined {
    return this.#outputs;
  }

  /** Finds the outputs that losses and metrics are for. @throws ValueError for an output that does not exist. */
  bind(outputs: Ports): void {
    this.losses.bind(outputs);
    this.#metrics.requireOutputs(outputs);
    this.#outputs = outputs;
    this.#name([]);
  }

  #name(metrics: readonly (readonly [name: string, metric: Metric])[]): void {
    const ofOutputs = this.losses.trackers.map((tracker) => [tracker.name, tracker] as const);
    this.#named = [['loss', this.#lossTracker], ...ofOutputs, ...metrics];
  }

  /** The loss of an output; undefined if it has none, and before the outputs are known. */
  lossOf(index: number): Loss | undefined {
    return this.losses.of(index);
  }

  /** Refuses targets that leave out an output with a loss. */
  requireTargets(owner: string, outputs: Ports, isGiven: readonly boolean[]): void {
    if (this.#outputs === undefined) this.bind(outputs);
    this.losses.requireTargets(owner, isGiven);
  }

  /**
   * What training minimises: the weighted losses of the outputs and what layers add; undefined if there is neither.
   *
   * @param op the method, for messages
   */
  total(op: string, outputs: OutputsOfBatch, added: readonly Tensor[]): Tensor | undefined {
    this.#values = this.losses.values(op, outputs);
    let total = this.losses.sum(this.#values);
    for (const loss of added) total = total === undefined ? loss : add(total, loss);
    return total;
  }

  /** The losses of the outputs that `total` has seen last. */
  get values(): readonly Tensor[] {
    return this.#values;
  }

  /** Takes the results of a batch into loss and metrics. */
  update(op: string, loss: number, batchSize: number, outputs: OutputsOfBatch): void {
    tidy(() => {
      const sums = this.sumsOf(op, outputs);
      this.take(loss, batchSize, this.#values, sums);
      this.updateOthers(op, outputs);
    });
  }

  /** The sums of a batch that metrics take in. The first batch tells which metrics there are. */
  sumsOf(op: string, outputs: OutputsOfBatch): BatchSums[] {
    if (!hasTargets(outputs)) return [];
    if (!this.#isResolved) this.#resolve(op, outputs);
    return this.#metrics.sumsOf(op, outputs);
  }

  /** Takes in what was computed of a batch. @param values losses of the outputs */
  take(
    loss: number,
    batchSize: number,
    values: readonly Tensor[],
    sumsOfMetrics: readonly BatchSums[],
  ): void {
    this.#lossTracker.updateState(loss, batchSize);
    this.losses.update(values, batchSize);
    this.#values = [];
    for (const { sums, take } of sumsOfMetrics) take(sums);
  }

  /** The metrics of which `sumsOf` gives the sums. */
  get withSums(): Metric[] {
    return this.#metrics.withSums;
  }

  /** Whether there are others. */
  get hasOthers(): boolean {
    return this.#metrics.hasOthers;
  }

  /** Takes a batch into those metrics. */
  updateOthers(op: string, outputs: OutputsOfBatch): void {
    if (hasTargets(outputs)) this.#metrics.updateOthers(op, outputs);
  }

  #resolve(op: string, batch: OutputsOfBatch): void {
    const outputs = this.#outputs;
    if (outputs === undefined) return;
    this.#metrics.resolve(op, outputs, batch, (index) => this.lossOf(index));
    this.#name(this.#metrics.named(outputs));
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
      metric.setState(states[i] ?? []);
    });
    this.#states = undefined;
  }

  /** Whether the metrics are there: the first batch tells which they are. */
  get isResolved(): boolean {
    return this.#isResolved;
  }

  /** All metrics, the loss first, then the losses of outputs. Those of `compile` are there after the first batch. */
  get metrics(): readonly Metric[] {
    return this.#named.map(([, metric]) => metric);
  }

  /** Names of all that has results, in their order; those of metrics in properties of the model are the last. */
  get metricsNames(): string[] {
    return this.#all.map(([name]) => name);
  }

  get #all(): (readonly [name: string, metric: Metric])[] {
    const { metrics } = this;
    const own = this.ownMetrics().filter((metric) => !metrics.includes(metric));
    return [...this.#named, ...own.map((metric) => [metric.name, metric] as const)];
  }

  /** Results as a list. */
  listOf(logs: Logs): number[] {
    return resultList(this.metricsNames, logs);
  }

  /** Forgets all batches so far. */
  reset(): void {
    this.own = undefined;
    this.#states = undefined;
    for (const metric of this.metrics) metric.resetState();
  }

  /** Gives back what was captured. */
  dispose(): void {
    this.steps.dispose();
    this.testSteps.dispose();
  }

  /** Optimizer, loss and metrics in a line. */
  toString(): string {
    const metrics = this.#metrics.identifiers.map(nameOf);
    const losses = this.losses.all.map(({ name }) => name);
    const loss = losses.length === 0 ? 'none' : losses.join(', ');
    const shown = losses.length > 1 ? `[${printable(loss)}]` : printable(loss);
    return `optimizer=${String(this.optimizer)}, loss=${shown}, metrics=[${printable(metrics.join(', '))}]`;
  }

  /** Results of the last step, of a model whose steps are its own; forgotten with the batches. */
  own: Logs | undefined;

  /** What the batches so far have given: loss and metrics, or the results of a model's own steps. */
  logs(): Logs {
    return this.own ?? this.results();
  }

  /** Loss and metrics over the batches so far. */
  results(): Logs {
    const results = this.#all.map(([name, metric]) => [name, resultNumber(metric)] as const);
    // The loss is the first of them.
    return Object.fromEntries(results) as unknown as Logs;
  }

  /** `logs` as a function. */
  readonly readLogs = (): Logs => this.logs();
}

/**
 * Results as a list, as in Keras: first by the names of metrics, of which several outputs may share one, then others by
 * their names.
 */
export function resultList(names: readonly string[], logs: Logs): number[] {
  const others = Object.keys(logs).filter((name) => !names.includes(name));
  return [...names, ...others.sort()].flatMap((name) => logs[name] ?? []);
}

const hasTargets = ({ y }: OutputsOfBatch): boolean => y.some((targets) => targets !== undefined);

function nameOf(metric: MetricIdentifier): string {
  if (typeof metric === 'string') return metric;
  if (typeof metric === 'function') return describeValue(metric);
  return 'name' in metric ? metric.name : metric.class_name;
}
