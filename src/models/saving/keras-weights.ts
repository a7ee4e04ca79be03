import { pythonNameOf, snakeCase } from '../../config/index.js';
import { OPTIMIZER } from '../../formats/keras/file.js';
import type { KerasFile } from '../../formats/keras/file.js';
import { encodeKerasWeights } from '../../formats/keras/weights.js';
import type { KerasObject, WrittenObject } from '../../formats/keras/weights.js';
import { Layer } from '../../layers/index.js';
import type { AnyLayer } from '../../layers/index.js';
import { OperationLayer } from '../../layers/operation-layer.js';
import { optimizersOf } from '../model-optimizers.js';
import type { Optimizer } from '../../optimizers/index.js';
import { sameShape } from '../../tensor/index.js';
import type { Variable } from '../../tensor/index.js';
import type { CompilableModel } from '../compilable-model.js';
import { Model } from '../model.js';
import { Sequential } from '../sequential.js';
import { arraysOf } from './keras-quantized.js';
import type { KerasForm } from './keras-quantized.js';
import { matchObjects } from './match.js';
import type { Assignment, MatchOptions, SavedObject } from './match.js';

/**
 * The model's weights, and the state of its optimizers, as a `.weights.h5` file, in pieces.
 *
 * @param quantized weights that are written as they are stored; default: all are float32
 */
export function encodeModelWeights(
  owner: string,
  model: CompilableModel,
  includeOptimizer: boolean,
  quantized: ReadonlyMap<Variable, KerasForm> = new Map(),
): Uint8Array<ArrayBuffer>[] {
  const objects: SavedObject[] = savedObjects(model);
  if (includeOptimizer) {
    for (const { path, optimizer } of optimizersOf(model)) {
      objects.push({ path, name: optimizer.name, variables: optimizer.variables });
    }
  }
  const arrays = objects.map(({ path, name, variables }): WrittenObject => {
    return { path, name, arrays: arraysOf(variables, quantized) };
  });
  return encodeKerasWeights(owner, arrays);
}

/**
 * Finds the model's weights in a `.weights.h5` file, in a legacy `.h5` file or in a `.keras` file; and the states of
 * the optimizers, where they are the model's: those of a model that was trained, or loaded, with such optimizers.
 */
export function matchModelWeights(
  model: CompilableModel,
  file: KerasFile,
  label: string,
  options: MatchOptions,
): Assignment[] {
  const found = matchLayers(model, file, label, options);
  if (file.format === 'legacy' || options.byName) return found;
  const states = optimizersOf(model).flatMap(({ path, optimizer }) =>
    optimizer.isBuilt ? matchOptimizer(optimizer, stateAt(file, path)) : [],
  );
  return [...found, ...states];
}

/** Finds the weights of the model and its layers. */
export function matchLayers(
  model: CompilableModel,
  file: KerasFile,
  label: string,
  options: MatchOptions,
): Assignment[] {
  const objects = objectsIn(file, model);
  const paths = new Set(objects.map(({ path }) => path));
  const optimizers = new Set(optimizersOf(model).map(({ path }) => path));
  // Also an optimizer that only the file has, as that of a model inside of the model.
  const isLayer = ([path, { arrays }]: readonly [string, KerasObject]): boolean =>
    file.format === 'legacy' || paths.has(path) || !(optimizers.has(path) || isState(arrays));
  const layers = new Map([...file.objects].filter(isLayer));
  return matchObjects(label, layers, objects, options);
}

/** Whether arrays are the state of an optimizer, which begins with the number of steps. */
function isState([iteration]: KerasObject['arrays']): boolean {
  return iteration?.dtype === 'int32' && iteration.shape.length === 0;
}

/** The state of the optimizer at a path of a file; empty if it has none. */
export function stateAt({ objects, optimizer }: KerasFile, path: string): KerasObject['arrays'] {
  return (path === OPTIMIZER ? optimizer : objects.get(path))?.arrays ?? [];
}

/** The model's layers under the paths that the file has for them. */
function objectsIn({ format, objects }: KerasFile, model: CompilableModel): SavedObject[] {
  return format === 'legacy' ? legacyObjects(model, objects) : savedObjects(model);
}

/** The state of an optimizer; empty if it is not that optimizer's. */
export function matchOptimizer(
  { variables }: Optimizer,
  arrays: KerasObject['arrays'],
): Assignment[] {
  const found = variables.flatMap((variable, i) => {
    const array = arrays[i];
    const fits =
      array !== undefined &&
      sameShape(array.shape, variable.shape) &&
      array.dtype === variable.dtype;
    return fits ? [[variable, array] as const] : [];
  });
  return found.length === variables.length && arrays.length === variables.length ? found : [];
}

/**
 * The layers that have weights, as legacy files count them, their weights in the order of these files. If the file has the
 * same names, they count: it may list the layers of a graph in another order.
 */
function legacyObjects(model: CompilableModel, objects: KerasFile['objects']): SavedObject[] {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const places = new Map(Array.from(objects.values(), ({ name, path }) => [name, path] as const));
  const isSame = places.size === layers.length && layers.every(({ name }) => places.has(name));
  return layers.map((layer, i) => ({
    path: (isSame ? places.get(layer.name) : undefined) ?? String(i),
    name: layer.name,
    variables: [...layer.trainableWeights, ...layer.nonTrainableWeights],
  }));
}

/**
 * The model and all layers in it, each once, under the paths that Keras gives them: `layers/<class>` with a number
 * from the second of a class on; the layers that a layer holds in its properties under the property's name.
 */
export function savedObjects(model: AnyLayer): SavedObject[] {
  return [...savedLayers(model).values()];
}

/** The same by layers. */
export function savedLayers(model: AnyLayer): ReadonlyMap<AnyLayer, SavedObject> {
  const found: Found = new Map();
  visit(model, '', found);
  return found;
}

type Found = Map<AnyLayer, SavedObject>;

function visit(layer: AnyLayer, path: string, found: Found): void {
  if (found.has(layer)) return;
  found.set(layer, { path, name: layer.name, variables: layer.ownWeights });
  const inside = path === '' ? '' : `${path}/`;
  // A model that computes in call() has its layers in properties alone.
  const isStack =
    layer instanceof Sequential || (layer instanceof Model && layer.graph !== undefined);
  if (isStack) visitAll(layer.layers, `${inside}layers`, found);
  // Private properties come last.
  const key = (name: string): string => (name.startsWith('_') ? `~${name}` : name);
  const properties = Object.entries(layer).sort(([a], [b]) => (key(a) < key(b) ? -1 : 1));
  for (const [name, value] of properties as (readonly [string, unknown])[]) {
    if (value instanceof Layer) visit(value, inside + snakeCase(name), found);
    else visitAll(value, inside + snakeCase(name), found);
  }
}

function visitAll(items: unknown, path: string, found: Found): void {
  if (!Array.isArray(items)) return;
  const counts = new Map<string, number>();
  const unique = (name: string): string => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${path}/${count === 0 ? name : `${name}_${count}`}`;
  };
  for (const item of items as unknown[]) {
    // Operations have nothing to save.
    if (item instanceof OperationLayer) continue;
    if (item instanceof Layer) {
      visit(item, unique(snakeCase(pythonNameOf(item).replace(/\W/g, ''))), found);
    } else if (Array.isArray(item)) visitAll(item, unique('container'), found);
  }
}
