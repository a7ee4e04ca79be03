import { ValueError } from '../errors.js';

/** Which numbers an argument may have; without limits any finite number. */
export interface NumberRange {
  /** Smallest allowed. */
  readonly min?: number;
  /** Largest allowed. */
  readonly max?: number;
  /** Every allowed number is greater. */
  readonly above?: number;
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
  const { min = -Infinity, max = Infinity, above = -Infinity, integer = false } = range;
  if (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    value > above &&
    (!integer || Number.isInteger(value))
  ) {
    return value;
  }
  throw new ValueError(
    `${owner}: ${name} must be ${describeRange(range)}, got ${describeValue(value)}.`,
  );
}

/** `value` if it is true or false, else a ValueError. */
export function checkBoolean(owner: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ValueError(`${owner}: ${name} must be true or false, got ${describeValue(value)}.`);
}

/** A value as a reader recognizes it in a message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `${value.name}()`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (typeof (value as { readonly then?: unknown }).then === 'function') {
    return 'a Promise (write await before the call that gave it)';
  }
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  const { constructor } = value;
  return constructor === Object || constructor === undefined
    ? JSON.stringify(value)
    : `an object of class ${constructor.name}`;
}

function describeRange({ min, max, above, integer = false }: NumberRange): string {
  const kind = integer ? 'a whole number' : 'a finite number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  const limits: string[] = [];
  if (min !== undefined) limits.push(`of at least ${min}`);
  if (above !== undefined) limits.push(`above ${above}`);
  if (max !== undefined) limits.push(`of at most ${max}`);
  return limits.length === 0 ? kind : `${kind} ${limits.join(' and ')}`;
}
