import { ValueError } from '../errors.js';
import { COPY, isPlainObject } from './describe-value.js';
import type { EitherSpelling } from './checks.js';
import { classNameOf, declarations, snakeCase, uniqueName } from './names.js';
import type { SnakeCase } from './names.js';
import { storedValue } from './option.js';
import type { Declaration, Given, GivenFor, Stored } from './option.js';
import { disposeOnError } from './dispose-on-error.js';
import { checkOptions, optionsFromConfig, requireObject } from './options.js';
import type { Config } from './options.js';

/** An object that Keras can save: an instance of a class with declared options. */
export abstract class KerasObject {
  /** Keras's name of the class. Set it in your own class, since minifiers rename classes. */
  static readonly className: string = 'KerasObject';
  /** The options of the class, those of its base class first. */
  static readonly declared = {};
  /** What the class says of itself apart from its options. */
  static readonly facts: Facts = {};
  /**
   * Names of the options of your own class. The config contains the properties of these names, and `fromConfig` passes
   * them to the constructor.
   */
  static readonly optionNames: readonly string[] = [];

  /** The copy of the library that the object belongs to. @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** The options in Keras's spelling. */
  getConfig(): Config {
    return declaredConfig(this);
  }
}

/** What a class says of itself apart from its options. */
export interface Facts<
  Names extends readonly string[] = readonly string[],
  Aliases extends readonly string[] = readonly string[],
> {
  /** Options that the constructor takes one by one, before the object with the others. */
  readonly positional?: Names;
  /** Further names under which Keras knows the class: `['mse']`. */
  readonly aliases?: Aliases;
  /** The name of a loss or metric that is given none, in either spelling: `'huberLoss'`. Default: counted, `'auc'`, `'auc_1'`. */
  readonly name?: string;
  /** The name of the class in Python, where files call it otherwise. */
  readonly pythonName?: string;
  /** Whether there are objects of subclasses only, though programs see the class: configs do not name it. */
  readonly isAbstract?: boolean;
  /** Keras's module of the class, where it is another than that of the family. Then files name the class as registered, too. */
  readonly module?: string;
  /** Keys that Keras writes into configs, each with the value that it has here. No other is read. */
  readonly fixed?: Config;
  /** Keys in configs that mean nothing here, each with the values that lose nothing. */
  readonly ignored?: Readonly<Record<string, readonly unknown[]>>;
  /**
   * The config of the object that the name alone stands for. Default: that of `fromConfig({})`. It belongs to the name, as
   * aliases do: a subclass, which has a name of its own, does not inherit it.
   */
  readonly byName?: Config;
  /**
   * Turns a config of an older version of Keras into one of today. It belongs to the options: the config of a subclass,
   * which has these options too, goes through that of the base class first.
   */
  readonly upgrade?: (config: Config) => Config;
}

/** A class whose options are declared: each base class, and what `configurable` makes of it. */
export interface Declaring<D extends Declaration = Declaration> {
  readonly className: string;
  /** The options of the class, those of its base class first. */
  readonly declared: D;
  /** What else the class says of itself. */
  readonly facts: Facts;
  /** Names of options that are not declared. */
  readonly optionNames: readonly string[];
}

type Abstract<T = object> = abstract new (...args: never[]) => T;
type Over<Base, Derived> = Derived & Omit<Base, keyof Derived>;

type Arguments<D, Positional extends readonly string[]> = {
  readonly [I in keyof Positional]: Positional[I] extends keyof D
    ? GivenFor<D[Positional[I]]> | undefined
    : never;
};

/** Names of the options that a class takes one by one: its own, or those of its base class. */
type PositionalOf<Base extends Declaring, Own extends readonly string[]> = Own extends readonly [
  string,
  ...string[],
]
  ? Own
  : NonNullable<Base['facts']['positional']>;

/** A declaration; none where `undefined` stands for it, of which TypeScript only says that its names are texts. */
type Stated<D> = string extends keyof D ? Nothing : D;

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- no options at all
type Nothing = Record<never, never>;

/** The class that `configurable` makes. */
export type Configured<
  Base extends Declaring & Abstract,
  Name extends string,
  D extends Declaration,
  Own extends readonly string[],
  Aliases extends readonly string[] = readonly string[],
> = Omit<Base, 'prototype' | 'className' | 'declared' | 'facts' | 'fromConfig'> & {
  /** Keras's name of the class, as in configs. */
  readonly className: string;
  /** The options of the class, those of its base class first. */
  readonly declared: Over<Base['declared'], Stated<D>>;
  /** What else the class says of itself. */
  readonly facts: Facts<PositionalOf<Base, Own>, Aliases> & { readonly className: Name };
  /**
   * Creates the object that a Keras config describes.
   *
   * @param config a config, as `getConfig` returns it
   * @throws ValueError for an unknown key or value.
   */
  fromConfig<T>(this: new (...args: never[]) => T, config: Config): T;
  /**
   * Creates an object.
   *
   * @param args an object of options, after the options that the class takes as separate arguments
   */
  new (
    ...args: ConstructorArguments<Base, D, Own>
  ): InstanceType<Base> & Stored<Omit<Stated<D>, keyof Base['declared']>>;
};

