// What a captured step depends on apart from tensors, and whether all of it is what it was.
import { Layer } from '../layers/core/layer.js';
import { Loss } from '../losses/loss.js';
import { Metric } from '../metrics/metric.js';
import { Regularizer } from '../regularizers/regularizer.js';
import { methodsBelow } from './purity.js';
import type { MethodThen } from './purity.js';

type Watched = Readonly<Record<string, unknown>>;

/** A layer or a weight: whether it is trained, and what a weight costs. */
interface Trainable {
  readonly trainable: boolean;
  readonly regularizer?: unknown;
}

/** What takes part in a step that computes a loss, apart from the layers. */
export interface Trainer {
  readonly losses: readonly object[];
  /** Metrics whose sums the step computes. */
  readonly measures: readonly object[];
  /** All metrics: their methods say which of them take in what. */
  readonly metrics: readonly object[];
  /** What gets the gradients, in a step of training: an optimizer and those inside of it. */
  readonly optimizers: readonly object[];
}

/** What a step depends on. */
interface Dependencies extends Trainer {
  readonly model: object;
  /** The model and all layers inside. */
  readonly layers: readonly object[];
  /** The regularizers of weights. */
  readonly penalties: readonly object[];
  /** Layers and weights, of a step that computes a loss. */
  readonly trainable: readonly Trainable[];
}

/** Models have many methods, of which a step calls those that a guard of the model looks at. */
const isNetwork = (layer: object): boolean => 'predictStep' in layer;

/**
 * Remembers objects as they are: their properties, the methods of base classes that steps call, which a patched class has or a spy
 * hides, and all methods of the classes below, which are few.
 *
 * `holds` is asked at each replay. To look at all properties in a loop takes 5 ns each, as engines know them by the object's
 * shape; to ask for one by its name takes about 15 (measured).
 */
export class Guard {
  readonly #objects: readonly { readonly object: Watched; readonly values: readonly unknown[] }[];
  readonly #methods: readonly MethodThen[];
  readonly #trainable: readonly { readonly now: Trainable; readonly then: Trainable }[];

  constructor(of: Dependencies) {
    const { model, layers, losses, penalties, measures, metrics, optimizers } = of;
    this.#objects = ([...layers, ...losses, ...penalties, ...measures] as Watched[]).map(
      (object) => ({ object, values: valuesOf(object) }),
    );
    const named = (objects: readonly object[], ...names: readonly string[]) =>
      (objects as readonly Watched[]).flatMap((object) =>
        names.map((name) => ({ of: object, name, then: object[name] })),
      );
    const below = (base: object, objects: readonly object[]) =>
      objects.flatMap((object) => methodsBelow(base, object));
    const inside = layers.filter((layer) => !isNetwork(layer));
    const ofClasses = [
      ...below(Layer.prototype, inside),
      ...below(Loss.prototype, losses),
      ...below(Regularizer.prototype, penalties),
      ...below(Metric.prototype, measures),
    ];
    this.#methods = [
      ...named([model], 'clearLosses', 'losses', 'predictStep', 'subLayers'),
      ...named(layers, 'apply', 'computeMask'),
      ...named([...losses, ...penalties], 'apply', 'call', 'mask'),
      ...named(optimizers, 'apply'),
      ...named(metrics, 'updateState', 'fn'),
      // Objects of one class have the same.
      ...new Map(ofClasses.map((method) => [method.then, method])).values(),
    ];
    this.#trainable = of.trainable.map((each) => {
      const { trainable, regularizer } = each;
      return { now: each, then: { trainable, regularizer } };
    });
  }

  /** Whether all is what it was. */
  holds(): boolean {
    for (const { of, name, then } of this.#methods) if (of[name] !== then) return false;
    for (const { object, values } of this.#objects) if (!hasValues(object, values)) return false;
    for (const { now, then } of this.#trainable) {
      if (now.trainable !== then.trainable || now.regularizer !== then.regularizer) return false;
    }
    return true;
  }
}

// A property that a class was given counts as one that the object was given.

function valuesOf(object: Watched): unknown[] {
  const values: unknown[] = [];
  for (const name in object) values.push(object[name]);
  return values;
}

function hasValues(object: Watched, values: readonly unknown[]): boolean {
  let i = 0;
  for (const name in object) if (!Object.is(object[name], values[i++])) return false;
  return i === values.length;
}
