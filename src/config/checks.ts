import { ValueError } from '../errors.js';
import { describeValue } from './describe-value.js';
import { didYouMean } from './advice.js';

/** Which numbers an argument may have; without limits any finite number. */
export interface NumberRange {
  /** Smallest allowed. */
  readonly min?: number;
  /** Largest allowed. */
  readonly max?: number;
  /** Every allowed number is greater. */
  readonly above?: number;
  /** Every allowed number is smaller. */
  readonly below?: number;
  readonly integer?: boolean;
}

/**
 * `value` if it is a finite number in `range`, else a ValueError that names the owner, the
 * argument, what came and what is allowed.
 */
export function checkNumber(
  owner: string,
  name: string,
  value: unknown,
  range: NumberRange = {},
): number {
  const { min = -Infinity, max = Infinity, integer = false } = range;
  const { above = -Infinity, below = Infinity } = range;
  if (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    value > above &&
    value < below &&
    (!integer || Number.isInteger(value))
  ) {
    return value;
  }
  throw new ValueError(
    `${owner}: ${name} must be ${describeRange(range)}, got ${describeValue(value)}.`,
  );
}

/**
 * Whether `value` is a list of such items. A list with gaps, as `new Array(3)` makes it, is none: `every` passes over gaps.
 */
export function isListOf<T>(
  value: unknown,
  isItem: (item: unknown) => item is T,
): value is readonly T[];
export function isListOf(
  value: unknown,
  isItem: (item: unknown) => boolean,
): value is readonly unknown[];
export function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (!isItem(item)) return false;
  return true;
}

/** `value` if it is true or false, else a ValueError. */
export function checkBoolean(owner: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ValueError(`${owner}: ${name} must be true or false, got ${describeValue(value)}.`);
}

/** `value` if it is a text that is not empty, else a ValueError. */
export function checkText(owner: string, name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ValueError(
    `${owner}: ${name} must be a text that is not empty, got ${describeValue(value)}.`,
  );
}

/** `signal` if it is the signal of an AbortController, or undefined; else a ValueError. Throws its reason if it is aborted. */
export function checkSignal(owner: string, signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const { throwIfAborted } = (signal ?? {}) as { readonly throwIfAborted?: unknown };
  if (typeof signal !== 'object' || typeof throwIfAborted !== 'function') {
    throw new ValueError(
      `${owner}: signal must be the signal of an AbortController, got ${describeValue(signal)}.`,
    );
  }
  const given = signal as AbortSignal;
  given.throwIfAborted();
  return given;
}

/** `value` if it is a function, else a ValueError. */
export function checkFunction<F>(owner: string, name: string, value: F): F {
  if (typeof value === 'function') return value;
  throw new ValueError(`${owner}: ${name} must be a function, got ${describeValue(value)}.`);
}

function describeRange({ min, max, above, below, integer = false }: NumberRange): string {
  const kind = integer ? 'a whole number' : 'a finite number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  const limits: string[] = [];
  if (min !== undefined) limits.push(`of at least ${min}`);
  if (above !== undefined) limits.push(`above ${above}`);
  if (max !== undefined) limits.push(`of at most ${max}`);
  if (below !== undefined) limits.push(`below ${below}`);
  return limits.length === 0 ? kind : `${kind} ${limits.join(' and ')}`;
}

/** `channels_first` → `channelsFirst`. */
type CamelCase<N extends string> = N extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : N;

/** A name in Keras's snake_case or in camelCase, as options take it. */
export type EitherSpelling<N extends string> = N | CamelCase<N>;

/**
 * The name in Keras's spelling that `value` is a spelling of: `channels_first`, `channelsFirst`, `CHANNELS_FIRST`.
 *
 * @param known the names in Keras's spelling
 * @param alternative what else the caller takes, for messages: 'null'
 * @throws ValueError for anything else, listing the names.
 */
export function oneOf<N extends string>(
  owner: string,
  option: string,
  value: unknown,
  known: readonly N[],
  alternative?: string,
): N {
  const given = typeof value === 'string' ? folded(value) : undefined;
  const found = known.find((name) => folded(name) === given);
  if (found !== undefined) return found;
  const names = known.map((name) => `'${name}'`);
  if (alternative !== undefined) names.push(alternative);
  const list = names.slice(0, -1).join(', ');
  throw new ValueError(
    `${owner}: ${option} must be ${list === '' ? '' : `${list} or `}${names.at(-1) ?? ''}, got ` +
      `${describeValue(value)}.${typeof value === 'string' ? didYouMean(value, known) : ''}`,
  );
}

/** What is left of a name where spellings differ no more. */
function folded(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
