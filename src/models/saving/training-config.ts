import { describeValue } from '../../config/describe-value.js';
import { isSerializedObject } from '../../config/index.js';
import type { Config, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isJsonObject } from '../../formats/json.js';
import type { Loss } from '../../losses/index.js';
import { serializeLoss } from '../../losses/registry.js';
import type { Metric, MetricIdentifier } from '../../metrics/index.js';
import { getMetric, serializeMetric } from '../../metrics/registry.js';
import type { Optimizer } from '../../optimizers/index.js';
import { getOptimizer, serializeOptimizer } from '../../optimizers/registry.js';
import type { Compiled, CompileOptions } from '../training/compiled.js';
import { identifiersOf } from '../training/output-metrics.js';

// How a layers-model says what it is compiled with:
//
//     { optimizer_config: { class_name, config }, loss: 'mean_squared_error', metrics: ['accuracy'] }
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

/** What `compile` was given, in TensorFlow.js's words; undefined if it has none for a part of it. */
export function toTrainingConfig(compiled: Compiled): Config | undefined {
  const { optimizer, losses, options, outputs } = compiled;
  // Losses and metrics of several outputs are said in other structures there.
  if (losses.all.length !== 1 || (outputs?.names.length ?? 1) > 1) return undefined;
  const [loss] = losses.all;
  const optimizerConfig = describeOptimizer(optimizer);
  const lossName = loss === undefined ? undefined : nameOf(LOSSES, loss, serializeLoss);
  const metrics = identifiersOf(options.metrics).map(describeMetric);
  const isSaid =
    losses.isUnweighted &&
    identifiersOf(options.weightedMetrics).length === 0 &&
    metrics.every((metric) => metric !== undefined);
  if (!isSaid || optimizerConfig === undefined || lossName === undefined) return undefined;
  return { optimizer_config: optimizerConfig, loss: lossName, metrics };
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
 * @throws ValueError for what is unknown here.
 */
export function fromTrainingConfig(
  config: Config,
): CompileOptions & { readonly optimizer: Optimizer } {
  const { optimizer_config: optimizer, loss, metrics } = config;
  const [known] = [...LOSSES].find(([, name]) => name === loss) ?? [];
  const lossName = known ?? loss;
  if (lossName !== null && lossName !== undefined && typeof lossName !== 'string') {
    if (!isSerializedObject(lossName)) {
      throw new ValueError(`its loss is ${describeValue(loss)}; readable is one name.`);
    }
  }
  const list: readonly unknown[] = Array.isArray(metrics) ? metrics : [];
  const names = list.map((metric) => {
    if (typeof metric === 'string' || isSerializedObject(metric)) return metric;
    throw new ValueError(`one of its metrics is ${describeValue(metric)}; readable are names.`);
  });
  return { optimizer: readOptimizer(optimizer), loss: lossName ?? null, metrics: names };
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
