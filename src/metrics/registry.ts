import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Loss } from '../losses/loss.js';
import { MeanMetricWrapper } from './mean-metric-wrapper.js';
import type { MetricFunction } from './mean-metric-wrapper.js';
import { Metric } from './metric.js';

/** All metrics, under Keras's names. */
export const metricRegistry = new Registry<Metric>('metric', 'keras.metrics', {
  bce: 'binary_crossentropy',
  kld: 'kl_divergence',
  kullback_leibler_divergence: 'kl_divergence',
  mse: 'mean_squared_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
  logcosh: 'log_cosh_error',
  log_cosh: 'log_cosh_error',
  fbeta_score: 'f_beta_score',
});

/** What stands for a metric: a name, a config from a file, an instance, a loss, or a function of ops. */
export type MetricIdentifier = string | SerializedObject | Metric | Loss | MetricFunction;

/**
 * The metric that `identifier` stands for. Names as those of losses; a metric given by a string takes that
 * string as its name (`'mae'` stands as `mae` in the history), as in Keras.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 */
export function getMetric(identifier: MetricIdentifier): Metric {
  if (identifier instanceof Metric) return identifier;
  if (typeof identifier === 'string') {
    const metric = metricRegistry.create(identifier);
    metric.name = identifier;
    return metric;
  }
  if (identifier instanceof Loss) {
    const { name } = identifier;
    return new MeanMetricWrapper((t, p) => identifier.apply(t, p), { name });
  }
  if (typeof identifier === 'function') return new MeanMetricWrapper(identifier);
  if (isSerializedObject(identifier)) return metricRegistry.create(identifier);
  throw new ValueError(
    `A metric is a name, an instance of metrics.Metric or a function (yTrue, yPred) => Tensor, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** `metric` as Keras writes it into JSON. */
export function serializeMetric(metric: Metric): SerializedObject {
  return metricRegistry.serialize(metric);
}

/** The metric that `serializeMetric` or Keras wrote. */
export function deserializeMetric(object: SerializedObject): Metric {
  return getMetric(object);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `metrics.register(metrics.CategoricalAccuracy)`.
 */
export function registerMetrics(...types: readonly ConfigurableClass<Metric>[]): void {
  metricRegistry.register(...types);
}

/** Makes all of them known. */
export function registerAllMetrics(types: readonly ConfigurableClass<Metric>[]): void {
  metricRegistry.registerAll(types);
}
