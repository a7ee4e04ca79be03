// What a recorded step depends on beside tensors, and whether all of it is what it was.
import { methodsBelow } from '../../config/index.js';
import { Layer } from '../../layers/index.js';
import { Loss } from '../../losses/index.js';
import { Metric } from '../../metrics/index.js';
import { Regularizer } from '../../regularizers/index.js';

/** The methods that steps call, by the kind of object that has them. */
interface Methods {
  readonly apply?: unknown;
  readonly call?: unknown;
  readonly clearLosses?: unknown;
  readonly computeMask?: unknown;
  readonly losses?: unknown;
  readonly mask?: unknown;
  readonly predictStep?: unknown;
  readonly subLayers?: unknown;
  readonly updateState?: unknown;
  /** The function of a metric. */
  readonly fn?: unknown;
}

type Watched = Readonly<Record<string, unknown>> & Methods;

/**
 * Whether an object has the methods of its base class that it had. What is set on an object itself shows among its properties as
 * well: these look for what a patched class has, and for what hides itself, as spies do. Each looks at objects of few kinds, so that
 * engines find the methods fast.
 */
type HasMethods = (now: Methods, then: Methods) => boolean;

const asModel: HasMethods = (now, then) =>
  now.clearLosses === then.clearLosses &&
  now.losses === then.losses &&
  now.predictStep === then.predictStep &&
  now.subLayers === then.subLayers;

const asLayer: HasMethods = (now, then) =>
  now.apply === then.apply && now.computeMask === then.computeMask;

const asFunction: HasMethods = (now, then) =>
  now.apply === then.apply && now.call === then.call && now.mask === then.mask;

const asMetric: HasMethods = (now, then) =>
  now.updateState === then.updateState && now.fn === then.fn;

/** Models have many methods, of which a step calls those that `asModel` looks at. */
const isNetwork = (layer: object): boolean => 'predictStep' in layer;

/** A layer or a weight: whether it is trained, and what a weight costs. */
interface Trainable {
  readonly trainable: boolean;
  readonly regularizer?: unknown;
}

/** What takes part in a step that computes a loss, beside the layers. */
export interface Trainer {
  readonly losses: readonly object[];
  /** Metrics whose sums the step computes. */
  readonly measures: readonly object[];
  /** All metrics: their methods say which of them take in what. */
  readonly metrics: readonly object[];
  /** What gets the gradients, in a step of training. */
  readonly optimizer?: object;
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

/**
 * Remembers objects as they are. `holds` is asked at each repetition. To look at all properties in a loop takes 5 ns each, as engines
 * know them by the object's shape; to ask for them by their names takes 15 to 50 (measured).
 */
export class Guard {
  readonly #objects: readonly (readonly [object: Watched, values: readonly unknown[]])[];
  readonly #methods: readonly (readonly [object: Methods, then: Methods, has: HasMethods])[];
  /** The methods of classes below the base classes: these have few, and any of them may take part. */
  readonly #ofClasses: readonly (readonly [prototype: Watched, name: string, then: unknown])[];
  readonly #trainable: readonly (readonly [now: Trainable, then: Trainable])[];

  constructor(of: Dependencies) {
    const { model, layers, losses, penalties, measures, metrics, optimizer } = of;
    this.#objects = [...layers, ...losses, ...penalties, ...measures].map((object) => {
      const watched = object as Watched;
      return [watched, valuesOf(watched)] as const;
    });
    const functions = [...losses, ...penalties, ...(optimizer === undefined ? [] : [optimizer])];
    const called: readonly (readonly [object: object, has: HasMethods])[] = [
      [model, asModel],
      ...layers.map((layer) => [layer, asLayer] as const),
      ...functions.map((each) => [each, asFunction] as const),
      ...metrics.map((metric) => [metric, asMetric] as const),
    ];
    this.#methods = called.map(([object, has]) => [object, methodsOf(object), has]);
    const below = (base: object, objects: readonly object[]) =>
      objects.flatMap((object) => methodsBelow(base, object));
    const ofClasses = [
      ...below(
        Layer.prototype,
        layers.filter((layer) => !isNetwork(layer)),
      ),
      ...below(Loss.prototype, losses),
      ...below(Regularizer.prototype, penalties),
      ...below(Metric.prototype, measures),
    ];
    // Objects of one class have the same.
    const once = new Map(ofClasses.map((method) => [method[2], method]));
    this.#ofClasses = [...once.values()] as [Watched, string, unknown][];
    this.#trainable = of.trainable.map((each) => {
      const { trainable, regularizer } = each;
      return [each, { trainable, regularizer }];
    });
  }

  /** Whether all is what it was. */
  holds(): boolean {
    for (const [object, then, has] of this.#methods) if (!has(object, then)) return false;
    for (const [prototype, name, then] of this.#ofClasses)
      if (prototype[name] !== then) return false;
    for (const [object, values] of this.#objects) if (!hasValues(object, values)) return false;
    for (const [now, then] of this.#trainable) {
      if (now.trainable !== then.trainable || now.regularizer !== then.regularizer) return false;
    }
    return true;
  }
}

function methodsOf(object: Methods): Methods {
  const { apply, call, clearLosses, computeMask, fn } = object;
  const { losses, mask, predictStep, subLayers, updateState } = object;
  const ofLayer = { apply, call, clearLosses, computeMask, losses, predictStep, subLayers };
  return { ...ofLayer, fn, mask, updateState };
}

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
