import { snakeCase } from '../../config/index.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { namesInList } from '../optimizers/names-in-list.js';
import type { CompilableModel } from './compilable-model.js';

/** An optimizer of a model, and where it is. */
export interface ModelOptimizer {
  readonly optimizer: Optimizer;
  /**
   * Where Keras's files have its state: `optimizer` that of `compile`, `generator_optimizer` that of the property
   * `generatorOptimizer`, `others/adam`, `others/adam_1` those of a list.
   */
  readonly path: string;
  /** The property that holds it; undefined for the optimizer of `compile`. */
  readonly property: string | undefined;
  /** The place in the list that the property holds; undefined where it holds the optimizer itself. */
  readonly index: number | undefined;
}

/**
 * The optimizers of a model, each once, in Keras's order: that of `compile`, and those that a subclass holds in its
 * properties, alone or in lists.
 */
export function optimizersOf(model: CompilableModel): ModelOptimizer[] {
  const found = new Map<Optimizer, ModelOptimizer>();
  const add = (value: unknown, path: string, property?: string, index?: number): void => {
    if (!(value instanceof Optimizer) || found.has(value)) return;
    found.set(value, { optimizer: value, path, property, index });
  };
  const properties = (Object.entries(model) as (readonly [string, unknown])[]).map(
    ([property, value]) => ({ name: snakeCase(property), property, value }),
  );
  // Private properties come last.
  const key = (name: string): string => (name.startsWith('_') ? `~${name}` : name);
  const all: readonly { name: string; property?: string; value: unknown }[] = [
    { name: 'optimizer', value: model.optimizer },
    ...properties,
  ];
  for (const { name, property, value } of all.toSorted((a, b) =>
    key(a.name) < key(b.name) ? -1 : 1,
  )) {
    add(value, name, property);
    if (!Array.isArray(value)) continue;
    namesInList(value).forEach((type, index) => {
      if (type !== undefined) add(value[index], `${name}/${type}`, property, index);
    });
  }
  return [...found.values()];
}

/** The positions of the weights that an optimizer is built for; null before. */
export function targetIndices(
  model: CompilableModel,
  { optimizer }: ModelOptimizer,
): number[] | null {
  if (!optimizer.isBuilt) return null;
  const indices = new Map(model.weights.map((weight, index) => [weight, index]));
  return optimizer.targets.map((variable) => indices.get(variable) ?? -1);
}
