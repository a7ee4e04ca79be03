import { describeValue, printable } from '../../config/describe-value.js';
import { exp, log, power } from '../../config/elementary.js';
import { isListOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** The value of a hyperparameter: a number, a string, true or false. */
export type HyperparameterValue = string | number | boolean;

/**
 * How the numbers of a range are distributed: evenly, evenly in each power of ten (`'log'`), or the same from the other
 * end (`'reverse_log'`).
 */
export type Sampling = 'linear' | 'log' | 'reverse_log';

/** A number in a range, as `hp.int` and `hp.float` declare it. */
export interface NumericHyperparameter {
  /** Whether the number is whole. */
  readonly kind: 'int' | 'float';
  /** The name of the hyperparameter. */
  readonly name: string;
  /** The smallest value. */
  readonly min: number;
  /** The largest value. */
  readonly max: number;
  /** The difference between neighbouring values, or their ratio for `'log'` and `'reverse_log'`; null: any number in the range. */
  readonly step: number | null;
  /** How values are distributed. */
  readonly sampling: Sampling;
  /** The default value. */
  readonly default: number;
}

/** One of a list of values, as `hp.choice` declares it. */
export interface ChoiceHyperparameter {
  /** One of a list. */
  readonly kind: 'choice';
  /** The name of the hyperparameter. */
  readonly name: string;
  /** The values. */
  readonly values: readonly HyperparameterValue[];
  /** Whether neighbours in the list are more similar than other values. */
  readonly ordered: boolean;
  /** The default value. */
  readonly default: HyperparameterValue;
}

/** True or false, as `hp.boolean` declares it. */
export interface BooleanHyperparameter {
  /** True or false. */
  readonly kind: 'boolean';
  /** The name of the hyperparameter. */
  readonly name: string;
  /** The default value. */
  readonly default: boolean;
}

/** A fixed value, as `hp.fixed` declares it. */
export interface FixedHyperparameter {
  /** One value. */
  readonly kind: 'fixed';
  /** The name of the hyperparameter. */
  readonly name: string;
  /** The value. */
  readonly default: HyperparameterValue;
}

/** A parameter that a search varies: a name and its possible values. */
export type Hyperparameter =
  NumericHyperparameter | ChoiceHyperparameter | BooleanHyperparameter | FixedHyperparameter;

/** By how much a number may miss a grid: quotients of decimal fractions are rounded. */
const SLACK = 1e-8;

/** Digits that the numbers of a grid keep: 0.1 + 2 · 0.1 is meant to be 0.3. */
const DIGITS = 14;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** How many values there are; Infinity for a range of floats without a step. */
export function countOf(of: Hyperparameter): number {
  switch (of.kind) {
    case 'fixed':
      return 1;
    case 'boolean':
      return 2;
    case 'choice':
      return of.values.length;
    default:
      return countOfNumbers(of);
  }
}

function countOfNumbers({ kind, min, max, step, sampling }: NumericHyperparameter): number {
  if (min === max) return 1;
  if (step === null) return kind === 'int' ? max - min + 1 : Infinity;
  const steps = sampling === 'linear' ? (max - min) / step : log(max / min) / log(step);
  return Math.floor(steps + SLACK) + 1;
}

/** Whether values lie on a grid by a step or a list, of which each is as likely: not whole numbers on a scale of logarithms. */
const isGrid = (of: Hyperparameter): boolean =>
  (of.kind !== 'int' && of.kind !== 'float') || of.step !== null || of.min === of.max;

/** The value of that index on the grid, from 0 on. */
export function valueAtIndex(of: Hyperparameter, index: number): HyperparameterValue {
  switch (of.kind) {
    case 'fixed':
      return of.default;
    case 'boolean':
      return index === 1;
    case 'choice':
      return of.values[index] ?? of.default;
    default:
      return numberAtIndex(of, index);
  }
}

function numberAtIndex(of: NumericHyperparameter, index: number): number {
  const { min, max, sampling } = of;
  const step = of.step ?? 1;
  if (sampling === 'linear') return Math.min(max, rounded(min + index * step));
  if (sampling === 'log') return Math.min(max, rounded(min * power(step, index)));
  const fromMax = countOfNumbers(of) - 1 - index;
  return Math.max(min, rounded(max + min - min * power(step, fromMax)));
}

/** The index of a value on the grid, or that of the nearest. */
function indexOf(of: Hyperparameter, value: HyperparameterValue): number {
  switch (of.kind) {
    case 'fixed':
      return 0;
    case 'boolean':
      return value === true ? 1 : 0;
    case 'choice':
      return Math.max(0, of.values.indexOf(value));
    default: {
      const { min, max, sampling } = of;
      const [number, step] = [Number(value), of.step ?? 1];
      if (min === max) return 0;
      if (sampling === 'linear') return Math.round((number - min) / step);
      const steps = (from: number): number => Math.round(log(from / min) / log(step));
      return sampling === 'log'
        ? steps(number)
        : countOfNumbers(of) - 1 - steps(max + min - number);
    }
  }
}

/**
 * The value that a number from 0 to 1 stands for; equal parts of the way from 0 to 1 stand for values that are as likely.
 */
export function valueAt(of: Hyperparameter, unit: number): HyperparameterValue {
  const share = Math.min(Math.max(unit, 0), 1);
  if (isGrid(of)) {
    const count = countOf(of);
    return valueAtIndex(of, Math.min(count - 1, Math.floor(share * count)));
  }
  const { kind, min, max, sampling } = of as NumericHyperparameter;
  if (share === 0 || share === 1) return share === 0 ? min : max;
  // Whole numbers get a part of the range each, up to the next one.
  const end = kind === 'int' ? max + 1 : max;
  const along = sampling === 'reverse_log' ? 1 - share : share;
  const value =
    sampling === 'linear' ? min + along * (end - min) : min * exp(along * log(end / min));
  const mirrored = sampling === 'reverse_log' ? end + min - value : value;
  return Math.min(max, Math.max(min, kind === 'int' ? Math.floor(mirrored) : mirrored));
}

/** The number from 0 to 1 that stands for a value: the middle of its part. */
export function unitOf(of: Hyperparameter, value: HyperparameterValue): number {
  if (isGrid(of)) return (indexOf(of, value) + 0.5) / countOf(of);
  const { kind, min, max, sampling } = of as NumericHyperparameter;
  const end = kind === 'int' ? max + 1 : max;
  const middle = Number(value) + (kind === 'int' ? 0.5 : 0);
  if (sampling === 'linear') return (middle - min) / (end - min);
  const from = sampling === 'log' ? middle : end + min - middle;
  const along = log(from / min) / log(end / min);
  return sampling === 'log' ? along : 1 - along;
}

/** Whether a hyperparameter may have that value. */
export function allows(of: Hyperparameter, value: unknown): value is HyperparameterValue {
  switch (of.kind) {
    case 'fixed':
      return value === of.default;
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return (of.values as readonly unknown[]).includes(value);
    default:
      return typeof value === 'number' && allowsNumber(of, value);
  }
}

function allowsNumber(of: NumericHyperparameter, value: number): boolean {
  const { kind, min, max, step } = of;
  if (!Number.isFinite(value) || value < min || value > max) return false;
  if (kind === 'int' && !Number.isInteger(value)) return false;
  if (step === null) return true;
  const index = indexOf(of, value);
  const nearest = numberAtIndex(of, Math.min(Math.max(index, 0), countOfNumbers(of) - 1));
  return Math.abs(nearest - value) <= SLACK * Math.max(Math.abs(value), max - min, 1e-300);
}

/** Values that a grid takes of a range without a step. */
const GRID_VALUES = 10;

/** How many values a search of a grid goes through: of a range without a step ten, or all if they are fewer. */
export function gridCount(of: Hyperparameter): number {
  const count = countOf(of);
  return isGrid(of) ? count : Math.min(count, GRID_VALUES);
}

/** The value of that index in a search of a grid, from 0 on. */
export function gridValue(of: Hyperparameter, index: number): HyperparameterValue {
  if (isGrid(of)) return valueAtIndex(of, index);
  const { kind, min, max } = of as NumericHyperparameter;
  const last = gridCount(of) - 1;
  let value = min;
  for (let i = 1; i <= index; i++) {
    const spread = i === last ? max : Number(valueAt(of, i / last));
    // Small whole numbers of a scale of logarithms are closer than 1: then the next ones follow.
    value = kind === 'int' ? Math.min(max - last + i, Math.max(value + 1, spread)) : spread;
  }
  return value;
}

/** Whether both declare the same values. Their defaults may differ. */
export function isSame(one: Hyperparameter, other: Hyperparameter): boolean {
  const facts = (of: Hyperparameter): string =>
    JSON.stringify(
      of.kind === 'int' || of.kind === 'float'
        ? [of.kind, of.min, of.max, of.step, of.sampling]
        : of.kind === 'choice'
          ? [of.kind, of.values]
          : of.kind === 'fixed'
            ? [of.kind, of.default]
            : [of.kind],
    );
  return facts(one) === facts(other);
}

/** What may be chosen, for messages and summaries: `int from 8 to 64 by steps of 8`. */
export function describeHyperparameter(of: Hyperparameter): string {
  switch (of.kind) {
    case 'fixed':
      return `fixed at ${describeValue(of.default)}`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${describeValue(of.values)}`;
    default: {
      const { kind, min, max, step, sampling } = of;
      const isPlain = step === null || (kind === 'int' && step === 1 && sampling === 'linear');
      const unit = sampling === 'linear' ? 'steps of' : 'factors of';
      const spread = sampling === 'linear' ? '' : `, sampling '${sampling}'`;
      return `${kind} from ${min} to ${max}${isPlain ? '' : ` by ${unit} ${step}`}${spread}`;
    }
  }
}

/** What the names of values begin with that a tuner sets. */
export const OWN_PREFIX = 'tuner/';

/** The names of the values that `Hyperband` sets: where a trial stands, its epochs, and what it goes on from. */
export const OWN_NAMES = {
  bracket: `${OWN_PREFIX}bracket`,
  round: `${OWN_PREFIX}round`,
  epochs: `${OWN_PREFIX}epochs`,
  initialEpoch: `${OWN_PREFIX}initial_epoch`,
  before: `${OWN_PREFIX}trial_id`,
} as const;

const MAX_NAME = 200;

/** The name of a hyperparameter. @throws ValueError for one that is none, or that belongs to tuners. */
export function checkName(owner: string, name: unknown): string {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME) {
    throw new ValueError(
      `${owner}: the name of a hyperparameter is a text of 1 to ${MAX_NAME} characters, got ${describeValue(name)}.`,
    );
  }
  if (name.startsWith(OWN_PREFIX)) {
    throw new ValueError(
      `${owner}: '${printable(name)}' begins with '${OWN_PREFIX}', and such names are the tuner's. Give another name.`,
    );
  }
  return name;
}

/** Whether something is a value that a hyperparameter may have. */
export function isHyperparameterValue(value: unknown): value is HyperparameterValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** Values of a choice. */
const MAX_VALUES = 10_000;

/** Whether something is a list of different values of one type, as a choice has it. */
export function isChoices(value: unknown): value is readonly HyperparameterValue[] {
  return (
    isListOf(value, isHyperparameterValue) &&
    value.length > 0 &&
    value.length <= MAX_VALUES &&
    new Set(value).size === value.length &&
    value.every((one) => typeof one === typeof value[0])
  );
}
