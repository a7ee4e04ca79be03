import { ValueError } from '../errors.js';
import { classNameOf, isDeclared, naming, ownClassName, snakeCase } from './names.js';
import type { Declaring, Facts } from './configurable.js';
import {
  customObjectOf,
  findCustomObject,
  registeredFunction,
  registeredNameOf,
} from './custom-objects.js';
import type { CustomObject, FunctionFamily, NamedInConfig } from './custom-objects.js';
import { describeValue } from './describe-value.js';
import { didYouMean } from './advice.js';
import type { Option } from './option.js';
import type { Config } from './options.js';

/** The version of Keras in whose words configs and files are written. */
export const KERAS_VERSION = '3.16.0';

/** An object as Keras writes it into JSON. */
export interface SerializedObject {
  /** The Python module of the class; null for a class that is not Keras's. */
  readonly module?: string | null;
  /** Name of the class. */
  readonly class_name: string;
  /** The options of the object, as `getConfig` returns them. */
  readonly config: Config;
  /** Name of a registered class; null for a class that Python finds by `module` alone. */
  readonly registered_name?: string | null;
  /** For a built layer, the shape of the input that it was built for. */
  readonly build_config?: unknown;
}

/** A class that a file can name: it has a class name and creates objects from configs. */
export interface KerasClass<T> {
  /** Name of the class in configs. */
  readonly className: string;
  /** Other facts about the class, which classes with declared options have. */
  readonly facts?: Facts;
  /** Creates an object from a config. */
  fromConfig(config: Config): T;
}

interface Serializable {
  getConfig(): Config;
}

/** Whether `value` is an object as Keras writes it into JSON. */
export function isSerializedObject(value: unknown): value is SerializedObject {
  if (typeof value !== 'object' || value === null || !('config' in value)) return false;
  return 'class_name' in value && typeof value.class_name === 'string';
}

/** The name in a function's config, `{ class_name: 'function', config: 'mean_squared_error' }`; anything else as it is. */
function functionName(identifier: unknown): unknown {
  if (!isSerializedObject(identifier) || identifier.class_name !== 'function') return identifier;
  const config: unknown = identifier.config;
  return typeof config === 'string' ? config : identifier;
}

/** A value of a config. Keras writes an array into JSON as an object that holds its numbers. */
export function fromNumpy(value: unknown): unknown {
  const isArray = isSerializedObject(value) && /^__(numpy|tensor)__$/.test(value.class_name);
  // A file may hold null where a config belongs.
  return isArray ? (value.config as typeof value.config | null)?.['value'] : value;
}

/** A family of classes: all in which initializers, losses, layers and the others differ. */
export interface Family<T, None = never> extends FunctionFamily<T> {
  /** What the objects are, for messages: 'initializer'. */
  readonly kind: string;
  /** Keras's module: 'keras.initializers'. */
  readonly module: string;
  /** The class that all classes of the family extend. */
  readonly base: abstract new (...args: never[]) => T;
  /** What stands for an object, for messages: 'a name, an Initializer or a function (shape, dtype) => values'. */
  readonly expected: string;
  /** The class of the objects that plain functions stand for. */
  readonly ofFunction?: new (fn: never) => T & { readonly fn: unknown };
  /** What something that only this family knows stands for: an object, its name or config, or a function. */
  readonly standsFor?: (identifier: unknown) => unknown;
  /** Null, where null stands for no object. Default: null is refused. */
  readonly none?: None;
  /** Whether a name stands for an object with all defaults. Default true. */
  readonly isNamed?: boolean;
  /** What names are compared by: two spellings of one name have the same. Default: the name in snake_case. */
  readonly keyOf?: (name: string) => string;
  /** The name of a class in messages: the spelling that Keras takes. Default: `keyOf`. */
  readonly shownAs?: (className: string) => string;
  /** How the user registers a class, for messages. */
  readonly advice?: string;
}

