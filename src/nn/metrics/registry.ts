import { Registry } from '../../config/index.js';
import type { AnyName, KerasClass, NamesOf, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import { Loss } from '../losses/loss.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricFunction } from './mean-metric-wrapper.js';
import { Metric } from './metric.js';

/** Names that stand for the accuracy or crossentropy that fits the targets. */
type Abbreviation = 'accuracy' | 'acc' | 'crossentropy' | 'ce';

/**
 * Names of your own metrics. Types accept them after `declare module 'lanegrad/metrics' { interface MetricNames {
 * my_metric: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface MetricNames {}

/** Keras's names of metrics, in its spelling and in camelCase, and those in `MetricNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type MetricName = NamesOf<typeof classes> | Abbreviation | keyof MetricNames;

/** A metric as you can specify it: a name, a config from a file, an instance, a loss, or a function built from ops. */
export type MetricIdentifier = MetricName | SerializedObject | Metric | Loss | MetricFunction;

/** The metrics that are known by name. @internal */
export const metricRegistry = new Registry<Metric>({
  kind: 'metric',
  module: 'keras.metrics',
  base: Metric,
  expected: 'a name, an instance of metrics.Metric or a function (yTrue, yPred) => Tensor',
  ofFunction: MeanMetricWrapper,
  standsFor: (given) =>
    given instanceof Loss
      ? new MeanMetricWrapper((t, p) => given.apply(t, p), { name: given.name })
      : given,
});

/**
 * The metric that `identifier` stands for. Names are spelled like those of losses. A metric given by a string has that
 * string as its name (`'mae'` appears as `mae` in the history), as in Keras.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example metrics.get('mae').name // 'mae'
 */
export function getMetric(identifier: MetricIdentifier | AnyName): Metric {
  const metric = metricRegistry.get(identifier);
  if (typeof identifier === 'string') metric.name = identifier;
  return metric;
}

/** What decides which accuracy `'accuracy'` means. */
export interface MetricContext {
  /** Shape of yPred; the batch may be null. */
  readonly outputShape: PartialShape;
  /** Shape of yTrue, once it is known: Keras decides by it. */
  readonly targetShape?: PartialShape | undefined;
  /** Decides where `targetShape` is not known. */
  readonly loss?: Loss | null | undefined;
}

/** How targets say what is right. */
type TargetKind = 'binary' | 'categorical' | 'sparse_categorical';

/**
 * What the targets are, by Keras's rule: binary for one output; sparse for targets of fewer axes than the
 * output, or with a last axis of 1; else one-hot.
 */
function targetKind({ outputShape, targetShape, loss }: MetricContext): TargetKind {
  const outputs = outputShape.at(-1) ?? 1;
  if (outputs === 1) return 'binary';
  if (targetShape !== undefined) {
    const isSparse = targetShape.length < outputShape.length || targetShape.at(-1) === 1;
    return isSparse ? 'sparse_categorical' : 'categorical';
  }
  if (loss?.targets === 'labels') return 'sparse_categorical';
  // Several outputs of their own, each 0 or 1.
  return loss?.targets === 'probabilities' ? 'binary' : 'categorical';
}

/**
 * The metric that `identifier` stands for; `'accuracy'`, `'acc'`, `'crossentropy'` and `'ce'` become the
 * binary, categorical or sparse one that fits the targets, and keep the name they were given by.
 */
export function resolveMetric(identifier: MetricIdentifier, context: MetricContext): Metric {
  if (typeof identifier !== 'string') return getMetric(identifier);
  const name = identifier.toLowerCase();
  const isAccuracy = name === 'accuracy' || name === 'acc';
  if (!isAccuracy && name !== 'crossentropy' && name !== 'ce') return getMetric(identifier);
  const metric = getMetric(`${targetKind(context)}_${isAccuracy ? 'accuracy' : 'crossentropy'}`);
  metric.name = identifier;
  return metric;
}

/**
 * `metric` as Keras writes it into JSON.
 *
 * @example metrics.serialize(new metrics.AUC({ curve: 'PR' }))
 */
export const serializeMetric = (metric: Metric): SerializedObject =>
  metricRegistry.serialize(metric);

/**
 * The metric from a config that `serialize` or Keras wrote.
 *
 * @example metrics.deserialize({ class_name: 'AUC', config: { curve: 'PR' } })
 */
export const deserializeMetric = (config: SerializedObject): Metric =>
  metricRegistry.create(config);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example metrics.register(metrics.CategoricalAccuracy)
 */
export function registerMetrics(...types: readonly KerasClass<Metric>[]): void {
  metricRegistry.register(...types);
}
