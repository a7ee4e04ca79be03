import { naming } from '../../config/index.js';
import { OPTIMIZER } from '../../files/formats/keras/file.js';
import type { FileArray } from '../../files/formats/elements.js';
import type { KerasFile } from '../../files/formats/keras/file.js';
import { encodeKerasWeights } from '../../files/formats/keras/weights.js';
import { isKeras2 } from '../../files/formats/tfjs/dialect.js';
import type { KerasObject, WrittenObject } from '../../files/formats/keras/weights.js';
import { optimizersOf } from '../training/model-optimizers.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { sameShape } from '../../engine/tensor/index.js';
import type { Variable } from '../../engine/tensor/index.js';
import type { CompilableModel } from '../training/compilable-model.js';
import { arraysOf } from './keras-quantized.js';
import type { KerasForm } from './keras-quantized.js';
import { layerNamed, matchObjects } from './match.js';
import type { Assignment, MatchOptions, SavedObject } from './match.js';
import { savedObjects } from './saved-layers.js';

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
      objects.push(stateOf(path, optimizer));
      // Their state is part of that above. Keras writes the state twice, and warns of a file without it.
      for (const [below, each] of Object.entries(optimizer.inner)) {
        objects.push(stateOf(`${path}/${below}`, each));
      }
    }
  }
  const arrays = objects.map((object) => writtenObject(object, quantized));
  return encodeKerasWeights(owner, arrays);
}

const stateOf = (path: string, { name, variables }: Optimizer): SavedObject => ({
  path,
  name,
  variables,
});

/** What a file holds of a layer or an optimizer. */
export function writtenObject(
  object: SavedObject,
  quantized: ReadonlyMap<Variable, KerasForm> = new Map(),
): WrittenObject {
  const { path, name, keeping } = object;
  const stored = keeping?.storedArrays ?? new Map<string, FileArray>();
  return { path, name, arrays: arraysOf(object, quantized), stored };
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
    optimizer.isBuilt ? matchOptimizer(optimizer, file, path) : [],
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
  const optimizers = new Set(
    optimizersOf(model).flatMap(({ path, optimizer }) => [
      path,
      ...Object.keys(optimizer.inner).map((below) => `${path}/${below}`),
    ]),
  );
  // Also an optimizer that only the file has, as that of a model inside of the model; and what metrics have gathered, which
  // Keras 2 writes, as all, without a name.
  const isLayer = ([path, { arrays, name }]: readonly [string, KerasObject]): boolean =>
    file.format === 'legacy' ||
    paths.has(path) ||
    !(
      optimizers.has(path) ||
      isState(arrays) ||
      (name === undefined && path.startsWith('metrics/'))
    );
  const layers = new Map([...file.objects].filter(isLayer));
  return matchObjects(label, layers, objects, options);
}

/** Whether arrays are the state of an optimizer, which begins with the number of steps. */
function isState([iteration]: KerasObject['arrays']): boolean {
  return iteration?.dtype === 'int32' && iteration.shape.length === 0;
}

/** The state of the optimizer at a path of a file; empty if it has none. */
export function stateAt(file: KerasFile, path: string): KerasObject['arrays'] {
  return objectOf(file, path)?.arrays ?? [];
}

const objectOf = ({ objects, optimizer }: KerasFile, path: string): KerasObject | undefined =>
  path === OPTIMIZER ? optimizer : objects.get(path);

/** The model's layers under the paths that the file has for them. */
function objectsIn({ format, objects }: KerasFile, model: CompilableModel): SavedObject[] {
  return format === 'legacy' ? legacyObjects(model, objects) : savedObjects(model);
}

/** The state of an optimizer; empty if what stands at its path is not that optimizer's. */
export function matchOptimizer(optimizer: Optimizer, file: KerasFile, path: string): Assignment[] {
  const { arrays = [], arrayNames = [] } = objectOf(file, path) ?? {};
  const [variables, given] = isKeras2(file.version)
    ? stateOfKeras2(optimizer, arrays, arrayNames)
    : [optimizer.variables, arrays];
  const found = variables.flatMap((variable, i) => {
    const array = given[i];
    const fits =
      array !== undefined &&
      sameShape(array.shape, variable.shape) &&
      array.dtype === variable.dtype;
    return fits ? [[variable, array] as const] : [];
  });
  return found.length === variables.length && given.length === variables.length ? found : [];
}

