// Whether all methods of an object are those that its classes were written with.
import type { Method } from '../config/methods.js';
import { library } from './given.js';

/** The descriptors of a prototype's own members, apart from those under symbols. */
const membersOf = (prototype: object): [string, PropertyDescriptor][] =>
  Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const member = Object.getOwnPropertyDescriptor(prototype, name);
    return member === undefined || name === 'constructor' ? [] : [[name, member]];
  });

/** A method, or what is called in the place of a property. */
const functionsOf = (member: object): Method[] =>
  Object.values(member).filter((value: unknown): value is Method => typeof value === 'function');

/** The prototypes of an object, the nearest first. */
function prototypesOf(object: object): object[] {
  const found: object[] = [];
  for (
    let prototype: unknown = Object.getPrototypeOf(object);
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    found.push(prototype);
  }
  return found;
}

/** A method, and which one it was. */
export interface MethodThen {
  readonly of: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly then: unknown;
}

/** The methods of an object's classes below the class of `base`, a prototype. */
export function methodsBelow(base: object, object: object): MethodThen[] {
  const prototypes = prototypesOf(object);
  const below = prototypes.slice(0, Math.max(0, prototypes.indexOf(base)));
  return below.flatMap((prototype) =>
    membersOf(prototype)
      .filter(([, { value }]) => typeof value === 'function')
      .map(([name, { value }]) => ({
        of: prototype as MethodThen['of'],
        name,
        then: value as unknown,
      })),
  );
}

/**
 * Whether an object computes as its classes were written: none of their methods was replaced, and the object has none of its own in
 * the place of one of theirs.
 */
export function isAsWritten(object: object): boolean {
  const prototypes = prototypesOf(object);
  for (const prototype of prototypes) {
    for (const [, member] of membersOf(prototype)) {
      if (!functionsOf(member).every((f) => library.isWritten(prototype, f))) return false;
    }
  }
  return membersOf(object).every(([name, member]) => {
    const [own] = functionsOf(member);
    const owner = prototypes.find((prototype) => Object.hasOwn(prototype, name));
    if (owner === undefined || own === undefined) return true;
    const inherited: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    return own === inherited || library.placedFor(own) === inherited;
  });
}
