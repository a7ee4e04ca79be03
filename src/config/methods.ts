// Whether the methods of an object are those that its classes were written with: what a recorded step rests on.

/** Any method. */
export type Method = (...args: never[]) => unknown;

/** What the library puts in place of a method, or adds to a class it makes, with the method behind it. */
const replaced = new WeakMap<object, object>();

/** Notes that the library put `f` in place of `method`, or that it is a method of a class that the library makes. Returns `f`. */
export function asMethod<F extends Method>(f: F, method: Method = f): F {
  replaced.set(f, method);
  return f;
}

/** What the library put `f` in place of; undefined for any other function. */
export const replacedBy = (f: Method): object | undefined => replaced.get(f);

/** The functions of a prototype that were found to stand in the text of the class. */
const written = new WeakMap<object, Set<unknown>>();

/**
 * Whether a function belongs to a class as it was written: its text stands in the class's text, which does not change. Of a class
 * that is compiled to a function the text says nothing, nor where an engine keeps no texts.
 */
export function isWritten(prototype: object, f: unknown): boolean {
  if (typeof f !== 'function' || replaced.get(f) === f) return true;
  const known = written.get(prototype) ?? new Set();
  if (known.has(f)) return true;
  const text = String(prototype.constructor);
  if (text.startsWith('class') && !text.includes(String(f))) return false;
  written.set(prototype, known.add(f));
  return true;
}
