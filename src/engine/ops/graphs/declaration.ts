// How an operation stands in Keras's files: which class it is there, and how its arguments are told.
import { describeValue } from '../../../config/describe-value.js';
import { camelCase, checkOptions, didYouMean } from '../../../config/index.js';
import type { Config } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { Tensor } from '../../tensor/index.js';
import { isTensorSpec } from './operation-shape.js';
import { decodeOperand, encodeOperand, requireFinite } from './operand-config.js';

/** The arguments with which Keras calls an operation, after its config. */
export interface CallArguments {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** An operation's arguments as Keras keeps them: of its constructor, and of the call. */
export interface KerasArguments extends CallArguments {
  readonly config: Config;
}

/** A class of Keras's that stands for an operation. Arguments of the operation are called `own` here. */
export interface Declaration {
  /** Keras's module and class: `numpy.Mean`. */
  readonly className: string;
  /** Other classes that mean the same. Files may name them, and none is written. */
  readonly aliases: readonly string[];
  /** Whether another operation is read where the class is: then this one only writes it. */
  readonly isWrittenOnly?: boolean;
  /** The number of axes that the first operand has, where the class stands for several operations. */
  readonly rank: number | undefined;
  /** @throws ValueError for arguments that the class has no place for. */
  write(name: string, own: readonly unknown[]): KerasArguments;
  /**
   * The arguments of the operation for a call, undefined for input of another rank.
   *
   * @throws ValueError for what the operation does not have.
   */
  read(config: Config): (call: CallArguments) => unknown[] | undefined;
}

/** Marks an argument without a default. */
export const NEEDED = Symbol('needed');

/** Where an argument that is not an operand stands. */
type Destination = 'config' | 'call' | 'keras' | 'own';

/** An argument other than the operands. */
export interface Setting {
  readonly destination: Destination;
  /** The value where it is left out, in the operation and in Keras. */
  readonly own: unknown;
  readonly keras: unknown;
  /** What a config means that does not have it. */
  readonly missing: unknown;
  /** Other values that mean what the default does. */
  readonly accepted: readonly unknown[];
  /** Whether the argument is a tensor, or null. */
  readonly isOperand?: boolean;
  /** Whether Keras writes the argument of the call by its position, not by its name. */
  readonly isPositional?: boolean;
  /** The value for Keras; it may depend on those that stand before it. */
  readonly write: (value: unknown, config: Config) => unknown;
}

const same = (value: unknown): unknown => value;

/** An argument of both sides whose defaults differ, or whose value is written in another way. */
export function setting(
  own: unknown,
  keras: unknown = own,
  write: Setting['write'] = same,
): Setting {
  return { destination: 'config', own, keras, missing: keras, accepted: [], write };
}

/** An argument of both sides that Keras takes in the call. */
export function inCall(own: unknown, keras: unknown): Setting {
  const write = (value: unknown): unknown => (value === own ? keras : value);
  return { destination: 'call', own, keras, missing: keras, accepted: [], write };
}

/** An argument of both sides that Keras takes in the call, by its position behind the tensors. */
export function positionalInCall(own: unknown): Setting {
  return { ...inCall(own, own), isPositional: true };
}

/** A tensor, or null, that Keras takes in the call. */
export function operandInCall(): Setting {
  return { ...inCall(null, null), isOperand: true };
}

/** A tensor, a number or null that Keras takes in the constructor. */
export function operandInConfig(left: unknown): Setting {
  return { ...setting(left), isOperand: true };
}

/** An argument that only Keras has: written unless `value` is undefined, and refused with a value that is none of these. */
export function onlyKeras(value: unknown, ...accepted: readonly unknown[]): Setting {
  return {
    destination: 'keras',
    own: undefined,
    keras: value,
    missing: value,
    accepted,
    write: same,
  };
}

/** An argument that Keras's class lacks: refused with a value that is none of these. */
export function onlyOwn(value: unknown, ...accepted: readonly unknown[]): Setting {
  return {
    destination: 'own',
    own: value,
    keras: undefined,
    missing: undefined,
    accepted,
    write: same,
  };
}

/** Settings by Keras's names; a plain value is the default on both sides. */
export type Settings = Readonly<Record<string, unknown>>;

const isSetting = (value: unknown): value is Setting =>
  typeof value === 'object' && value !== null && 'destination' in value;

/** A setting with Keras's name. */
type NamedSetting = readonly [name: string, setting: Setting];

const settingsOf = (settings: Settings): NamedSetting[] =>
  Object.entries(settings).map(([name, value]) => [
    name,
    isSetting(value) ? value : setting(value),
  ]);

/** What can be declared in addition to class, operands and settings. */
export interface Further {
  /** Settings that stand in an options object behind all other arguments, there in camelCase. */
  readonly options?: Settings;
  readonly aliases?: readonly string[];
  readonly rank?: number;
  /** Whether Keras's call takes the operands in the opposite order. */
  readonly reversed?: boolean;
}

/**
 * An operation of Keras's.
 *
 * @param className its module and class
 * @param operands Keras's names of the arguments that are tensors or lists of tensors, in the operation's order
 * @param settings its other arguments, in the operation's order
 */
export function keras(
  className: string,
  operands: readonly string[],
  settings: Settings = {},
  further: Further = {},
): Declaration {
  const { aliases = [], rank } = further;
  const declared = new DeclaredClass(className, operands, settings, further);
  // Functions that need no `this`: declarations are copied to change a part of them.
  return {
    className,
    aliases,
    rank,
    write: (name, own) => declared.write(name, own),
    read: (config) => declared.read(config),
  };
}

/** Writes and reads the arguments of a declared class. */
class DeclaredClass {
  readonly #className: string;
  readonly #operands: readonly string[];
  readonly #rank: number | undefined;
  readonly #isReversed: boolean;
  readonly #positional: readonly NamedSetting[];
  readonly #options: readonly NamedSetting[];
  readonly #all: readonly NamedSetting[];
  /** The arguments of Keras's call, in its order. */
  readonly #callNames: readonly string[];

