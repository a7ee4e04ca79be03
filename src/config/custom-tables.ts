// What is registered for the whole program, and what is given for a while, by names.
import { ValueError } from '../errors.js';
import { ownClassName } from './names.js';
import { installCustomObjects } from './custom-objects.js';
import type {
  CustomKnowledge,
  CustomObject,
  CustomTable,
  DeserializeOptions,
  NamedInConfig,
} from './custom-objects.js';
import { describeValue } from './describe-value.js';
import { checkOptions } from './options.js';

/** What is registered for the whole program, by the full names. */
const registered = new Map<string, CustomObject>();
/** Full names of what is registered. */
const registeredNames = new WeakMap<object, string>();
let scope: CustomTable = new Map();

/** The class or function of a user's own that a name or a config means, if there is one. */
function find(identifier: string | NamedInConfig): CustomObject | undefined {
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
  if (typeof identifier === 'string') return withoutPackage(identifier);
  const { class_name: name, config, registered_name: full } = identifier;
  return name === 'function' ? withoutPackage(config) : [full, ...withoutPackage(name)];
}

/**
 * A name, and where a package stands before it what stands behind the package. Functions have no other name in configs, and
 * neither have classes in legacy files.
 */
function withoutPackage(name: unknown): readonly unknown[] {
  return typeof name === 'string' ? [name, name.slice(name.indexOf('>') + 1)] : [];
}

function findFunction(identifier: string | NamedInConfig): CustomObject | undefined {
  const found = find(identifier);
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

const knowledge: CustomKnowledge = {
  get scope() {
    return scope;
  },
  find,
  findFunction,
  nameOf: (object) => (typeof object === 'function' ? registeredNames.get(object) : undefined),
  functionOf(f) {
    const name = this.nameOf(f);
    if (name === undefined) return undefined;
    return { module: null, class_name: 'function', config: name, registered_name: name };
  },
  objectOf({ ofFunction, kind, base }, name, custom) {
    if (ofFunction !== undefined && !isClass(custom)) return new ofFunction(custom as never);
    throw new ValueError(
      `${kind} ${describeValue(name)}: expected a class that extends ${plainNameOf(base)}` +
        `${ofFunction === undefined ? '' : ' or a function'}, but this name means the ` +
        `${isClass(custom) ? 'class' : 'function'} ${describeValue(plainNameOf(custom))}.`,
    );
  },
};

/** Makes a class or a function known under its full name. */
export function register(name: string, object: CustomObject): void {
  registered.set(name, object);
  registeredNames.set(object, name);
  installCustomObjects(knowledge);
}

/** All that is registered, of which a program may make more. */
export function allRegistered(): Map<string, CustomObject> {
  installCustomObjects(knowledge);
  return registered;
}

/** What `f` gives, while `objects` are what is given for a while. */
export function withinScope<R>(objects: CustomTable, f: () => R): R {
  installCustomObjects(knowledge);
  const before = scope;
  scope = objects;
  try {
    return f();
  } finally {
    scope = before;
  }
}

/** `outer` with further objects, which take precedence over those of the same names. @throws ValueError for anything else. */
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
