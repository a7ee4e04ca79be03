import { ValueError } from '../errors.js';
import { checkBoolean, checkNumber, checkText, isListOf, oneOf } from './checks.js';
import type { EitherSpelling, NumberRange } from './checks.js';
import { describeValue } from './describe-value.js';
import { checkLength, LENGTH } from './limits.js';

/** Where a value stands: what messages name, and the object that is being made. */
export interface OptionContext {
  /** The class, `'Dense'`. */
  readonly owner: string;
  /** The object, `"Dense layer 'dense_1'"`; the class where objects have no names. */
  readonly label: string;
  /** The option, `'units'`. */
  readonly name: string;
  /** The object that gets the option. What was declared before is stored already. */
  readonly object: object;
}

/**
 * An option of a class: what may be given for it, and what an object stores in the property of its name. `Stored` is `never`
 * where the class stores the option in a way of its own.
 */
export interface Option<Given = unknown, Stored = Given> {
  /** Stands for an option that is not given, or null. A default of null is stored as it is. */
  readonly default?: Given | null | undefined;
  /** The value to store. @throws ValueError that names the option, what came and what is allowed. */
  readonly check: (value: unknown, context: OptionContext) => Stored;
  /** The value as it stands in a config of Keras; undefined: not at all. Without it, the value that is stored. */
  toConfig?(value: Stored): unknown;
  /** Whether null is a value that `check` takes, and does not stand for the default. */
  readonly takesNull?: boolean;
  /** Whether the class checks, stores and writes the option itself. */
  readonly isOwn?: boolean;
  /** Whether the option only says how weights are made, held and penalized: `call` does not look at the option. */
  readonly isOfWeights?: boolean;
  /** False: the object does not store the option. */
  readonly isStored?: false;
  /** The allowed numbers, of an option that is one. */
  readonly range?: NumberRange;
  /** The allowed names, of an option that is one. */
  readonly names?: readonly string[];
}

/** The options of a class under their names. */
export type Declaration = Readonly<Record<string, Option>>;

/** What may be given for an option. */
export type GivenFor<O> = O extends Option<infer Value, infer _> ? Value : never;
type StoredFor<O> = O extends Option<infer _, infer Value> ? Value : never;
type StoredNames<D> = { [N in keyof D]: [StoredFor<D[N]>] extends [never] ? never : N }[keyof D];
type Properties<D> = { readonly [N in keyof D]: StoredFor<D[N]> };

/**
 * The options of a declaration as a user gives them. Doc comments come from the declaration. `Partial` has the compiler write
 * the options in its messages, not the type that they are computed from.
 */
export type Given<D> = Partial<{ readonly [N in keyof D]: GivenFor<D[N]> }>;

/** The properties that an object stores of the options of a declaration. */
export type Stored<D> = Properties<Pick<D, StoredNames<D>>>;

/** The value that an object stores of an option: what came, checked, or the default. */
export function storedValue(option: Option, came: unknown, context: OptionContext): unknown {
  const isDefault = came === undefined || (came === null && option.takesNull !== true);
  if (isDefault && option.default === null) return null;
  return option.check(isDefault ? (option.default ?? came) : came, context);
}

interface NullDefault {
  readonly default: null;
}

/** A number: finite, in a range, whole if `integer`. */
export function number(spec?: NumberRange & { readonly default?: number }): Option<number>;
export function number(spec: NumberRange & NullDefault): Option<number | null>;
export function number(
  spec: NumberRange & { readonly default?: number | null } = {},
): Option<number | null> {
  return {
    default: spec.default,
    range: spec,
    check: (given, { owner, name }) => checkNumber(owner, name, given, spec),
  };
}

/** A length or size: a whole number from 1 to `MAX_LENGTH`. */
export function length(spec?: { readonly default?: number }): Option<number>;
export function length(spec: NullDefault): Option<number | null>;
export function length(spec: { readonly default?: number | null } = {}): Option<number | null> {
  return {
    ...spec,
    range: LENGTH,
    check: (given, { owner, name }) => checkLength(owner, name, given),
  };
}

