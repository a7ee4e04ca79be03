import { describeValue, printable } from '../../config/describe-value.js';
import {
  findCustomObject,
  isSerializedObject,
  registeredFunction,
  snakeCase,
} from '../../config/index.js';
import type { Config, Registry, SerializedObject } from '../../config/index.js';
import { isKerasFunction } from '../losses/keras-function.js';
import { ValueError } from '../../errors.js';
import { packByPorts, flattenByPorts } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import { Loss } from '../losses/loss.js';
import { FunctionLoss } from '../losses/function-loss.js';
import { getLoss, lossRegistry } from '../losses/registry.js';
import type { LossIdentifier, LossName } from '../losses/registry.js';
import { Metric } from '../metrics/metric.js';
import { MeanMetricWrapper } from '../metrics/mean-metric-wrapper.js';
import { getMetric, metricRegistry } from '../metrics/registry.js';
import type { MetricIdentifier, MetricName } from '../metrics/registry.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { getOptimizer } from '../optimizers/identifier.js';
import { optimizerRegistry } from '../optimizers/registry.js';
import type { Compiled, CompileOptions } from '../training/compiled.js';
import { isSingle, mapGiven } from '../training/output-metrics.js';
import type { MetricsLike } from '../training/output-metrics.js';
import { withoutWrapper } from './training-config.js';

// Keras's `compile_config`: the arguments of `compile`. Names stay names, objects become `{ class_name, config }`, a
// function `{ class_name: 'function', config: its name }`.

/** What was given to `compile`, as Keras writes it. */
export function serializeCompiled(compiled: Compiled): Config {
  const { metrics, weightedMetrics } = compiled.options;
  const { loss, lossWeights } = lossesForKeras(compiled);
  return {
    optimizer: optimizerRegistry.serialize(compiled.optimizer),
    loss: serializeGiven(loss),
    loss_weights: lossWeights,
    metrics: serializeGiven(metrics),
    weighted_metrics: serializeGiven(weightedMetrics),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: 'auto',
  };
}

/**
 * Losses and their factors as they were given, where Keras takes them so. It wants factors in the structure of the losses,
 * and in an object of losses for a list of outputs all of their names.
 */
function lossesForKeras({ options, losses, outputs }: Compiled): {
  readonly loss: CompileOptions['loss'];
  readonly lossWeights: unknown;
} {
  const { loss, lossWeights = null } = options;
  const isAlone = isSingle<GivenLoss>(loss);
  if (outputs === undefined || outputs.names.length === 1 || (isAlone && lossWeights === null)) {
    return { loss, lossWeights };
  }
  const perOutput = isAlone
    ? outputs.names.map(() => loss)
    : (flattenByPorts('save: loss', outputs, loss, {
        isComplete: false,
        isLeafValue: isSingle,
      }) as GivenLoss[]);
  const indices = outputIndices(loss, outputs);
  return {
    loss: mapGiven(indices, (index: number) => perOutput[index] ?? null),
    lossWeights:
      lossWeights === null ? null : mapGiven(indices, (index: number) => losses.weightOf(index)),
  };
}

type GivenLoss = LossIdentifier | null | undefined;

/** The structure of the losses in a form that Keras takes, with the positions of the outputs in it. */
function outputIndices(loss: CompileOptions['loss'], outputs: Ports): unknown {
  const ofOutputs = packByPorts(
    outputs,
    outputs.names.map((_, index) => index),
  );
  if (isSingle(loss)) return ofOutputs;
  const marks = mapGiven(loss, () => Symbol());
  const leaves = flattenByPorts('save: loss', outputs, marks, { isComplete: false });
  const isNamed = !Array.isArray(loss) && Array.isArray(outputs.structure);
  if (isNamed && leaves.includes(undefined)) return ofOutputs;
  return mapGiven(marks, (mark: symbol) => leaves.indexOf(mark));
}

/** A loss or a metric, or the list or object of them that was given for several outputs. */
function serializeGiven(given: CompileOptions['metrics'] | CompileOptions['loss']): unknown {
  return mapGiven(given, (identifier: LossIdentifier | MetricIdentifier | null | undefined) =>
    identifier === null || identifier === undefined ? null : serialize(identifier),
  );
}

function serialize(identifier: LossIdentifier | MetricIdentifier): unknown {
  // `'meanSquaredError'` is how it may be said here.
  if (typeof identifier === 'string') return snakeCase(identifier);
  if (typeof identifier === 'function') return serializeFunction(identifier);
  if (identifier instanceof FunctionLoss) return serializeFunction(identifier.fn);
  if (identifier instanceof Loss) return lossRegistry.serialize(identifier);
  if (!(identifier instanceof Metric)) return identifier;
  const isWrapper = identifier.constructor === MeanMetricWrapper;
  return isWrapper
    ? serializeFunction((identifier as MeanMetricWrapper).fn)
    : metricRegistry.serialize(identifier);
}

/** A function of Keras's by Keras's name for it, another by its own. */
function serializeFunction(f: { readonly name: string }): SerializedObject {
  const registered = registeredFunction(f);
  if (registered !== undefined) return registered as unknown as SerializedObject;
  const isKeras = isKerasFunction(f);
  const name = isKeras ? snakeCase(f.name) : f.name || 'anonymous';
  return {
    module: isKeras ? 'builtins' : null,
    class_name: 'function',
    config: name as unknown as Config,
    registered_name: isKeras ? 'function' : name,
  };
}

