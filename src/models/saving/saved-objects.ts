import { snakeCase } from '../../config/index.js';
import { Layer } from '../../layers/layer.js';
import { classNameOf } from '../../config/class-name.js';
import type { Variable } from '../../tensor/index.js';

/** Something whose own variables lie in a group of their own in Keras's files. */
export interface SavedObject {
  /** `layers/dense`; empty for the model. */
  readonly path: string;
  readonly name: string;
  readonly variables: readonly Variable[];
}

/** Classes of models that are others here: a Functional model that is a chain is read as a Sequential. */
const classesInFiles = new WeakMap<Layer, string>();

/** Remembers of which class a model is in the file that it was read from. */
export function readAs(layer: Layer, className: string | undefined): void {
  if (className !== undefined) classesInFiles.set(layer, className);
}

/**
 * The model and all layers in it, each once, under the paths that Keras gives them: `layers/<class>` with a number
 * from the second of a class on; the layers that a layer holds in its properties under the property's name.
 *
 * @param asRead whether models inside count as what they are in the file that they were read from
 */
export function savedObjects(model: Layer, asRead = false): SavedObject[] {
  const found: Found = { objects: new Map(), asRead };
  visit(model, '', found);
  return [...found.objects.values()];
}

interface Found {
  readonly objects: Map<Layer, SavedObject>;
  readonly asRead: boolean;
}

function visit(layer: Layer, path: string, found: Found): void {
  if (found.objects.has(layer)) return;
  found.objects.set(layer, { path, name: layer.name, variables: layer.ownWeights });
  const inside = path === '' ? '' : `${path}/`;
  if ('layers' in layer) visitAll(layer.layers, `${inside}layers`, found);
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
    if (item instanceof Layer) {
      const known = found.asRead ? classesInFiles.get(item) : undefined;
      visit(item, unique(snakeCase((known ?? classNameOf(item)).replace(/\W/g, ''))), found);
    } else if (Array.isArray(item)) visitAll(item, unique('container'), found);
  }
}
