import { ValueError } from '../errors.js';
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
  return typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value;
}

/**
 * Turns Keras names (`'glorot_uniform'`, `'glorotUniform'`, `'GlorotUniform'`) and serialized
 * objects into instances of one kind of object. Names are compared in snake_case.
 */
export class Registry<T extends Configurable> {
  readonly #classes = new Map<string, ConfigurableClass<T>>();
  readonly #names: string[] = [];

  /**
   * @param kind what the objects are, for messages: 'initializer'
   * @param module the Keras module: 'keras.initializers'
   * @param classes with the further names under which Keras knows them
   */
  constructor(
    readonly kind: string,
    readonly module: string,
    classes: Iterable<readonly [ConfigurableClass<T>, ...string[]]>,
  ) {
    for (const [type, ...aliases] of classes) this.register(type, aliases);
  }

  /** Makes a class known by its class name and further names. */
  register(type: ConfigurableClass<T>, aliases: readonly string[] = []): void {
    const name = snakeCase(type.className);
    this.#names.push(name);
    for (const key of [name, ...aliases]) this.#classes.set(snakeCase(key), type);
  }

  /** The class of that name. */
  find(name: string): ConfigurableClass<T> | undefined {
    return this.#classes.get(snakeCase(name));
  }

  /** The instance that a name with all defaults, or a serialized object, stands for. */
  create(identifier: string | SerializedObject): T {
    const name = typeof identifier === 'string' ? identifier : identifier.class_name;
    const type = this.find(name);
    if (type === undefined) {
      throw new ValueError(
        `Unknown ${this.kind} '${name}'.${didYouMean(snakeCase(name), this.#classes.keys())} ` +
          `Known: ${this.#names.join(', ')}.`,
      );
    }
    return type.fromConfig(typeof identifier === 'string' ? {} : identifier.config);
  }

  /** `object` as Keras writes it into JSON. */
  serialize(object: T): SerializedObject {
    const { className } = object.constructor as unknown as ConfigurableClass<T>;
    return {
      module: this.module,
      class_name: className,
      config: object.getConfig(),
      registered_name: null,
    };
  }
}
