// Classes and functions of a user's own by the names that stand in configs. What knows them is `custom-tables.ts`, which installs
// itself when a program gives or registers the first one: a program that has none does without. The registries of all families
// look here before they look among their own.
import type { Config } from './options.js';

/** Your own class or function that a config can name. */
export type CustomObject =
  | (abstract new (...args: never[]) => unknown)
  | ((...args: never[]) => unknown)
  | {
      /** Name of the class in configs. */
      readonly className: string;
      /** Creates an object from a config. */
      fromConfig(config: Config): unknown;
    };

/**
 * Your own classes and functions, by their names in a config: `{ Scale, myLoss }`. If they were registered under a
 * package when the config was written, you can use either `'my_package>Scale'` or `'Scale'`.
 */
export type CustomObjects = Readonly<Record<string, CustomObject>>;

/** Options of `loadModel` and `modelFromJSON`, which create objects from configs. Elsewhere, use `customObjectScope`. */
export interface DeserializeOptions {
  /**
   * Your own classes and functions, by their names in the config, for this call alone. They take precedence over
   * registered ones. Keras: `custom_objects`.
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
export interface NamedFunction {
  readonly module: string | null;
  readonly class_name: 'function';
  readonly config: string;
  readonly registered_name: string;
}

/** Classes and functions by their names. */
export type CustomTable = ReadonlyMap<unknown, CustomObject>;

/** What knows classes and functions of a user's own. */
export interface CustomKnowledge {
  readonly scope: CustomTable;
  find(identifier: string | NamedInConfig): CustomObject | undefined;
  findFunction(identifier: string | NamedInConfig): CustomObject | undefined;
  objectOf<T>(family: FunctionFamily<T>, name: string, custom: CustomObject): T;
  nameOf(object: unknown): string | undefined;
  functionOf(f: unknown): NamedFunction | undefined;
}

/** What a family of classes says of functions that stand for its objects. */
export interface FunctionFamily<T> {
  readonly kind: string;
  readonly base: abstract new (...args: never[]) => T;
  readonly ofFunction?: new (fn: never) => T & { readonly fn: unknown };
}

let known: CustomKnowledge | undefined;

export function installCustomObjects(knowledge: CustomKnowledge): void {
  known = knowledge;
}

/** The class or function of a user's own that a name or a config means, if there is one. */
export const findCustomObject = (identifier: string | NamedInConfig): CustomObject | undefined =>
  known?.find(identifier);

/** The function of a user's own that a name or a config means, if there is one. @throws ValueError for a class. */
export const findCustomFunction = (identifier: string | NamedInConfig): CustomObject | undefined =>
  known?.findFunction(identifier);

/** The object of a family that a function of a user's own stands for. @throws ValueError for what stands for none. */
export const customObjectOf = <T>(
  family: FunctionFamily<T>,
  name: string,
  custom: CustomObject,
): T => (known as CustomKnowledge).objectOf(family, name, custom);

/** The name under which a class or function was registered. */
export const registeredNameOf = (object: unknown): string | undefined => known?.nameOf(object);

/** A function by the name under which it was registered, as Keras writes it into JSON; undefined for any other function. */
export const registeredFunction = (f: unknown): NamedFunction | undefined => known?.functionOf(f);

/** What is given for a while, where the call is. What waits takes it along: `withinScope`. */
export const scopeNow = (): CustomTable | undefined => known?.scope;