/** `options`, and a list of those that stand before them; or what a base class takes that takes options one by one. */
type ConstructorArguments<
  Base extends Declaring & Abstract,
  D extends Declaration,
  Own extends readonly string[],
> = Own extends readonly [string, ...string[]]
  ? [options: Given<Omit<Over<Base['declared'], Stated<D>>, Own[number]>>, args: Arguments<D, Own>]
  : NonNullable<Base['facts']['positional']> extends readonly [string, ...string[]]
    ? ConstructorParameters<Base>
    : [options?: Given<Over<Base['declared'], Stated<D>>>];

/** The names and aliases of the classes that a module exports. */
export type ClassNames<Module> = {
  [Name in keyof Module]: Module[Name] extends {
    readonly facts: { readonly className: infer Own extends string };
  }
    ? Own | AliasOf<Module[Name]>
    : never;
}[keyof Module];

/** The names of the classes of a module, as options take them: `'mean_squared_error'`, `'meanSquaredError'`, `'mse'`. */
export type NamesOf<Classes> = EitherSpelling<SnakeCase<ClassNames<Classes>>>;

type AliasOf<Type> = Type extends {
  readonly facts: { readonly aliases?: infer Aliases extends readonly string[] | undefined };
}
  ? NonNullable<Aliases>[number]
  : never;

/** Names of the options that a class takes one by one; none where its facts do not say. */
type PositionalNames<
  Type extends Declaring,
  Name = NonNullable<Type['facts']['positional']>,
> = Name extends readonly (infer N)[] ? (string extends N ? never : N) : never;

/** The options of a class, as a user gives them. */
export type OptionsOf<Type extends Declaring> = Given<
  Omit<Type['declared'], PositionalNames<Type> & string>
>;

/**
 * A base class for the class of Keras that is called `className`, with options declared once: their types, the
 * check, the properties, `getConfig` and `fromConfig` follow.
 *
 * @example
 * class ELU extends configurable(layers.Layer, 'ELU', {
 *   alpha: number({ default: 1 }),
 * }) {
 *   call(x) { return activations.elu(x, this.alpha); }
 * }
 */
export function configurable<
  Base extends Declaring & Abstract,
  const Name extends string,
  D extends Declaration = Nothing,
  const Positional extends readonly (keyof D & string)[] = readonly [],
  const Aliases extends readonly string[] = readonly [],
>(
  base: Base,
  className: Name,
  options?: D,
  facts: Facts<Positional, Aliases> = {},
): Configured<Base, Name, D, Positional, Aliases> {
  const { positional } = facts;
  // A program has more classes than it uses: what objects need is put together when the first is made.
  let declared: Declaration | undefined;
  let allFacts: (Facts & { readonly className: string }) | undefined;
  const type = class extends (base as unknown as new (...args: unknown[]) => object) {
    declare static className: string;

    static get declared(): Declaration {
      return (declared ??= { ...base.declared, ...options });
    }

    static get facts(): Facts {
      if (allFacts !== undefined) return allFacts;
      const { facts: inherited } = base;
      const upgrade = inOrder(inherited.upgrade, facts.upgrade);
      allFacts = {
        ...facts,
        className,
        positional: positional ?? inherited.positional ?? [],
        fixed: { ...inherited.fixed, ...facts.fixed },
        ignored: { ...inherited.ignored, ...facts.ignored },
        ...(upgrade === undefined ? {} : { upgrade }),
      };
      return allFacts;
    }

    static fromConfig(config: Config): object {
      return fromConfig(this, config);
    }

    constructor(...args: unknown[]) {
      if (positional === undefined) super(...args);
      else super(withArguments(classNameOf(new.target.prototype as object), positional, ...args));
    }
  };
  type.className = className;
  declarations.add(type);
  return type as unknown as Configured<Base, Name, D, Positional, Aliases>;
}

/** `first`, then `second`, where both are there. */
function inOrder(first: Facts['upgrade'], second: Facts['upgrade']): Facts['upgrade'] {
  if (first === undefined || second === undefined) return first ?? second;
  return (config) => second(first(config));
}

