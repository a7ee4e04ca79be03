import { ValueError } from '../../errors.js';
import { isSerializedObject } from '../../config/index.js';
import type { KerasClass, SerializedObject } from '../../config/index.js';
import { registerLayer } from '../../nn/layers/registry.js';
import { Layer } from '../../nn/layers/core/layer.js';
import type { LayerClass } from '../../nn/layers/registry.js';
import { Loss } from '../../nn/losses/loss.js';
import { lossRegistry } from '../../nn/losses/registry.js';
import { Metric } from '../../nn/metrics/metric.js';
import { metricRegistry } from '../../nn/metrics/registry.js';
import { modelFromJSON } from '../../nn/saving/load-model.js';
import { savedObjects } from '../../nn/saving/saved-layers.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { CompileOptions } from '../../nn/training/compiled.js';
import { isSingle, mapGiven } from '../../nn/training/output-metrics.js';
import { Optimizer } from '../../nn/optimizers/optimizer.js';
import { getOptimizer } from '../../nn/optimizers/identifier.js';
import { optimizerRegistry } from '../../nn/optimizers/registry.js';
import type { Tensor } from '../../engine/tensor/index.js';
import type {
  WireCompile,
  WireFunction,
  WireIdentifier,
  WireKept,
  WireModel,
  WireOptimizer,
  WireProperty,
} from './protocol.js';

type ExportedFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Classes and functions of the user's that modules have brought into the worker. */
export class UserExports {
  readonly #functions = new Map<string, ExportedFunction>();

  /** Functions by name, for configs of layers. */
  get functions(): Readonly<Record<string, ExportedFunction>> {
    return Object.fromEntries(this.#functions);
  }

  /** Makes known what a module exports: layers, losses, metrics, optimizers by class, and functions by name. */
  add(exported: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function') continue;
      const { prototype } = value as { readonly prototype?: unknown };
      if (prototype instanceof Layer) registerLayer(value as unknown as LayerClass);
      else if (prototype instanceof Loss) lossRegistry.register(asClass(value));
      else if (prototype instanceof Metric) metricRegistry.register(asClass(value));
      else if (prototype instanceof Optimizer) optimizerRegistry.register(asClass(value));
      else {
        this.#functions.set(name, value as ExportedFunction);
        if (value.name !== '') this.#functions.set(value.name, value as ExportedFunction);
      }
    }
  }

  /** The part of a compile option that was described. @throws ValueError for a function that no module exports. */
  resolve(kind: string, identifier: WireIdentifier): string | SerializedObject | ExportedFunction {
    if (typeof identifier === 'string' || isSerializedObject(identifier)) return identifier;
    const found = this.#functions.get(identifier.function);
    if (found !== undefined) return found;
    throw new ValueError(
      `inWorker: the ${kind} '${identifier.function}' is a function, which cannot be sent to a worker. Export it from a ` +
        `module, and give the module to inWorker: { modules: [url] }.`,
    );
  }
}

function asClass<T>(value: unknown): KerasClass<T> {
  return value as KerasClass<T>;
}

/** Whether a value is one loss or metric, not a structure of them. */
const isWireIdentifier = (value: unknown): value is WireIdentifier | null =>
  isSingle(value) || isFunction(value);

const isFunction = (value: unknown): value is WireFunction =>
  (value as WireFunction | null | undefined)?.isExported === true;

/**
 * The model that `describeModel` has described, with new weights.
 *
 * @throws ValueError for classes and functions that are not known here.
 */
export function makeModel(
  { model: json, compile, optimizers, kept }: WireModel,
  userExports: UserExports,
): AnyModel {
  const model = modelFromJSON(json, { customObjects: userExports.functions });
  try {
    restoreKept(model, kept);
    if (compile !== null) compileModel(model, compile, userExports);
    for (const described of optimizers) setProperty(model, described);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Gives layers the vocabularies that they have learned in the other thread. */
function restoreKept(model: AnyModel, kept: readonly WireKept[]): void {
  const layers = new Map(savedObjects(model).map(({ path, keeping }) => [path, keeping]));
  for (const { path, assets, arrays } of kept) layers.get(path)?.restore(assets, arrays);
}

function compileModel(model: AnyModel, compile: WireCompile, userExports: UserExports): void {
  const { optimizer, loss, metrics, weightedMetrics, lossWeights } = compile;
  const resolve =
    (kind: string) =>
    (identifier: WireIdentifier | null): ReturnType<UserExports['resolve']> | null =>
      identifier === null ? null : userExports.resolve(kind, identifier);
  // The thread that sends names has looked them up.
  const metricsOf = (given: WireCompile['metrics']): CompileOptions['metrics'] =>
    mapGiven(given, resolve('metric'), isWireIdentifier) as CompileOptions['metrics'];
  model.compile({
    optimizer: makeOptimizer(model, optimizer),
    loss: mapGiven(loss, resolve('loss'), isWireIdentifier) as NonNullable<CompileOptions['loss']>,
    metrics: metricsOf(metrics),
    weightedMetrics: metricsOf(weightedMetrics),
    lossWeights,
  });
}

function makeOptimizer(model: AnyModel, { undecayed, ...described }: WireOptimizer): Optimizer {
  const optimizer = getOptimizer(described);
  [optimizer, ...Object.values(optimizer.inner)].forEach((each, i) => {
    const { names = [], weights = [] } = undecayed[i] ?? {};
    const variables = model.weights.filter((_, index) => weights.includes(index));
    if (names.length + variables.length > 0) each.excludeFromWeightDecay({ variables, names });
  });
  return optimizer;
}

/** Puts an optimizer into its property, in place of the one that the class has made there. */
function setProperty(model: AnyModel, { property, index, optimizer }: WireProperty): void {
  const properties = model as unknown as Record<string, unknown>;
  const made = optimizer === null ? model.optimizer : makeOptimizer(model, optimizer);
  if (index !== null && !Array.isArray(properties[property])) properties[property] = [];
  const holder = index === null ? properties : (properties[property] as Record<number, unknown>);
  const key = index ?? property;
  const old = (holder as Record<string, unknown>)[key];
  if (old instanceof Optimizer && old !== model.optimizer) old.dispose();
  (holder as Record<string, unknown>)[key] = made;
}
