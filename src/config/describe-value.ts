import { advice } from './advice.js';
import { madeElsewhere } from './copy.js';

/** Characters of a text that a message shows. */
const MAX_TEXT = 200;
/** Characters of a description: a list or object ends with the entry that reaches them. */
const MAX_LENGTH = 200;
const MAX_ENTRIES = 10;
const MAX_DEPTH = 4;

/** What a terminal acts on and a reader does not see: ANSI sequences, control codes, changes of the writing direction. */
const INVISIBLE =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text without what a terminal acts on, cut after `length` characters. Names of users and files go through it. */
export function printable(text: string, length = MAX_TEXT): string {
  return text.length > length
    ? `${printable(text.slice(0, length), length)}…`
    : text.replace(INVISIBLE, '');
}

/** What stands for something else while a function is tried out. */
const standIns = new WeakMap<object, object>();

/** `value`, which messages describe as if it were `original`. */
export function standIn<T extends object>(value: T, original: object): T {
  standIns.set(value, original);
  return value;
}

/**
 * Any value as a reader recognizes it in a message, in bounded time and length: of a long, deep or cyclic value the
 * beginning. It runs no `toString` or `toJSON`, and a getter or proxy that throws does no harm.
 */
export function describeValue(value: unknown): string {
  return describe(value, 0);
}

function describe(value: unknown, depth: number): string {
  try {
    switch (typeof value) {
      case 'string':
        return `'${printable(value)}'${advice()?.onText(value) ?? ''}`;
      case 'bigint':
        // To write a very long one would take minutes.
        return BigInt.asIntN(64, value) === value ? `${value}n` : 'a long BigInt';
      case 'function':
        return (
          (value.name === '' ? 'a function' : `${nameOf(value)}()`) +
          madeElsewhere((value.prototype ?? {}) as object)
        );
      case 'object':
        return value === null ? 'null' : describeObject(value, depth);
      default:
        return printable(String(value));
    }
  } catch {
    return `${typeof value === 'function' ? 'a function' : 'an object'} that cannot be read`;
  }
}

function describeObject(given: object, depth: number): string {
  const value = standIns.get(given) ?? given;
  if (Array.isArray(value)) {
    return `[${entries(value.length, depth, (i) => describe(value[i], depth + 1))}]`;
  }
  const { constructor: type, shape, dtype } = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(shape) && typeof dtype === 'string') {
    const kind = 'trainable' in value ? 'variable' : 'node' in value ? 'symbolic tensor' : 'tensor';
    return `a ${kind} of shape ${describe(shape, depth)} and dtype ${printable(dtype)}${madeElsewhere(value)}`;
  }
  const name = typeof type === 'function' ? nameOf(type) : '';
  if (ArrayBuffer.isView(value) && 'length' in value) {
    return `a ${name} of length ${Number(value.length)}`;
  }
  if (name === 'Promise') return 'a Promise (write await before the call that gave it)';
  if (name !== '' && name !== 'Object') {
    return `an object of class ${name}${madeElsewhere(value)}${advice()?.onObjectOf(name) ?? ''}`;
  }
  const keys = Object.keys(value);
  const inside = entries(keys.length, depth, (i) => {
    const key = keys[i] ?? '';
    return `${printable(key)}: ${describe((value as Readonly<Record<string, unknown>>)[key], depth + 1)}`;
  });
  return inside === '' ? '{}' : `{ ${inside} }`;
}

/** The first of `count` entries. */
function entries(count: number, depth: number, entry: (i: number) => string): string {
  let text = '';
  for (let i = 0; i < count; i++) {
    if (i > 0) text += ', ';
    if (depth === MAX_DEPTH || i === MAX_ENTRIES || text.length > MAX_LENGTH) return `${text}…`;
    text += entry(i);
  }
  return text;
}

function nameOf({ name }: { readonly name: unknown }): string {
  return typeof name === 'string' ? printable(name) : '';
}