/** One object with all options, also those that came one by one. */
function withArguments(
  owner: string,
  names: readonly string[],
  options: unknown = {},
  args: unknown = [],
): object {
  checkOptions(owner, options as object);
  const [first] = args as readonly unknown[];
  const named = isPlainObject(first) ? names.find((name) => Object.hasOwn(first, name)) : undefined;
  if (named !== undefined) throw standsBefore(owner, named, names);
  const all: Record<string, unknown> = { ...(options as object) };
  names.forEach((name, i) => {
    if (Object.hasOwn(all, name)) throw standsBefore(owner, name, names);
    all[name] = (args as readonly unknown[])[i];
  });
  return all;
}

const standsBefore = (owner: string, name: string, names: readonly string[]): ValueError =>
  new ValueError(
    `${owner}: ${name} comes before the options: new ${owner}(${names.join(', ')}, { … }).`,
  );

/**
 * Checks the options of an object, in its base class's constructor, and keeps them in properties of their names.
 *
 * @param label how messages name the object. Default: by its class
 * @param further names of options that a class of a user's takes in addition to those that are declared
 * @throws ValueError for an option that is unknown or not allowed.
 */
export function configure(
  object: object,
  options: object,
  label?: string,
  further: readonly string[] = [],
): void {
  const type = declaringOf(object);
  const owner = classNameOf(object);
  checkOptions(owner, options, namesOf(type, further));
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, option] of Object.entries(type.declared)) {
    if (option.isOwn === true) continue;
    const value = storedValue(option, given[name], { owner, label: label ?? owner, name, object });
    if (option.isStored === false) continue;
    // Defined, not assigned: an object with many properties stays one that engines read fast.
    Object.defineProperty(object, name, {
      value: frozen(value),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}

/** A list that an object keeps is its own and does not change: what computes with it need not look at its elements again. */
function frozen(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze(value.map(frozen)) : value;
}

/**
 * The name of an object that is given none: the one that its class says, else `otherwise`, else the name of the class,
 * counted.
 */
export function usualName(object: object, otherwise?: string): string {
  const { name } = declaringOf(object).facts;
  if (name !== undefined) return snakeCase(name);
  return otherwise ?? uniqueName(classNameOf(object));
}

/** Names of options, those of every class of the kind last. */
function namesOf(type: Declaring, further: readonly string[] = []): readonly string[] {
  const { declared, facts, optionNames } = type;
  const all = Object.entries(declared);
  const names = (isOwn: boolean): readonly string[] =>
    all.filter(([, option]) => (option.isOwn === true) === isOwn).map(([name]) => name);
  const { positional = [] } = facts;
  return [...new Set([...positional, ...further, ...optionNames, ...names(false), ...names(true)])];
}

/** What the options of an object are in a config of Keras, without those that its class keeps in its own way. */
export function declaredConfig(object: object): Record<string, unknown> {
  const { declared, facts, optionNames } = declaringOf(object);
  const config: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(declared)) {
    if (option.isOwn === true) continue;
    // What is not stored may be the name of an accessor.
    const stored: unknown = option.isStored === false ? undefined : Reflect.get(object, name);
    const value: unknown = option.toConfig === undefined ? stored : option.toConfig(stored);
    if (value !== undefined) config[configKey(name)] = value;
  }
  for (const name of optionNames) {
    const value: unknown = Reflect.get(object, name);
    if (value !== undefined) config[configKey(name)] = value;
  }
  for (const [key, value] of Object.entries(facts.fixed ?? {})) {
    if (!Object.hasOwn(config, key)) config[key] = value;
  }
  return config;
}

/** Keras's key of an option: `kernelSize` → `kernel_size`, `beta1` → `beta_1`. */
function configKey(name: string): string {
  return snakeCase(name).replace(/([a-z]{2})(\d)/, '$1_$2');
}

/** The object of class `type` that a config of Keras describes. @throws ValueError for an unknown key or value. */
export function fromConfig(type: object, config: Config): object {
  const { declared, facts, prototype } = type as Declaring & { readonly prototype: object };
  const { positional = [], ignored, fixed = {}, upgrade } = facts;
  const neutral = Object.entries(fixed).map(([key, value]) => [key, [value]] as const);
  const owner = classNameOf(prototype);
  const options = optionsFromConfig(
    owner,
    upgrade === undefined ? config : upgrade(requireObject(owner, 'config', config)),
    namesOf(type as Declaring),
    { ...Object.fromEntries(neutral), ...ignored },
    (name) => declared[name]?.takesNull === true,
  );
  const args = positional.map((name) => options[name]);
  const rest = Object.entries(options).filter(([name]) => !positional.includes(name));
  const Type = type as new (...args: unknown[]) => object;
  return disposeOnError(() => new Type(...args, Object.fromEntries(rest)));
}

function declaringOf(object: object): Declaring {
  return object.constructor as unknown as Declaring;
}
