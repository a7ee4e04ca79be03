import { LanegradError } from '../errors.js';

/** `batchSize` → `batch_size`, `Conv2D` → `conv2d`, by Keras's rule; a name that is snake_case already stays as it is. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** `batch_size` → `batchSize`; a name that is camelCase already stays as it is. */
export function camelCase(name: string): string {
  // Looked for where they begin: else a name of underscores takes the square of its length.
  return name.replace(/(?<!_)_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

const taken = new Map<string, number>();

/**
 * A name for an object that was given none, as Keras counts them: `dense`, `dense_1`, `dense_2` …
 */
export function uniqueName(className: string): string {
  const base = snakeCase(className);
  const count = taken.get(base) ?? 0;
  taken.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/** Restarts the counting of `uniqueName` (Keras: `clear_session`). */
export function resetNames(): void {
  taken.clear();
}

type IsLower<C extends string> = C extends Uppercase<C> ? false : true;

/** `_` where a word begins with letter `C`, which stands before `Rest`. */
type Gap<Before extends string, C extends string, Rest extends string> =
  C extends Lowercase<C>
    ? ''
    : Before extends ''
      ? ''
      : IsLower<Before> extends true
        ? '_'
        : Rest extends `${infer Next}${string}`
          ? IsLower<Next> extends true
            ? '_'
            : ''
          : '';

/** What `snakeCase` makes of a name: `'MeanSquaredError'` → `'mean_squared_error'`. */
export type SnakeCase<
  Name extends string,
  Before extends string = '',
> = Name extends `${infer C}${infer Rest}`
  ? `${Gap<Before, C, Rest>}${Lowercase<C>}${SnakeCase<Rest, C>}`
  : '';

/** Any text, in addition to names that an editor completes: what functions take that look a name up. */
export type AnyName = string & Record<never, never>;

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

/** The name of an object's class in Python, by which Keras names objects and their paths in files of weights. */
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

/** The same error with its owner named in front, once; an error that is not lanegrad's does not change. */
export function withOwner(owner: string, error: unknown): unknown {
  if (!(error instanceof LanegradError)) return error;
  const { message } = error;
  if (message.startsWith(`${owner}:`) || message.startsWith(`${owner} `)) return error;
  const type = error.constructor as new (message: string, options?: ErrorOptions) => LanegradError;
  return new type(`${owner}: ${message}`, { cause: error });
}

/** Runs `f`; an error that it throws names the owner. */
export function naming<T>(owner: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw withOwner(owner, error);
  }
}
