import { isPlainObject, pythonNameOf, snakeCase } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isKeeping } from '../layers/core/keeping.js';
import { Layer } from '../layers/core/layer.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { OperationLayer } from '../layers/operation-layer.js';
import { Model } from '../models/model.js';
import { Sequential } from '../models/sequential.js';
import type { SavedObject } from './match.js';
import type { Variable } from '../../engine/tensor/index.js';

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

/**
 * Throws if a layer has to store more than its config and weights, such as a learned vocabulary, where only these can
 * be stored.
 *
 * @param reason what this means, and what to do
 * @throws ValueError naming the layer.
 */
export function requireNoAssets(owner: string, model: AnyLayer, reason: string): void {
  for (const { name, keeping } of savedObjects(model)) {
    const [asset] = keeping?.assets.keys() ?? [];
    if (asset === undefined) continue;
    throw new ValueError(`${owner}: layer '${name}' keeps ${asset}, ${reason}`);
  }
}

/** The weights of a layer, apart from layers inside, that Keras's files have: what LoRA has learned is a part of the kernel. */
export function savedWeights({ ownWeights, adapter }: AnyLayer): readonly Variable[] {
  return ownWeights.filter((weight) => weight !== adapter?.a && weight !== adapter?.b);
}

type Found = Map<AnyLayer, SavedObject>;

function visit(layer: AnyLayer, path: string, found: Found): void {
  if (found.has(layer)) return;
  const keeping = isKeeping(layer) ? layer : undefined;
  const { name, adapter } = layer;
  found.set(layer, { path, name, variables: savedWeights(layer), adapter, keeping });
  const inside = path === '' ? '' : `${path}/`;
  // A model that computes in call() has its layers in properties alone.
  const isStack =
    layer instanceof Sequential || (layer instanceof Model && layer.graph !== undefined);
  if (isStack) visitAll(layer.layers, `${inside}layers`, found);
  // Private properties come last.
  const key = (name: string): string => (name.startsWith('_') ? `~${name}` : name);
  const properties = Object.entries(layer).sort(([a], [b]) => (key(a) < key(b) ? -1 : 1));
  const own = new Set(layer.subLayers());
  for (const [name, value] of properties as (readonly [string, unknown])[]) {
    if (value instanceof Layer) visit(value, inside + snakeCase(name), found);
    else if (Array.isArray(value)) visitAll(value, inside + snakeCase(name), found);
    else if (isPlainObject(value)) {
      // An object of layers is saved if the layer says that these are its layers.
      const layers = Object.values(value).filter((one) => own.has(one as AnyLayer));
      visitAll(layers, inside + snakeCase(name), found);
    }
  }
}

function visitAll(items: readonly unknown[], path: string, found: Found): void {
  const counts = new Map<string, number>();
  const unique = (name: string): string => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${path}/${count === 0 ? name : `${name}_${count}`}`;
  };
  for (const item of items) {
    // Operations have nothing to save.
    if (item instanceof OperationLayer) continue;
    if (item instanceof Layer) {
      visit(item, unique(snakeCase(pythonNameOf(item).replace(/\W/g, ''))), found);
    } else if (Array.isArray(item)) visitAll(item, unique('container'), found);
  }
}
