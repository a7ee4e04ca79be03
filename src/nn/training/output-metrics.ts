import { describeValue } from '../../config/describe-value.js';
import { flattenNest, isPlainObject, isSerializedObject, naming } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Loss } from '../losses/loss.js';
import type { BatchSums } from '../metrics/accumulator.js';
import { MeanMetricWrapper } from '../metrics/mean-metric-wrapper.js';
import type { MetricIdentifier } from '../metrics/registry.js';
import type { Metric } from '../metrics/metric.js';
import { resolveMetric } from '../metrics/registry.js';
import { flattenByPorts } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** What the model makes of a batch, with what belongs to each output. */
export interface OutputsOfBatch {
  readonly yPred: readonly Tensor[];
  /** Empty if no targets were given. */
  readonly y: readonly (Tensor | undefined)[];
  readonly sampleWeight: readonly (Tensor | undefined)[];
}

/** Metrics as `compile` takes them: a list, or for several outputs a list or an object with metrics for each. */
export type MetricsLike = Nest<MetricIdentifier | null | undefined>;

/** A metric of one output. */
interface OutputMetric {
  /** Position of the output. */
  readonly index: number;
  /** The name in logs. */
  readonly name: string;
  readonly metric: Metric;
}

/** Whether a value is one loss or metric, not a list or an object of them. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the structure's type says what its leaves are
export function isSingle<T>(value: unknown): value is T {
  return !Array.isArray(value) && (!isPlainObject(value) || isSerializedObject(value));
}

/**
 * What `compile` is given for the outputs, with other losses or metrics. Objects keep the order of their keys, which is
 * that of the results.
 */
export function mapGiven<T, U>(
  given: unknown,
  f: (leaf: T) => U,
  isLeaf: (value: unknown) => value is T = isSingle<T>,
): Nest<U> {
  const visit = (value: unknown): unknown => {
    if (isLeaf(value)) return f(value);
    if (Array.isArray(value)) return Array.from(value, visit);
    return Object.fromEntries(
      Object.entries(value as object).map(([name, item]: [string, unknown]) => [name, visit(item)]),
    );
  };
  return visit(given) as Nest<U>;
}

const isOne = isSingle<MetricIdentifier | null | undefined>;

const ADVICE =
  ' Give a list of metrics for each, as a list of lists or an object by the names of the outputs.';

/** The metrics of the outputs of a model, those without and those with sample weights. */
export class OutputMetrics {
  #plain: readonly OutputMetric[] = [];
  #weighted: readonly OutputMetric[] = [];

  constructor(
    private readonly metrics: MetricsLike,
    private readonly weightedMetrics: MetricsLike,
  ) {
    requireStructure('metrics', metrics);
    requireStructure('weightedMetrics', weightedMetrics);
    // Names and settings are checked now; which accuracy is meant is decided by the first targets.
    for (const identifier of this.identifiers) {
      naming('compile', () => resolveMetric(identifier, { outputShape: [null, 2] }));
    }
  }

  /** All that was given, without its structure. */
  get identifiers(): MetricIdentifier[] {
    return [...identifiersOf(this.metrics), ...identifiersOf(this.weightedMetrics)];
  }

  /** Refuses metrics for outputs that do not exist. */
  requireOutputs(outputs: Ports): void {
    metricsOfOutputs('metrics', this.metrics, outputs);
    metricsOfOutputs('weightedMetrics', this.weightedMetrics, outputs);
  }

