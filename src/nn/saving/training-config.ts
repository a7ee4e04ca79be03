import { isSerializedObject } from '../../config/index.js';
import { getMetric, metricRegistry, serializeMetric } from '../metrics/registry.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isJsonObject } from '../../files/formats/json.js';
import type { LossIdentifier, LossName } from '../losses/registry.js';
import type { Loss } from '../losses/loss.js';
import { serializeLoss } from '../losses/registry.js';
import type { MetricIdentifier, MetricName } from '../metrics/registry.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { getOptimizer } from '../optimizers/identifier.js';
import { serializeOptimizer } from '../optimizers/registry.js';
import type { Compiled, CompileOptions } from '../training/compiled.js';
import { identifiersOf, isSingle, mapGiven, metricsOfOutputs } from '../training/output-metrics.js';
import type { MetricsLike } from '../training/output-metrics.js';

/**
 * The name by which `compile` was given a metric that Keras 2 wrote as the mean of a function:
 * `{ class_name: 'MeanMetricWrapper', config: { name: 'digit_accuracy', fn: 'sparse_categorical_accuracy' } }`. Of several
 * outputs the output stands before the name, which is left out here: logs put it there again.
 *
 * @returns anything else as it is; the function alone, where the name is another one
 */
export function withoutWrapper(metric: unknown): unknown {
  if (!isSerializedObject(metric) || metric.class_name !== 'MeanMetricWrapper') return metric;
  const { fn, name } = metric.config;
  if (typeof fn !== 'string') return metric;
  if (typeof name !== 'string') return fn;
  // 'digit_accuracy', 'accuracy'
  const names = name.split('_').map((_, i, parts) => parts.slice(i).join('_'));
  const isSame = (given: string): boolean =>
    given === fn ||
    isShort(given, fn) ||
    (metricRegistry.has(fn) && metricRegistry.find(given) === metricRegistry.find(fn));
  return names.find(isSame) ?? fn;
}

/** Whether a name stands for whichever accuracy or crossentropy fits the targets. */
function isShort(name: string, fn: string): boolean {
  if (name === 'accuracy' || name === 'acc') return fn.endsWith('accuracy');
  return (name === 'crossentropy' || name === 'ce') && fn.endsWith('crossentropy');
}

// How a layers-model says what it is compiled with:
//
//     { optimizer_config: { class_name, config }, loss: 'mean_squared_error', metrics: ['accuracy'] }
//
// Of several outputs `loss` is one for all, a list, or an object by the names of the outputs' layers; `metrics` are a list
// of metrics that each output has, or an object with one metric for each.
//
// TensorFlow.js has other words for some of Keras's optimizers and their options, and knows losses and metrics by name
// alone. What it has no word for cannot be said.

/** Losses that it knows, by Keras's classes. */
const LOSSES: ReadonlyMap<string, string> = new Map([
  ['MeanSquaredError', 'mean_squared_error'],
  ['MeanAbsoluteError', 'mean_absolute_error'],
  ['MeanAbsolutePercentageError', 'mean_absolute_percentage_error'],
  ['MeanSquaredLogarithmicError', 'mean_squared_logarithmic_error'],
  ['SquaredHinge', 'squared_hinge'],
  ['Hinge', 'hinge'],
  ['CategoricalHinge', 'categorical_hinge'],
  ['LogCosh', 'logcosh'],
  ['CategoricalCrossentropy', 'categorical_crossentropy'],
  ['SparseCategoricalCrossentropy', 'sparse_categorical_crossentropy'],
  ['BinaryCrossentropy', 'binary_crossentropy'],
  ['KLDivergence', 'kullback_leibler_divergence'],
  ['Poisson', 'poisson'],
  ['CosineSimilarity', 'cosine_proximity'],
]);

/** Metrics that it knows and that are Keras's, by Keras's classes. Its `precision` and `cosine` are not. */
const METRICS: ReadonlyMap<string, string> = new Map([
  ['BinaryAccuracy', 'binary_accuracy'],
  ['CategoricalAccuracy', 'categorical_accuracy'],
  ['CategoricalCrossentropy', 'categorical_crossentropy'],
  ['SparseCategoricalCrossentropy', 'sparse_categorical_crossentropy'],
  ['MeanSquaredError', 'mse'],
  ['MeanAbsoluteError', 'mae'],
  ['MeanAbsolutePercentageError', 'mape'],
]);

/** Names of several metrics each: which is meant follows from the targets, there as here. */
const ABBREVIATIONS = ['accuracy', 'acc', 'crossentropy', 'ce'];