/** True or false. */
export function boolean(spec: { readonly default?: boolean } = {}): Option<boolean> {
  return { ...spec, check: (given, { owner, name }) => checkBoolean(owner, name, given) };
}

/** True unless it is false, or null as in configs of Keras, which asks only whether the value counts as true. */
export function flag(): Option<boolean> {
  return {
    default: true,
    takesNull: true,
    check: (given, { owner, name }) => given !== null && checkBoolean(owner, name, given),
  };
}

/** One axis or several, counted from the end if negative. */
export type Axes = number | readonly number[];

/** `value` if it is a whole number or a list of them. @throws ValueError for anything else. */
export function checkAxes(value: unknown, { owner, name }: OptionContext): Axes {
  if (Number.isInteger(value)) return value as number;
  if (isListOf(value, Number.isInteger) && value.length > 0) return [...(value as number[])];
  throw new ValueError(
    `${owner}: ${name} must be a whole number or a list of them, got ${describeValue(value)}.`,
  );
}

/** One axis or several; with a default of null also none in particular. */
export function axes(spec: { readonly default: number }): Option<Axes>;
export function axes(spec: NullDefault): Option<Axes | null>;
export function axes(spec: { readonly default: number | null }): Option<Axes | null> {
  return { ...spec, check: checkAxes };
}

/** A text that is not empty. */
export function text(spec?: { readonly default?: string }): Option<string>;
export function text(spec: NullDefault): Option<string | null>;
export function text(spec: { readonly default?: string | null } = {}): Option<string | null> {
  return { ...spec, check: (given, { owner, name }) => checkText(owner, name, given) };
}

/** One of a few names in Keras's spelling, which may be given in camelCase too; with `orNull` also null, the usual default then. */
export function choice<const N extends string>(
  names: readonly N[],
  spec?: { readonly default?: NoInfer<N>; readonly orNull?: false },
): Option<EitherSpelling<N>, N>;
export function choice<const N extends string>(
  names: readonly N[],
  spec: { readonly default?: NoInfer<N>; readonly orNull: true },
): Option<EitherSpelling<N> | null, N | null>;
export function choice<const N extends string>(
  names: readonly N[],
  spec: { readonly default?: N; readonly orNull?: boolean } = {},
): Option<EitherSpelling<N>, N | null> {
  const { orNull = false, default: value = orNull ? null : undefined } = spec;
  return {
    default: value,
    takesNull: orNull,
    names,
    check: (given, { owner, name }) =>
      given === null && orNull
        ? null
        : oneOf(owner, name, given, names, orNull ? 'null' : undefined),
  };
}

/**
 * An option of Keras of which only one value is supported, or a few that all mean the same here. `advice` ends the message
 * about any other.
 *
 * @param values what is supported, the default first
 * @param isWritten whether the default stands in configs
 */
export function only<const V extends string | number | boolean | null>(
  values: readonly V[],
  advice = 'Leave it out.',
  isWritten = true,
): Option<V, never> {
  const value = values[0] as V;
  return {
    default: value,
    isStored: false,
    check: (given, { owner, name }) => {
      if (values.includes(given as V)) return value as never;
      if (typeof value === 'boolean') checkBoolean(owner, name, given);
      throw new ValueError(
        `${owner}: ${name} = ${describeValue(given)} is not supported. ${advice}`,
      );
    },
    toConfig: () => (isWritten ? value : undefined),
  };
}

/**
 * Checks options that are declared, of a function that knows others too.
 *
 * @throws ValueError for a value that is not allowed.
 */
export function checkDeclared(owner: string, declared: Declaration, options: object): void {
  for (const [name, option] of Object.entries(declared)) {
    const came = (options as Readonly<Record<string, unknown>>)[name];
    storedValue(option, came, { owner, label: owner, name, object: options });
  }
}

/** An option that its class checks, keeps and writes itself. */
export function own<Value>(
  spec: Pick<Option<Value>, 'default' | 'takesNull'> = {},
): Option<Value, never> {
  return { ...spec, isOwn: true, check: (given) => given as never };
}
