import { ValueError } from '../errors.js';
import { describeValue } from './describe-value.js';
import { snakeCase } from './names.js';
import { didYouMean } from './nearest-name.js';
import type { Config } from './options.js';

/** An object as Keras writes it into JSON. */
export interface SerializedObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: Config;
  readonly registered_name?: string | null;
}

/** What a registry can build: a class with a Keras config. */
export interface Configurable {
  getConfig(): Config;
}

/** A class that builds itself from a Keras config. */
export interface ConfigurableClass<T> {
  readonly className: string;
  fromConfig(config: Config): T;
}

/** Whether `value` is an object as Keras writes it into JSON. */
export function isSerializedObject(value: unknown): value is SerializedObject {
  if (typeof value !== 'object' || value === null || !('config' in value)) return false;
  return 'class_name' in value && typeof value.class_name === 'string';
}

/** How a kind of object is named. */
export interface Spelling {
  /** What names are compared by: two spellings of one name have the same. Default: the name in snake_case. */
  readonly keyOf?: (name: string) => string;
  /** The name of a class in messages: the spelling that Keras takes. Default: `keyOf`. */
  readonly shownAs?: (className: string) => string;
}

/**
 * Turns Keras names (`'glorot_uniform'`, `'glorotUniform'`, `'GlorotUniform'`) and serialized
 * objects into instances of one kind of object.
 *
 * A registry begins empty, so that a program which names no class by text need not carry them all: `lanegrad`
 * registers every class (src/known.ts), `lanegrad/core` none.
 */
export class Registry<T extends Configurable> {
  readonly #classes = new Map<string, ConfigurableClass<T>>();
  readonly #own = new Set<unknown>();
  readonly #keyOf: (name: string) => string;
  readonly #shownAs: (className: string) => string;
  #isComplete = false;

  /**
   * @param kind what the objects are, for messages: 'initializer'
   * @param module the Keras module: 'keras.initializers'
   * @param aliases further names under which Keras knows classes, and those classes, as keys
   */
  constructor(
    readonly kind: string,
    readonly module: string,
    readonly aliases: Readonly<Record<string, string>> = {},
    { keyOf = snakeCase, shownAs = keyOf }: Spelling = {},
  ) {
    this.#keyOf = keyOf;
    this.#shownAs = shownAs;
  }

  /**
   * Makes classes known by their names.
   *
   * @throws ValueError if a class has no name of its own.
   */
  register(...types: readonly ConfigurableClass<T>[]): void {
    for (const type of types) {
      const own: unknown = typeof type === 'function' && Object.hasOwn(type, 'className');
      if (own !== true || typeof type.className !== 'string') {
        throw new ValueError(
          `${this.kind} class ${describeValue(type)} has no name that survives minifying. Give it ` +
            `\`static readonly className = '…'\`.`,
        );
      }
      // What comes after all of Keras's is the user's.
      if (this.#isComplete && this.find(type.className) !== type) this.#own.add(type);
      this.#classes.set(this.#keyOf(type.className), type);
    }
  }

  /** Makes all classes of the kind known. */
  registerAll(types: readonly ConfigurableClass<T>[]): void {
    this.register(...types);
    this.#isComplete = true;
  }

  /** Makes a class known that is not Keras's. @throws ValueError if it has no name of its own. */
  registerOwn(type: ConfigurableClass<T>): void {
    this.register(type);
    this.#own.add(type);
  }

  /**
   * Whether the class of `object` is Keras's. Where not all of those are registered, a class that nobody registered
   * is taken for one: classes of one's own have to be registered to be found in a file anyway.
   */
  isKeras(object: T): boolean {
    const type = object.constructor as unknown as ConfigurableClass<T>;
    if (this.#own.has(type)) return false;
    const known = this.find(type.className);
    return known === type || (known === undefined && !this.#isComplete);
  }

  /** The class of that name. */
  find(name: string): ConfigurableClass<T> | undefined {
    const key = this.#keyOf(name);
    return this.#classes.get(key) ?? this.#classes.get(this.aliases[key] ?? '');
  }

  /** Whether there is a class of that name; with `isOwn` one that is not Keras's. */
  has(name: string, isOwn = false): boolean {
    const type = this.find(name);
    return type !== undefined && (!isOwn || this.#own.has(type));
  }

  /** The instance that a name with all defaults, or a serialized object, stands for. */
  create(identifier: string | SerializedObject): T {
    const name: unknown = typeof identifier === 'string' ? identifier : identifier?.class_name;
    if (typeof name !== 'string') {
      throw new ValueError(
        `${this.kind}: expected a name, or an object with class_name and config, got ${describeValue(identifier)}.`,
      );
    }
    const type = this.find(name);
    if (type === undefined) throw this.#unknown(name);
    const config: unknown = typeof identifier === 'string' ? {} : identifier.config;
    if (typeof config === 'object' && config !== null) return type.fromConfig(config as Config);
    throw new ValueError(
      `The config of ${this.kind} '${name}' must be an object, got ${describeValue(config)}.`,
    );
  }

  #unknown(name: string): ValueError {
    const names = Array.from(this.#classes.values(), (type) => this.#shownAs(type.className));
    const aliases = Object.keys(this.aliases).filter((alias) => this.find(alias) !== undefined);
    const advice = this.#isComplete
      ? ''
      : ` With 'lanegrad/core' a class is known by name once it is registered: ` +
        `${this.module.replace('keras.', '')}.register(Class). 'lanegrad' knows all.`;
    return new ValueError(
      `Unknown ${this.kind} '${name}'.${didYouMean(this.#shownAs(name), [...names, ...aliases])} ` +
        `Known: ${names.join(', ') || 'none'}.${advice}`,
    );
  }

  /** Throws unless `object` is one that can be written into JSON. */
  requireObject(object: unknown): void {
    const { getConfig } = (object ?? {}) as { readonly getConfig?: unknown };
    if (typeof getConfig === 'function' && typeof object === 'object') return;
    throw new ValueError(`serialize: expected a ${this.kind}, got ${describeValue(object)}.`);
  }

  /** `object` as Keras writes it into JSON. */
  serialize(object: T): SerializedObject {
    this.requireObject(object);
    const { className } = object.constructor as unknown as ConfigurableClass<T>;
    const isKeras = this.isKeras(object);
    return {
      module: isKeras ? this.module : null,
      class_name: className,
      config: object.getConfig(),
      registered_name: isKeras ? null : className,
    };
  }
}