  /** Makes the metrics for a first batch, which tells which accuracy is meant. */
  resolve(
    op: string,
    outputs: Ports,
    { y, yPred }: OutputsOfBatch,
    lossOf: (index: number) => Loss | undefined,
  ): void {
    const make = (what: 'metrics' | 'weightedMetrics'): { index: number; metric: Metric }[] =>
      metricsOfOutputs(what, this[what], outputs).flatMap((identifiers, index) =>
        identifiers.map((identifier) => {
          const [targets, predicted] = [y[index], yPred[index]];
          if (targets === undefined || predicted === undefined) {
            throw new ValueError(
              `${op}: output '${outputs.names[index] ?? ''}' has ${what}, but y has no targets for it.`,
            );
          }
          const metric = resolveMetric(identifier, {
            outputShape: predicted.shape,
            targetShape: targets.shape,
            loss: lossOf(index),
          });
          return { index, metric };
        }),
      );
    const free = freeNames();
    const prefix = (index: number): string =>
      outputs.names.length > 1 ? `${outputs.names[index] ?? ''}_` : '';
    this.#plain = make('metrics').map(({ index, metric }) => {
      const name = free(prefix(index) + metric.name);
      return { index, metric, name };
    });
    this.#weighted = make('weightedMetrics').map(({ index, metric }) => {
      const own = prefix(index) + metric.name;
      const name = free.isTaken(own) ? `${prefix(index)}weighted_${metric.name}` : own;
      return { index, metric, name: free(name) };
    });
  }

  /** The metrics under their names in logs; as in Keras, of several outputs in the order of their names. */
  named(outputs: Ports): (readonly [name: string, metric: Metric])[] {
    const named = [...this.#plain, ...this.#weighted].map(
      ({ name, metric }) => [name, metric] as const,
    );
    if (outputs.names.length === 1) return named;
    return named.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The sums of a batch that metrics take in, of those that say what these are, in order. Runs in the scope of the caller. */
  sumsOf(op: string, outputs: OutputsOfBatch): BatchSums[] {
    return this.#measured(outputs).flatMap(({ name, metric, given: [y, yPred, weights] }) =>
      hasSums(metric)
        ? naming(`${op}: metric '${name}'`, () => metric.sumsOf(y, yPred, weights))
        : [],
    );
  }

  /** The metrics of which `sumsOf` gives the sums. */
  get withSums(): Metric[] {
    return [...this.#plain, ...this.#weighted].map(({ metric }) => metric).filter(hasSums);
  }

  /** Whether there are others. */
  get hasOthers(): boolean {
    return this.withSums.length < this.#plain.length + this.#weighted.length;
  }

  /** Takes a batch into the metrics of which `sumsOf` knows nothing. */
  updateOthers(op: string, outputs: OutputsOfBatch): void {
    for (const { name, metric, given } of this.#measured(outputs)) {
      if (!hasSums(metric)) naming(`${op}: metric '${name}'`, () => metric.updateState(...given));
    }
  }

  /** The metrics of outputs that have targets, with what each of them is given. */
  #measured({ y, yPred, sampleWeight }: OutputsOfBatch): MetricCall[] {
    const measured = ({ index, metric, name }: OutputMetric, weights?: Tensor): MetricCall[] => {
      const [targets, predicted] = [y[index], yPred[index]];
      if (targets === undefined || predicted === undefined) return [];
      return [{ name, metric, given: [targets, predicted, weights] }];
    };
    return [
      ...this.#plain.flatMap((one) => measured(one)),
      ...this.#weighted.flatMap((one) => measured(one, sampleWeight[one.index])),
    ];
  }
}

/** A metric and what it is given of a batch. */
interface MetricCall {
  readonly name: string;
  readonly metric: Metric;
  readonly given: readonly [yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined];
}

const hasSums = (metric: Metric): metric is MeanMetricWrapper =>
  metric instanceof MeanMetricWrapper && metric.hasSums;

/** The metrics of a structure, in order. */
export function identifiersOf(metrics: MetricsLike): MetricIdentifier[] {
  return flattenNest(metrics, isOne).filter(
    (identifier) => identifier !== null && identifier !== undefined,
  );
}

/** The metrics of each output; none at all if none were given. */
export function metricsOfOutputs(
  what: string,
  metrics: MetricsLike,
  outputs: Ports,
): MetricIdentifier[][] {
  if (identifiersOf(metrics).length === 0) return [];
  // Whatever structure they have, they are of the one output.
  const { names } = outputs;
  const isNamed =
    isPlainObject(metrics) && !Object.keys(metrics).every((key) => names.includes(key));
  if (names.length === 1 && !isNamed) return [identifiersOf(metrics)];
  const isLeafValue = (value: unknown): boolean => isOne(value) && typeof value !== 'undefined';
  const leaves = flattenByPorts(`compile: ${what}`, outputs, metrics, {
    isComplete: false,
    isLeafValue,
    advice: ADVICE,
  });
  return leaves.map((leaf) => identifiersOf(leaf as MetricsLike));
}

function requireStructure(name: string, metrics: unknown): void {
  if (metrics === null || metrics === undefined) return;
  if (!isSerializedObject(metrics) && (Array.isArray(metrics) || isPlainObject(metrics))) return;
  throw new ValueError(
    `compile: ${name} must be a list, such as ['accuracy'], or for several outputs a list or an object of lists, got ` +
      `${describeValue(metrics)}.`,
  );
}

/**
 * Names that are free, by Keras's rule: a name that is taken gets a number (`mae_1`), and before that, with sample
 * weights, `weighted_` in front.
 */
function freeNames(): ((name: string) => string) & { isTaken: (name: string) => boolean } {
  const counts = new Map<string, number>();
  const free = (name: string): string => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  };
  return Object.assign(free, { isTaken: (name: string) => counts.has(name) });
}