/** Options by their names there, for each class there. */
const OPTIMIZERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SGD: { learningRate: 'learning_rate' },
  Momentum: { learningRate: 'learning_rate', momentum: 'momentum', useNesterov: 'nesterov' },
  Adam: {
    learningRate: 'learning_rate',
    beta1: 'beta_1',
    beta2: 'beta_2',
    epsilon: 'epsilon',
  },
  Adamax: {
    learningRate: 'learning_rate',
    beta1: 'beta_1',
    beta2: 'beta_2',
    epsilon: 'epsilon',
    decay: 'decay',
  },
  RMSProp: {
    learningRate: 'learning_rate',
    decay: 'rho',
    momentum: 'momentum',
    epsilon: 'epsilon',
    centered: 'centered',
  },
  Adagrad: {
    learningRate: 'learning_rate',
    initialAccumulatorValue: 'initial_accumulator_value',
  },
  Adadelta: { learningRate: 'learning_rate', rho: 'rho', epsilon: 'epsilon' },
};

/** Keras's class, where it is another. */
const CLASSES: Readonly<Record<string, string>> = { Momentum: 'SGD', RMSProp: 'RMSprop' };

/**
 * What `compile` was given, in TensorFlow.js's words; undefined if it has none for a part of it.
 *
 * @param outputNames the names of the layers that give the outputs
 */
export function toTrainingConfig(
  compiled: Compiled,
  outputNames: readonly string[],
): Config | undefined {
  const { optimizer, losses, options } = compiled;
  const isSaid = losses.isUnweighted && identifiersOf(options.weightedMetrics).length === 0;
  const [optimizerConfig, loss, metrics] = isSaid
    ? [
        describeOptimizer(optimizer),
        describeLosses(compiled),
        describeMetrics(compiled, outputNames),
      ]
    : [];
  if (optimizerConfig === undefined || loss === undefined || metrics === undefined)
    return undefined;
  return { optimizer_config: optimizerConfig, loss, metrics };
}

/** The loss, or of several outputs a list of all of them; it knows no output without one. */
function describeLosses({ losses, options, outputs }: Compiled): string | string[] | undefined {
  const isOne = outputs === undefined || outputs.names.length === 1 || isSingle(options.loss);
  const all = isOne ? losses.all : outputs.names.map((_, i) => losses.of(i));
  const names = all.map((loss) => loss && nameOf(LOSSES, loss, serializeLoss));
  if (!names.every((name) => name !== undefined)) return undefined;
  if (!isOne) return names;
  return names.length === 1 ? names[0] : undefined;
}

function describeMetrics(
  { options, outputs }: Compiled,
  outputNames: readonly string[],
): string[] | Record<string, string> | undefined {
  const given =
    outputs === undefined
      ? [identifiersOf(options.metrics)]
      : metricsOfOutputs('metrics', options.metrics, outputs);
  const described = given.map((metrics) => metrics.map(describeMetric));
  const known = described.map((names) => names.filter((name) => name !== undefined));
  if (known.flat().length < described.flat().length) return undefined;
  const [first = []] = known;
  if (known.every((names) => names.join() === first.join())) return first;
  const isSaid =
    known.every((names) => names.length <= 1) && new Set(outputNames).size === known.length;
  if (!isSaid) return undefined;
  return Object.fromEntries(
    outputNames.flatMap((output, i) => (known[i] ?? []).map((name) => [output, name] as const)),
  );
}

/**
 * The config of an optimizer, if it says all: read again, it is the same optimizer. Not the centered RMSprop and Adadelta, whose
 * formulas are others there.
 */
function describeOptimizer(optimizer: Optimizer): SerializedObject | undefined {
  if (settingsOf(() => serializeOptimizer(optimizer)) === undefined) return undefined;
  const own = serializeOptimizer(optimizer);
  const isMomentum = own.class_name === 'SGD' && own.config['momentum'] !== 0;
  const [className] = isMomentum
    ? ['Momentum']
    : (Object.entries(CLASSES).find(([, name]) => name === own.class_name && name !== 'SGD') ?? [
        own.class_name,
      ]);
  const options = Object.hasOwn(OPTIMIZERS, className) ? OPTIMIZERS[className] : undefined;
  const isOther = own.config['centered'] === true || className === 'Adadelta';
  const rate = own.config['learning_rate'];
  if (options === undefined || isOther || typeof rate !== 'number') return undefined;
  const config = Object.fromEntries(
    Object.entries(options).map(([theirs, ours]) => [theirs, own.config[ours] ?? 0]),
  );
  const described = { class_name: className, config };
  const Class = optimizer.constructor as typeof Optimizer & {
    fromConfig(config: Config): Optimizer;
  };
  const again = Class.fromConfig(kerasOptimizer(described).config);
  try {
    const [said, meant] = [again, optimizer].map((o) => settingsOf(() => serializeOptimizer(o)));
    return said === meant ? described : undefined;
  } finally {
    again.dispose();
  }
}