/**
 * The variables and arrays of an optimizer in the order of Keras 2, which has the learning rate in the config alone. Before
 * TensorFlow 2.11, and in `optimizers.legacy`, all slots of a name stand side by side.
 */
function stateOfKeras2(
  { variables, slots }: Optimizer,
  arrays: KerasObject['arrays'],
  names: readonly string[],
): readonly [variables: readonly Variable[], arrays: KerasObject['arrays']] {
  const own = variables.filter(({ name }) => name !== 'learning_rate');
  const [first = 'iteration:0'] = names;
  // Ftrl never did so.
  const isBySlot = first !== 'iteration:0' && !slots.has('linear');
  const inSlots = [...slots.values()].flat();
  const others = new Set(inSlots);
  const order = isBySlot ? [...own.filter((each) => !others.has(each)), ...inSlots] : own;
  const surplus = arrays.slice(order.length);
  // SGD without momentum saved slots that it does not use; Adam without amsgrad saved placeholders of one number.
  const isUnused =
    order.length === 1 ||
    (surplus.length === [...slots.values()][0]?.length &&
      surplus.every(({ shape }) => sameShape(shape, [1])));
  return [order, isUnused ? arrays.slice(0, order.length) : arrays];
}

/**
 * The layers that have weights, as legacy files count them, their weights in the order of these files. If the file has the
 * same names, they count: it may list the layers of a graph in another order.
 */
function legacyObjects(model: CompilableModel, objects: KerasFile['objects']): SavedObject[] {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const paths = new Map(Array.from(objects.values(), ({ name, path }) => [name, path] as const));
  const isSame = paths.size === layers.length && layers.every(({ name }) => paths.has(name));
  return layers.map((layer, i) => ({
    path: (isSame ? paths.get(layer.name) : undefined) ?? String(i),
    name: layer.name,
    variables: [...layer.trainableWeights, ...layer.nonTrainableWeights],
  }));
}

/** The texts that layers keep, of a model or of one layer, by the paths of the layers and the names of the texts. */
export function assetsOf(model: AnyLayer): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { path, keeping } of savedObjects(model)) {
    for (const [name, text] of keeping?.assets ?? []) texts.set(`${path}/${name}`, text);
  }
  return texts;
}

/**
 * What gives layers the arrays that a file keeps of them in addition to weights.
 *
 * @throws what a layer throws for arrays that are not those of its vocabulary.
 */
export function matchStored(
  model: CompilableModel,
  { format, objects }: KerasFile,
  label: string,
  { byName, skipMismatch }: MatchOptions,
): (() => void)[] {
  // Legacy files have no place for more than weights.
  if (format === 'legacy') return [];
  const storing = [...objects.values()].filter(({ stored }) => (stored?.size ?? 0) > 0);
  return savedObjects(model).flatMap((object) => {
    const { keeping, path } = object;
    if (keeping === undefined) return [];
    const found = byName ? layerNamed(label, storing, object) : objects.get(path);
    if (byName && found === undefined) return [];
    const stored = found?.stored ?? new Map<string, FileArray>();
    return [naming(label, () => keeping.prepareLoad(stored, skipMismatch))];
  });
}

/** Gives layers what a file keeps of them in addition to weights. @throws what a layer throws for what it has not written. */
export function restoreStored(model: AnyLayer, file: KerasFile): void {
  // Legacy files have no place for more than weights.
  if (file.format !== 'keras') return;
  for (const { path, keeping } of savedObjects(model)) {
    if (keeping === undefined) continue;
    const start = `${path}/`;
    const texts = [...file.assets].flatMap(([name, text]) =>
      name.startsWith(start) ? [[name.slice(start.length), text] as const] : [],
    );
    keeping.restore(new Map(texts), file.objects.get(path)?.stored ?? new Map<string, FileArray>());
  }
}
