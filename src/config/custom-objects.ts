// Classes and functions of a user's own by the names that stand in configs: one table of what is registered for the whole
// program, and one of what is given for a while. The registries of all families look here before they look among their own.
import { ValueError } from '../errors.js';
import { ownClassName } from './class-name.js';
import { describeValue } from './describe-value.js';
import { checkOptions } from './options.js';
import type { KerasClass } from './registry.js';

/** A class or a function of your own that a config can name. */
export type CustomObject =
  | (abstract new (...args: never[]) => unknown)
  | ((...args: never[]) => unknown)
  | KerasClass<unknown>;

/**
 * Classes and functions of your own by the names that stand in a config: `{ Scale, myLoss }`. Where they were registered
 * under a package when they were written, both `'my_package>Scale'` and `'Scale'` are their names.
 */
export type CustomObjects = Readonly<Record<string, CustomObject>>;

/** Options of what makes objects of configs. */
export interface DeserializeOptions {
  /**
   * Classes and functions of your own by the names that stand in the config, for this call alone. They count before those
   * that are registered. Keras: `custom_objects`.
   */
  readonly customObjects?: CustomObjects;
}

/** What says in a config which class or function is meant. */
export interface NamedInConfig {
  readonly class_name: string;
  readonly config?: unknown;
  readonly registered_name?: unknown;
}

/** A function as Keras writes it into JSON. */
interface NamedFunction {
  readonly module: string | null;
  readonly class_name: 'function';
  readonly config: string;
  readonly registered_name: string;
}

/** Classes and functions by their names. */
export type CustomTable = ReadonlyMap<unknown, CustomObject>;

/** What is registered for the whole program, by the full names. */
export const registered = new Map<string, CustomObject>();
/** Full names of what is registered. */
export const registeredNames = new WeakMap<object, string>();
let scope: CustomTable = new Map();

/** The class or function of a user's own that a name or a config means, if there is one. */
export function findCustomObject(identifier: string | NamedInConfig): CustomObject | undefined {
  const tried = namesIn(identifier);
  for (const table of [scope, registered] as readonly CustomTable[]) {
    for (const name of tried) {
      const found = table.get(name);
      if (typeof found === 'function') return found;
    }
  }
  return undefined;
}

/** The names that a config gives its class or function, the one that counts most first. */
function namesIn(identifier: string | NamedInConfig): readonly unknown[] {
  if (typeof identifier === 'string') return [identifier];
  const { class_name: name, config, registered_name: full } = identifier;
  return name === 'function' ? [config] : [full, name];
}

/** The function of a user's own that a config means. @throws ValueError for a class. */
export function findCustomFunction(identifier: string | NamedInConfig): CustomObject | undefined {
  const found = findCustomObject(identifier);
  if (found === undefined || !isClass(found)) return found;
  const [name] = namesIn(identifier);
  throw new ValueError(
    `expected a function by the name ${describeValue(name)}, got the class ${describeValue(plainNameOf(found))}.`,
  );
}

/** Whether a function is a class: one of this library's kinds, or any that is written as one. */
export function isClass(f: CustomObject): boolean {
  const isWrittenSo = Object.getOwnPropertyDescriptor(f, 'prototype')?.writable === false;
  return isWrittenSo || 'fromConfig' in f;
}

/** The name that a class or a function has where it was not registered. */
export const plainNameOf = (f: CustomObject): string =>
  ownClassName(f) ?? (f as { readonly name: string }).name;

/** The name under which a class or function was registered. */
export const registeredNameOf = (f: object): string | undefined => registeredNames.get(f);

/** A function by the name under which it was registered, as Keras writes it into JSON; undefined for any other function. */
export function registeredFunction(f: unknown): NamedFunction | undefined {
  const name = typeof f === 'function' ? registeredNames.get(f) : undefined;
  if (name === undefined) return undefined;
  return { module: null, class_name: 'function', config: name, registered_name: name };
}

/** What is given for a while, where the call is. What waits takes it along: `withinScope`. */
export const scopeNow = (): CustomTable => scope;

/** What `f` gives, while `objects` are what is given for a while. */
export function withinScope<R>(objects: CustomTable, f: () => R): R {
  const before = scope;
  scope = objects;
  try {
    return f();
  } finally {
    scope = before;
  }
}

/** `outer` with further objects, which count before those of the same names. @throws ValueError for what is none. */
export function scopeWith(
  owner: string,
  objects: unknown,
  outer: CustomTable = scope,
): CustomTable {
  if (objects === undefined || objects === null) return outer;
  const isRecord = typeof objects === 'object' && !Array.isArray(objects);
  const entries = isRecord ? Object.entries(objects) : [];
  if (isRecord && entries.every(([, value]) => typeof value === 'function')) {
    return new Map([...outer, ...(entries as [string, CustomObject][])]);
  }
  throw new ValueError(
    `${owner}: customObjects must hold classes and functions by their names, such as { Scale, myLoss }, got ` +
      `${describeValue(objects)}.`,
  );
}

/** What `f` gives where the objects of `customObjects` are known. */
export function withCustomObjects<R>(owner: string, options: DeserializeOptions, f: () => R): R {
  checkOptions(owner, options, ['customObjects']);
  return withinScope(scopeWith(owner, options.customObjects), f);
}
