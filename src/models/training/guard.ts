// What a recorded step depends on beside tensors, and whether all of it is what it was.

/** The methods that steps call, of objects of all kinds. */
interface Methods {
  readonly apply?: unknown;
  readonly call?: unknown;
  readonly computeMask?: unknown;
  readonly clearLosses?: unknown;
  readonly losses?: unknown;
  readonly predictStep?: unknown;
  readonly subLayers?: unknown;
  readonly updateState?: unknown;
  /** The function of a metric. */
  readonly fn?: unknown;
}

/** An object, and what it was. */
interface Watched {
  readonly object: Readonly<Record<string, unknown>> & Methods;
  /** The values of its properties; undefined if they do not matter. */
  readonly values: readonly unknown[] | undefined;
  readonly methods: Required<Methods>;
}

/** A layer or a weight: whether it is trained, and what a weight costs. */
interface Trainable {
  readonly trainable: boolean;
  readonly regularizer?: unknown;
}

/** What a step depends on. */
export interface Dependencies {
  /** Objects all of whose properties count. */
  readonly objects: readonly object[];
  /** Objects of which the methods count alone. */
  readonly callees: readonly object[];
  /** Layers and weights, if penalties are in the results. */
  readonly trained: readonly Trainable[];
}

/**
 * Remembers objects as they are. `holds` is asked at each repetition: it takes 5 ns a property in a loop that engines know by the
 * object's shape, where a look by name takes 15 to 50 (measured).
 */
export class Guard {
  readonly #watched: readonly Watched[];
  readonly #trained: readonly (readonly [of: Trainable, was: Trainable])[];

  constructor({ objects, callees, trained }: Dependencies) {
    this.#watched = [
      ...objects.map((object) => watch(object, true)),
      ...callees.map((object) => watch(object, false)),
    ];
    this.#trained = trained.map((of) => {
      const { trainable, regularizer } = of;
      return [of, { trainable, regularizer }];
    });
  }

  /** Whether all is what it was. */
  holds(): boolean {
    for (const { object, values, methods } of this.#watched) {
      if (!isCalledAs(object, methods)) return false;
      if (values !== undefined && !hasValues(object, values)) return false;
    }
    for (const [of, was] of this.#trained) {
      if (of.trainable !== was.trainable || of.regularizer !== was.regularizer) return false;
    }
    return true;
  }
}

function watch(object: object, isWhole: boolean): Watched {
  const watched = object as Watched['object'];
  const { apply, call, clearLosses, computeMask, fn } = watched;
  const { losses, predictStep, subLayers, updateState } = watched;
  const ofLayer = { apply, call, clearLosses, computeMask, losses, predictStep, subLayers };
  return {
    object: watched,
    values: isWhole ? valuesOf(watched) : undefined,
    methods: { ...ofLayer, updateState, fn },
  };
}

function isCalledAs(object: Methods, was: Methods): boolean {
  return (
    object.apply === was.apply &&
    object.call === was.call &&
    object.clearLosses === was.clearLosses &&
    object.computeMask === was.computeMask &&
    object.losses === was.losses &&
    object.predictStep === was.predictStep &&
    object.subLayers === was.subLayers &&
    object.updateState === was.updateState &&
    object.fn === was.fn
  );
}

/* eslint-disable guard-for-in -- a property that a class was given counts as one that the object was given */

function valuesOf(object: Readonly<Record<string, unknown>>): unknown[] {
  const values: unknown[] = [];
  for (const name in object) values.push(object[name]);
  return values;
}

function hasValues(object: Readonly<Record<string, unknown>>, values: readonly unknown[]): boolean {
  let i = 0;
  for (const name in object) if (!Object.is(object[name], values[i++])) return false;
  return i === values.length;
}
