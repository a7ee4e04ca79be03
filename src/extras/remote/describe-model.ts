import { describeValue } from '../../config/describe-value.js';
import { isSerializedObject } from '../../config/index.js';
import type { SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Loss } from '../../nn/losses/loss.js';
import { FunctionLoss } from '../../nn/losses/function-loss.js';
import { serializeLoss } from '../../nn/losses/registry.js';
import { Metric } from '../../nn/metrics/metric.js';
import { MeanMetricWrapper } from '../../nn/metrics/mean-metric-wrapper.js';
import { serializeMetric } from '../../nn/metrics/registry.js';
import type { Compiled, CompileOptions } from '../../nn/training/compiled.js';
import { mapGiven } from '../../nn/training/output-metrics.js';
import { optimizersOf } from '../../nn/training/model-optimizers.js';
import { savedObjects } from '../../nn/saving/saved-layers.js';
import type { AnyModel } from '../../nn/models/model.js';
import { serializeOptimizer } from '../../nn/optimizers/registry.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type {
  WireCompile,
  WireIdentifier,
  WireKept,
  WireModel,
  WireOptimizer,
} from './protocol.js';

/**
 * A model without its weights, as another thread can make it again.
 *
 * @throws ValueError for what cannot travel, naming it: a `Lambda`, a function without a name.
 */
export function describeModel(model: AnyModel, compiled: Compiled | undefined): WireModel {
  return {
    model: model.toJSON(),
    compile: compiled === undefined ? null : describeCompiled(model, compiled),
    optimizers: optimizersOf(model).flatMap(({ optimizer, property, index = null }) => {
      if (property === undefined) return [];
      const isCompiled = optimizer === compiled?.optimizer;
      const described = isCompiled ? null : describeOptimizer(model, optimizer);
      return [{ property, index, optimizer: described }];
    }),
    // Maps are copied on their way: the layers keep what is theirs.
    kept: savedObjects(model).flatMap(({ path, keeping }) =>
      keeping === undefined ? [] : [{ path, assets: keeping.assets, arrays: keeping.storedArrays }],
    ),
  };
}

/** By which it is seen that a model has been changed: all but its weights and the learning rate. */
export interface Signature {
  /** What configs say. */
  readonly text: string;
  /** What layers keep, which may be large: the texts and arrays themselves, in their order. */
  readonly kept: readonly unknown[];
}

/** Whether two signatures are those of the same model. */
export function isSameSignature(a: Signature, b: Signature): boolean {
  return (
    a.text === b.text &&
    a.kept.length === b.kept.length &&
    // Layers replace the arrays that they keep, and never write into them.
    a.kept.every((each, i) => each === b.kept[i])
  );
}

/** The signature of a model that was described. */
export function signatureOf({ model, compile, optimizers, kept }: WireModel): Signature {
  // A number is part of the optimizer's state; a schedule is not.
  const withoutRate = ({ config, ...rest }: WireOptimizer): WireOptimizer => ({
    ...rest,
    config: typeof config['learning_rate'] === 'number' ? { ...config, learning_rate: 0 } : config,
  });
  const text = JSON.stringify([
    model,
    compile === null ? null : { ...compile, optimizer: withoutRate(compile.optimizer) },
    optimizers.map(({ optimizer, ...where }) => [where, optimizer && withoutRate(optimizer)]),
  ]);
  const ofLayer = ({ path, assets, arrays }: WireKept): unknown[] => {
    const data = [...arrays].flatMap(([name, array]) => [name, array.data]);
    return [path, ...[...assets].flat(), ...data];
  };
  return { text, kept: kept.flatMap(ofLayer) };
}

function describeCompiled(model: AnyModel, compiled: Compiled): WireCompile {
  const { options, optimizer } = compiled;
  const metrics = (given: CompileOptions['metrics']): WireCompile['metrics'] =>
    mapGiven(given, (metric) => describeIfGiven('metric', metric));
  return {
    optimizer: describeOptimizer(model, optimizer),
    loss: mapGiven(options.loss, (loss) => describeIfGiven('loss', loss)),
    metrics: metrics(options.metrics),
    weightedMetrics: metrics(options.weightedMetrics),
    lossWeights: options.lossWeights ?? null,
  };
}

function describeIfGiven(kind: string, identifier: unknown): WireIdentifier | null {
  return identifier === null || identifier === undefined
    ? null
    : describeIdentifier(kind, identifier);
}

function describeOptimizer(model: AnyModel, optimizer: Optimizer): WireOptimizer {
  const undecayed = [optimizer, ...Object.values(optimizer.inner)].map((each) => {
    const { variables = [], names = [] } = each.weightDecayExclusions;
    return { names, weights: variables.map((variable) => model.weights.indexOf(variable)) };
  });
  return { ...serializeOptimizer(optimizer), undecayed };
}

function describeIdentifier(kind: string, identifier: unknown): WireIdentifier {
  if (typeof identifier === 'string' || isSerializedObject(identifier)) return identifier;
  if (typeof identifier === 'function') return describeFunction(kind, identifier.name);
  if (identifier instanceof FunctionLoss) return describeFunction(kind, identifier.fn.name);
  // A metric made of a function; classes that are built on one have a config.
  if (identifier instanceof MeanMetricWrapper && identifier.constructor === MeanMetricWrapper) {
    return describeFunction(kind, identifier.fn.name);
  }
  if (identifier instanceof Loss) return describeObject(serializeLoss(identifier));
  if (identifier instanceof Metric) return describeObject(serializeMetric(identifier));
  throw new ValueError(
    `inWorker: ${describeValue(identifier)} is no ${kind} that can be sent to a worker.`,
  );
}

function describeObject({
  class_name,
  config,
  registered_name = null,
}: SerializedObject): SerializedObject {
  return { class_name, config, registered_name };
}

function describeFunction(kind: string, name: string): WireIdentifier {
  if (name !== '') return { function: name, isExported: true };
  throw new ValueError(
    `inWorker: the ${kind} is a function without a name, which cannot be sent to a worker. Export it by a name from ` +
      `a module, and give the module to inWorker: { modules: [url] }.`,
  );
}