/**
 * The arguments of `compile` that a file's `compile_config` stands for.
 *
 * @throws ValueError for names that are not known here.
 */
export function parseCompileConfig(
  config: Config,
): CompileOptions & { readonly optimizer: Optimizer } {
  const { optimizer, loss, metrics, weighted_metrics: weighted, loss_weights: weights } = config;
  const made = readOptimizer(optimizer);
  try {
    return {
      optimizer: made,
      loss: mapGiven(loss, (one) => readLoss(one)),
      lossWeights: (weights ?? null) as CompileOptions['lossWeights'] & {},
      metrics: readMetrics(metrics),
      weightedMetrics: readMetrics(weighted),
    };
  } catch (error) {
    made.dispose();
    throw error;
  }
}

/** Metrics as they were given, null for none; a metric alone is a list of one. */
function readMetrics(value: unknown): MetricsLike {
  if (value === null || value === undefined) return null;
  const metrics = mapGiven(value, (metric) =>
    metric === null || metric === undefined ? null : readMetric(metric),
  );
  return isSingle(metrics) ? [metrics] : metrics;
}

function readOptimizer(value: unknown): Optimizer {
  if (isSerializedObject(value) || typeof value === 'string') {
    requireKnown(value, optimizerRegistry);
    return getOptimizer(value);
  }
  throw new ValueError('it has no optimizer.');
}

function readLoss(value: unknown): LossIdentifier | null {
  if (value === null || value === undefined) return null;
  if (!isSerializedObject(value) && typeof value !== 'string') {
    throw new ValueError(`its loss is ${describeValue(value)}.`);
  }
  requireKnown(value, lossRegistry);
  // A name of Keras's stays a name, so that it is written as one again.
  const isName = typeof value === 'string' && findCustomObject(value) === undefined;
  return isName ? (value as LossName) : getLoss(value);
}

function readMetric(given: unknown): MetricIdentifier {
  const value = withoutWrapper(given);
  if (!isSerializedObject(value) && typeof value !== 'string') {
    throw new ValueError(`one of its metrics is ${describeValue(value)}.`);
  }
  const custom = findCustomObject(value) as { readonly prototype?: unknown } | undefined;
  if (custom !== undefined) {
    return custom.prototype instanceof Loss ? getLoss(value) : getMetric(value);
  }
  if (typeof value === 'string') {
    requireKnown(value, metricRegistry);
    return value as MetricName;
  }
  const { name, isFunction } = nameOf(value);
  const isMetric = isRegistered(metricRegistry, value);
  if (isFunction && isMetric) return getMetric(name);
  // A loss may stand for a metric. Legacy files do not say which of the two they mean.
  const isLoss = !isMetric && isRegistered(lossRegistry, value);
  if (isLoss || /^keras\.(src\.)?losses/.test(value.module ?? '')) {
    return readLoss(value) as MetricIdentifier;
  }
  requireKnown(value, metricRegistry);
  return getMetric(value);
}

/** @throws ValueError for a name that is not known, saying what to do. */
function requireKnown<T extends Loss | Metric | Optimizer>(
  value: string | SerializedObject,
  registry: Registry<T>,
): void {
  const { name, isFunction } = nameOf(value);
  const isAbbreviation = ['accuracy', 'acc', 'crossentropy', 'ce'].includes(name);
  if (isAbbreviation || isRegistered(registry, value)) return;
  const { kind, module } = registry.of;
  const full = typeof value === 'string' ? name : (value.registered_name ?? name);
  const register = `${module.replace('keras.', '')}.register(${name})`;
  throw new ValueError(
    `${kind} ${describeValue(isFunction ? name : full)} is not known here; give it with the option customObjects: { ${printable(name)} }` +
      `${isFunction ? '' : `, or make the class known: ${printable(register)}`}.`,
  );
}

/** Whether the registry knows what the file means: a class of Keras's, or a class of a user's. A function has no class. */
function isRegistered<T extends Loss | Metric | Optimizer>(
  registry: Registry<T>,
  value: string | SerializedObject,
): boolean {
  const { name, isFunction } = nameOf(value);
  if (findCustomObject(value) !== undefined) return true;
  const isForeign = typeof value !== 'string' && !isOfKeras(value);
  return !(isForeign && isFunction) && registry.has(name, isForeign);
}

function nameOf(value: string | SerializedObject): { name: string; isFunction: boolean } {
  if (typeof value === 'string') return { name: value, isFunction: false };
  const { class_name: name, config } = value as { class_name: string; config: unknown };
  const isFunction = name === 'function' && typeof config === 'string';
  return { name: isFunction ? config : name, isFunction };
}

/** A class or function of Keras's; old files do not say, and of a function the name is all that counts. */
function isOfKeras({ module, class_name: name }: SerializedObject): boolean {
  if (module === undefined) return true;
  return (
    module !== null && (/^keras\b/.test(module) || (module === 'builtins' && name === 'function'))
  );
}
