/** What `configurable` made: base classes that say the name of the class which extends them. */
export const declarations = new WeakSet<object>();

interface NamedClass {
  readonly name: string;
  readonly className?: unknown;
}

/** Whether `configurable` declared the class: whether it is one of Keras's, not of a user. */
export function isDeclared(type: object): boolean {
  const base: unknown = Object.getPrototypeOf(type);
  return typeof base === 'function' && declarations.has(base);
}

/**
 * The name of a class in Keras, or the one that a user's class has as `static className`; undefined for a class that only
 * inherits one.
 */
export function ownClassName(type: object): string | undefined {
  if (!Object.hasOwn(type, 'className') && !isDeclared(type)) return undefined;
  const { className } = type as NamedClass;
  return typeof className === 'string' ? className : undefined;
}

/** The name of an object's class in Python, by which Keras names objects and their places in files of weights. */
export function pythonNameOf(object: object): string {
  const { constructor } = object;
  // A name of Keras's says nothing of a user's class.
  const { facts } = constructor as { readonly facts?: { readonly pythonName?: string } };
  const known = isDeclared(constructor) ? facts?.pythonName : undefined;
  return known ?? classNameOf(object);
}

/** The name of an object's class. A class that has none of its own goes by its JavaScript name. */
export function classNameOf(object: object): string {
  return ownClassName(object.constructor) ?? (object.constructor as NamedClass).name;
}
