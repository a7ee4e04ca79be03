import { Registry } from '../config/index.js';
import type {
  ClassNames,
  KerasClass,
  OpenName,
  SerializedObject,
  SnakeCase,
} from '../config/index.js';
import type * as classes from './classes.js';
import { Loss } from '../losses/index.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricFunction } from './mean-metric-wrapper.js';
import { Metric } from './metric.js';

/** The metrics that are known by name. */
export const metricRegistry = new Registry<Metric>({
  kind: 'metric',
  module: 'keras.metrics',
  base: Metric,
  expected: 'a name, an instance of metrics.Metric or a function (yTrue, yPred) => Tensor',
  ofFunction: (f) => new MeanMetricWrapper(f),
});

/** Names that stand for the accuracy or crossentropy that fits the targets. */
type Abbreviation = 'accuracy' | 'acc' | 'crossentropy' | 'ce';

/** Keras's names of metrics, which an editor completes. */
export type MetricName = OpenName<SnakeCase<ClassNames<typeof classes>> | Abbreviation>;

/** What stands for a metric: a name, a config from a file, an instance, a loss, or a function of ops. */
export type MetricIdentifier = MetricName | SerializedObject | Metric | Loss | MetricFunction;

/**
 * The metric that `identifier` stands for. Names as those of losses; a metric given by a string takes that
 * string as its name (`'mae'` stands as `mae` in the history), as in Keras.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example metrics.get('mae').name // 'mae'
 */
export function getMetric(identifier: MetricIdentifier): Metric {
  if (identifier instanceof Loss) {
    const { name } = identifier;
    return new MeanMetricWrapper((t, p) => identifier.apply(t, p), { name });
  }
  const metric = metricRegistry.get(identifier);
  if (typeof identifier === 'string') metric.name = identifier;
  return metric;
}

/**
 * `metric` as Keras writes it into JSON.
 *
 * @example metrics.serialize(new metrics.AUC({ curve: 'PR' }))
 */
export function serializeMetric(metric: Metric): SerializedObject {
  return metricRegistry.serialize(metric);
}

/**
 * The metric that `serialize` or Keras wrote.
 *
 * @example metrics.deserialize({ class_name: 'AUC', config: { curve: 'PR' } })
 */
export function deserializeMetric(object: SerializedObject): Metric {
  return getMetric(object);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package.
 *
 * @throws ValueError if a class has no name of its own.
 * @example metrics.register(metrics.CategoricalAccuracy)
 */
export function registerMetrics(...types: readonly KerasClass<Metric>[]): void {
  metricRegistry.register(...types);
}
