// Whether the methods of an object are those that its classes were written with: what a recorded step rests on.

type Method = (...args: never[]) => unknown;

/** What the library puts in the place of a method, or adds to a class it makes, with the method behind it. */
const placed = new WeakMap<object, object>();

/** Notes that the library put `f` in the place of `method`, or that it is a method of a class that the library makes. Returns `f`. */
export function asMethod<F extends Method>(f: F, method: Method = f): F {
  placed.set(f, method);
  return f;
}

/** The functions of a prototype that were found to stand in the text of the class. */
const written = new WeakMap<object, Set<unknown>>();

/**
 * Whether a function belongs to a class as it was written: its text stands in the class's text, which does not change. Of a class
 * that is compiled to a function the text says nothing, nor where an engine keeps no texts.
 */
export function isWritten(prototype: object, f: unknown): boolean {
  if (typeof f !== 'function' || placed.get(f) === f) return true;
  const known = written.get(prototype) ?? new Set();
  if (known.has(f)) return true;
  const text = String(prototype.constructor);
  if (text.startsWith('class') && !text.includes(String(f))) return false;
  written.set(prototype, known.add(f));
  return true;
}

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

/** The methods of an object's classes below the class of `base`, a prototype, each with the prototype that has it. */
export function methodsBelow(
  base: object,
  object: object,
): (readonly [prototype: Readonly<Record<string, unknown>>, name: string, method: unknown])[] {
  const prototypes = prototypesOf(object);
  const end = prototypes.indexOf(base);
  return prototypes.slice(0, end === -1 ? 0 : end).flatMap((prototype) =>
    membersOf(prototype)
      .filter(([, { value }]) => typeof value === 'function')
      .map(
        ([name, { value }]) =>
          [prototype as Readonly<Record<string, unknown>>, name, value as unknown] as const,
      ),
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
      if (!functionsOf(member).every((f) => isWritten(prototype, f))) return false;
    }
  }
  return membersOf(object).every(([name, member]) => {
    const [own] = functionsOf(member);
    const owner = prototypes.find((prototype) => Object.hasOwn(prototype, name));
    if (owner === undefined || own === undefined) return true;
    const inherited: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
    return own === inherited || placed.get(own) === inherited;
  });
}