/**
 * The classes of a family by their names, and what each module of such classes has in Keras: what an identifier stands for
 * (`'glorot_uniform'`, `'glorotUniform'`, `'GlorotUniform'`, a serialized object), objects to configs and back, and classes
 * of your own. `None` is null where null stands for no object.
 *
 * A registry begins empty, so that a program which names no class by text need not carry them all: `lanegrad`
 * registers every class (src/known.ts), `lanegrad/core` none.
 */
export class Registry<T extends Serializable, None extends null = never> {
  readonly #classes = new Map<string, KerasClass<T>>();
  readonly #aliases = new Map<string, KerasClass<T>>();
  readonly #keyOf: (name: string) => string;
  readonly #shownAs: (className: string) => string;
  readonly #standsFor: (identifier: unknown) => unknown;
  /** What a module exports, until its classes are looked at for the first name. */
  #unread: object = {};
  #isComplete = false;

  constructor(readonly of: Family<T, None>) {
    this.#keyOf = of.keyOf ?? snakeCase;
    this.#shownAs = of.shownAs ?? this.#keyOf;
    this.#standsFor = of.standsFor ?? ((identifier) => identifier);
  }

  /**
   * Registers classes by their names.
   *
   * @throws ValueError if a class has no `className` of its own.
   */
  register(...types: readonly KerasClass<T>[]): void {
    this.#readAll();
    for (const type of types) {
      const name: unknown = typeof type === 'function' ? ownClassName(type) : undefined;
      if (typeof name !== 'string') {
        throw new ValueError(
          `${this.of.kind} class ${describeValue(type)} has no name that survives minifying. Give it ` +
            `\`static readonly className = '…'\`.`,
        );
      }
      this.#classes.set(this.#keyOf(name), type);
      // A class of a user's that extends one of Keras's inherits the facts, but does not stand for it.
      const aliases = isDeclared(type) ? (type.facts?.aliases ?? []) : [];
      for (const alias of aliases) this.#aliases.set(this.#keyOf(alias), type);
    }
  }

  /** Makes known every class of the family that a module exports. Then all are known. */
  registerAll(exports: object): void {
    this.#readAll();
    this.#unread = exports;
    this.#isComplete = true;
  }

  #readAll(): void {
    const exports: readonly unknown[] = Object.values(this.#unread);
    this.#unread = {};
    for (const type of exports) {
      if (typeof type !== 'function' || type === this.of.base || !isDeclared(type)) continue;
      const { prototype, facts } = type as unknown as Declaring & { readonly prototype: unknown };
      if (!(prototype instanceof this.of.base) || facts.isAbstract === true) continue;
      this.register(type as unknown as KerasClass<T>);
    }
  }

  /** All classes that are known. */
  get classes(): readonly KerasClass<T>[] {
    this.#readAll();
    return [...this.#classes.values()];
  }

  /** The class that a name or a config means: one of a user's own that is given or registered, else one of the family. */
  find(identifier: string | NamedInConfig): KerasClass<T> | undefined {
    const custom = findCustomObject(identifier);
    if (custom !== undefined) return this.#isOfFamily(custom) ? custom : undefined;
    this.#readAll();
    const key = this.#keyOf(typeof identifier === 'string' ? identifier : identifier.class_name);
    return this.#classes.get(key) ?? this.#aliases.get(key);
  }

  #isOfFamily(custom: CustomObject): custom is CustomObject & KerasClass<T> {
    return (custom as { readonly prototype?: unknown }).prototype instanceof this.of.base;
  }

  /**
   * Whether something is known that a name or a config means; with `isOwn` something that is not Keras's. What a user has
   * given or registered may turn out to be of another kind: `create` says so.
   */
  has(identifier: string | NamedInConfig, isOwn = false): boolean {
    if (findCustomObject(identifier) !== undefined) return true;
    const type = this.find(identifier);
    return type !== undefined && !(isOwn && isDeclared(type));
  }