function describeMetric(identifier: MetricIdentifier): string | undefined {
  if (typeof identifier === 'string' && ABBREVIATIONS.includes(identifier.toLowerCase())) {
    return identifier.toLowerCase();
  }
  return nameOf(METRICS, getMetric(identifier), serializeMetric);
}

/** The name of a loss or metric whose settings are the defaults of its class. */
function nameOf<T extends Loss | Metric>(
  names: ReadonlyMap<string, string>,
  object: T,
  serialize: (object: T) => SerializedObject,
): string | undefined {
  const Class = object.constructor as (new () => T) & { readonly className?: string };
  const name = names.get(Class.className ?? '');
  if (name === undefined) return undefined;
  const isDefault =
    settingsOf(() => serialize(object)) === settingsOf(() => serialize(new Class()));
  return isDefault ? name : undefined;
}

/** The class and all settings of an object as a text, but for the name; undefined for a function, which has no config. */
function settingsOf(serialize: () => SerializedObject): string | undefined {
  try {
    const { class_name: className, config } = serialize();
    // The momentum of averages that are not kept changes nothing.
    const { name: _, ema_momentum: momentum, ...settings } = config;
    const ema = settings['use_ema'] === true ? [momentum] : [];
    return JSON.stringify([className, settings, ...ema]);
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

/**
 * The arguments of `compile` that a layers-model holds, in TensorFlow.js's words or in those of Keras 2, whose models
 * its converter takes over.
 *
 * @param outputs how many outputs the model has
 * @throws ValueError for anything that is unknown here.
 */
export function fromTrainingConfig(
  config: Config,
  outputs: number,
): CompileOptions & { readonly optimizer: Optimizer } {
  const { loss, metrics, weighted_metrics: weighted, loss_weights: lossWeights } = config;
  return {
    loss: mapGiven(loss, readLoss),
    metrics: readMetrics(metrics, outputs),
    // Keras 2 has these as well.
    weightedMetrics: readMetrics(weighted, outputs),
    lossWeights: (lossWeights ?? null) as CompileOptions['lossWeights'] & {},
    optimizer: readOptimizer(config['optimizer_config']),
  };
}

function readLoss(loss: unknown): LossIdentifier | null {
  if (loss === null || loss === undefined) return null;
  const [known] = [...LOSSES].find(([, name]) => name === loss) ?? [];
  if (known !== undefined) return known as LossName;
  if (typeof loss === 'string') return loss as LossName;
  if (isSerializedObject(loss)) return loss;
  throw new ValueError(`one of its losses is ${describeValue(loss)}; readable are names.`);
}

/** Metrics as `compile` takes them: a list of names alone is of each output. */
function readMetrics(given: unknown, outputs: number): MetricsLike {
  if (given === null || given === undefined) return null;
  const metrics: MetricsLike = mapGiven(given, readMetric);
  if (isSingle<MetricIdentifier | null>(metrics)) return [metrics];
  const list: readonly unknown[] = Array.isArray(metrics) ? metrics : [];
  const isOfEach =
    outputs > 1 && list.length > 0 && list.every((one) => one !== null && isSingle(one));
  return isOfEach ? new Array<MetricsLike>(outputs).fill(metrics) : metrics;
}

function readMetric(given: unknown): MetricIdentifier | null {
  const metric = withoutWrapper(given);
  if (metric === null || metric === undefined) return null;
  if (typeof metric === 'string') return metric as MetricName;
  if (isSerializedObject(metric)) return metric;
  throw new ValueError(`one of its metrics is ${describeValue(metric)}; readable are names.`);
}

function readOptimizer(described: unknown): Optimizer {
  if (isSerializedObject(described) && isJsonObject(described.config)) {
    return getOptimizer(kerasOptimizer(described));
  }
  throw new ValueError(`its optimizer is ${describeValue(described)}.`);
}

/** In Keras's words, whosever it is in. */
function kerasOptimizer({ class_name: className, config }: SerializedObject): SerializedObject {
  const options = Object.hasOwn(OPTIMIZERS, className) ? OPTIMIZERS[className] : undefined;
  const keys = Object.entries(config).map(([key, value]): readonly [string, unknown] => {
    // In a config of Keras 2, `decay` of RMSprop is no `rho`.
    const isTheirs = options !== undefined && !('rho' in config && key === 'decay');
    return [(isTheirs && Object.hasOwn(options, key) ? options[key] : undefined) ?? key, value];
  });
  const name = Object.hasOwn(CLASSES, className) ? CLASSES[className] : undefined;
  return { class_name: name ?? className, config: Object.fromEntries(keys) };
}