  constructor(
    className: string,
    operands: readonly string[],
    settings: Settings,
    { options = {}, rank, reversed = false }: Further,
  ) {
    this.#className = className;
    this.#operands = operands;
    this.#rank = rank;
    this.#isReversed = reversed;
    this.#positional = settingsOf(settings);
    this.#options = settingsOf(options);
    this.#all = [...this.#positional, ...this.#options];
    this.#callNames = [
      ...this.#inKerasOrder(operands),
      ...this.#all.filter(([, { destination }]) => destination === 'call').map(([name]) => name),
    ];
  }

  write(name: string, own: readonly unknown[]): KerasArguments {
    const given = this.#valuesOf(name, own.slice(this.#operands.length));
    const config: Record<string, unknown> = {};
    const kwargs: Record<string, unknown> = {};
    const positional: Record<string, unknown> = {};
    for (const [key, setting] of this.#all) {
      const { destination, own: left, keras: fixed, accepted, write: written } = setting;
      const value = given.has(key) ? given.get(key) : left;
      if (value === NEEDED) throw new ValueError(`${name}: ${camelCase(key)} is missing.`);
      const inTheCall = setting.isPositional === true ? positional : kwargs;
      if (destination === 'keras') {
        if (fixed !== undefined) config[key] = fixed;
      } else if (setting.isOperand === true) {
        const values = destination === 'config' ? config : inTheCall;
        values[key] = value === null ? null : encodeOperand(name, key, value);
      } else if (destination === 'config')
        config[key] = requireFinite(name, written(value, config));
      else if (destination === 'call') inTheCall[key] = requireFinite(name, written(value, config));
      else if (value !== left && !accepted.includes(value)) {
        throw new ValueError(
          `${name}: ${camelCase(key)} = ${describeValue(value)} cannot be written into a file of Keras's, as ${this.#className} has no such argument. Leave it out, or use other operations.`,
        );
      }
    }
    const tensors = this.#operands.map((operand, i) => encodeOperand(name, operand, own[i]));
    return { config, args: [...this.#inKerasOrder(tensors), ...Object.values(positional)], kwargs };
  }

  read(config: Config): (call: CallArguments) => unknown[] | undefined {
    const ofConstructor = this.#all.filter(
      ([, { destination }]) => destination === 'config' || destination === 'keras',
    );
    const known = ['name', ...ofConstructor.map(([key]) => key)];
    checkKeys(this.#className, 'config', config, known);
    for (const [key, { destination, keras: fixed, missing, accepted }] of ofConstructor) {
      const value = Object.hasOwn(config, key) ? config[key] : missing;
      if (value === NEEDED) {
        throw new ValueError(`${this.#className}: the config lacks ${key}.`);
      }
      if (destination === 'keras' && value !== fixed && !accepted.includes(value)) {
        throw new ValueError(
          `${this.#className}: config has ${key} = ${describeValue(value)}, which is not supported; supported: ` +
            `${[fixed, ...accepted]
              .filter((one) => one !== undefined)
              .map(describeValue)
              .join(', ')}.`,
        );
      }
    }
    return (call) => this.#readCall(config, call);
  }

  #inKerasOrder<T>(items: readonly T[]): readonly T[] {
    return this.#isReversed ? items.toReversed() : items;
  }

  /** The settings that are given among the arguments behind the operands. */
  #valuesOf(name: string, rest: readonly unknown[]): ReadonlyMap<string, unknown> {
    const values = new Map<string, unknown>();
    const own = this.#positional.filter(isOwn);
    own.forEach(([key], i) => {
      if (rest[i] !== undefined) values.set(key, rest[i]);
    });
    const last = rest[own.length];
    if (this.#options.length === 0 || last === undefined) return values;
    const object = last as Readonly<Record<string, unknown>>;
    checkOptions(
      name,
      object,
      this.#options.filter(isOwn).map(([key]) => camelCase(key)),
    );
    for (const [key] of this.#options) {
      const value = object[camelCase(key)];
      if (value !== undefined) values.set(key, value);
    }
    return values;
  }

  /** The arguments of the operation for a call, undefined for input of another rank. */
  #readCall(config: Config, { args, kwargs }: CallArguments): unknown[] | undefined {
    const className = this.#className;
    const callNames = this.#callNames;
    checkKeys(className, 'call', kwargs, callNames);
    if (args.length > callNames.length) {
      throw new ValueError(
        `${className}: the call has ${args.length} arguments, expected at most ${callNames.length}.`,
      );
    }
    const inCallOf = (key: string): unknown => {
      const index = callNames.indexOf(key);
      return index < args.length ? args[index] : kwargs[key];
    };
    const rank = this.#rank;
    if (rank !== undefined && rankOf(inCallOf(this.#operands[0] ?? '')) !== rank) return undefined;
    const tensors = this.#operands.map((operand) => {
      const value = inCallOf(operand);
      if (value !== undefined && value !== null) return decodeOperand(className, value);
      throw new ValueError(`${className}: the call lacks ${operand}.`);
    });
    const valueOf = ([key, setting]: NamedSetting): unknown =>
      readSetting(className, setting, setting.destination === 'call' ? inCallOf(key) : config[key]);
    const rest = this.#positional.filter(isOwn).map(valueOf);
    const object = this.#options
      .filter(isOwn)
      .map((option) => [camelCase(option[0]), valueOf(option)] as const)
      .filter(([, value]) => value !== undefined);
    if (object.length > 0) rest.push(Object.fromEntries(object));
    return [...tensors, ...trimmed(rest)];
  }
}

/** Whether the operation has the argument. */
const isOwn = ([, { destination }]: NamedSetting): boolean => destination !== 'keras';

/** The value of an argument for the operation, undefined where it means what leaving it out does. */
function readSetting(className: string, setting: Setting, given: unknown): unknown {
  const { destination, own, keras: left, missing, accepted, isOperand = false } = setting;
  if (destination === 'own') return undefined;
  const known = given === undefined ? missing : given;
  if (known === own || accepted.includes(known)) return undefined;
  if (destination === 'call' && known === left) return undefined;
  return isOperand ? decodeOperand(className, known) : known;
}

/** A class of one operand, or of two: Keras calls them x, or x1 and x2. */
export const one = (className: string, settings?: Settings, further?: Further): Declaration =>
  keras(className, ['x'], settings, further);

export const two = (className: string, settings?: Settings, further?: Further): Declaration =>
  keras(className, ['x1', 'x2'], settings, further);

function rankOf(x: unknown): number | undefined {
  return x instanceof Tensor || isTensorSpec(x) ? x.shape.length : undefined;
}

/** Without what is left out at the end. */
function trimmed(values: readonly unknown[]): unknown[] {
  const last = values.findLastIndex((value) => value !== undefined);
  return values.slice(0, last + 1);
}

/** Throws for a key that is not known: what a file says must not be ignored. */
export function checkKeys(
  className: string,
  where: string,
  object: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new ValueError(
    `${className}: ${where} has ${describeValue(unknown)}, which is unknown.${didYouMean(unknown, known)} Known: ` +
      `${known.join(', ')}.`,
  );
}