  /**
   * The object that an identifier stands for: an object of the family, a name (with all defaults), a serialized object
   * or, in families that have them, a plain function; null where null means none.
   *
   * @throws ValueError for an unknown name, listing the known ones, and for anything that is not an identifier.
   */
  get(identifier: unknown): T | None {
    const { base, ofFunction, kind, expected, isNamed = true, none } = this.of;
    if (none !== undefined && (identifier ?? none) === none) return none;
    const given = this.#standsFor(identifier);
    if (given instanceof base) return given;
    if ((isNamed && typeof given === 'string') || isSerializedObject(given)) {
      return this.create(given);
    }
    if (typeof given === 'function' && ofFunction !== undefined) {
      return new ofFunction(given as never);
    }
    throw new ValueError(`${kind}: expected ${expected}, got ${describeValue(identifier)}.`);
  }

  /** An option of a layer that says how weights are made, penalized or limited. */
  option<Identifier>(spec: { readonly default: Identifier }): Option<Identifier, T | None> {
    return {
      ...spec,
      isOfWeights: true,
      check: (given, { label }) => naming(label, () => this.get(given)),
      toConfig: (object) => this.serialize(object),
    };
  }

  /** The object that a name with all defaults, or a serialized object, stands for; the reverse of `serialize`. */
  create(identifier: string | SerializedObject): T {
    const { kind } = this.of;
    const meant = this.#standsFor(identifier);
    const given = (this.of.ofFunction === undefined ? meant : functionName(meant)) as
      string | SerializedObject | undefined;
    const isName = typeof given === 'string';
    const name: unknown = isName ? given : given?.class_name;
    if (typeof name !== 'string') {
      throw new ValueError(
        `${kind}: expected a name, or an object with class_name and config, got ${describeValue(identifier)}.`,
      );
    }
    const custom = findCustomObject(given as string | SerializedObject);
    if (custom !== undefined && !this.#isOfFamily(custom))
      return customObjectOf(this.of, name, custom);
    const type = this.find(given as string | SerializedObject);
    if (type === undefined) throw this.#unknown(name);
    // As with aliases: what a name of Keras's stands for says nothing of a user's class.
    const byName = isDeclared(type) ? type.facts?.byName : undefined;
    const config: unknown = isName ? (byName ?? {}) : given?.config;
    if (typeof config === 'object' && config !== null) return type.fromConfig(config as Config);
    throw new ValueError(
      `The config of ${kind} ${describeValue(name)} must be an object, got ${describeValue(config)}.`,
    );
  }

  #unknown(name: string): ValueError {
    const names = Array.from(this.#classes.values(), (type) => this.#shownAs(type.className));
    const namespace = this.of.module.replace('keras.', '');
    const advice = this.#isComplete
      ? (this.of.advice ?? '')
      : ` With 'lanegrad/core' a class is known by name once it is registered: ` +
        `${namespace}.register(Class). 'lanegrad' knows all.`;
    const hint = didYouMean(this.#shownAs(name), [...names, ...this.#aliases.keys()]);
    return new ValueError(
      `Unknown ${this.of.kind} ${describeValue(name)}.${hint} Known: ${names.join(', ') || 'none'}.${advice}`,
    );
  }

  /** `object` as Keras writes it into JSON. @throws ValueError for what cannot be written. */
  serialize(object: T | None): SerializedObject | None {
    if (object === null && this.of.none !== undefined) return this.of.none;
    const { getConfig } = (object ?? {}) as { readonly getConfig?: unknown };
    if (typeof getConfig !== 'function' || typeof object !== 'object' || object === null) {
      throw new ValueError(`serialize: expected a ${this.of.kind}, got ${describeValue(object)}.`);
    }
    const { fn } = object as { readonly fn?: unknown };
    const ofFunction = object.constructor === this.of.ofFunction && registeredFunction(fn);
    // A config that is a name: readers of configs take it where a family has functions.
    if (ofFunction) return ofFunction as unknown as SerializedObject;
    const name = classNameOf(object);
    const type = object.constructor as unknown as Declaring;
    const isKeras = isDeclared(object.constructor);
    const own = isKeras ? type.facts.module : undefined;
    const isPublic = isKeras && own === undefined;
    return {
      module: isPublic ? this.of.module : (own ?? null),
      class_name: name,
      config: object.getConfig(),
      registered_name: isPublic ? null : (registeredNameOf(object.constructor) ?? name),
    };
  }
}
