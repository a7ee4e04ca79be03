import { advice } from './advice.js';

/** The version of this package. */
export const VERSION = '0.1.0';

/** This copy of the library. Base classes hold it under `'~lanegrad'`, so that what another copy made can be told. */
export const COPY = { version: VERSION };

/**
 * What a message says of an object, or of a class, that another copy of the library made; nothing of any other. That two
 * copies are loaded is no fault: frameworks load one for each side of a page, and a hot update loads one again. So the
 * place where they meet says so, and none before.
 */
export function madeElsewhere(value: object): string {
  const { '~lanegrad': copy } = value as { readonly '~lanegrad'?: typeof COPY };
  if (copy === undefined || copy === COPY) return '';
  return (
    `, made by another copy of lanegrad (${copy.version}, this is ${VERSION}; have one: see \`npm ls lanegrad\` and ` +
    '`npm dedupe`, import it in one way, and reload a page after a hot update)'
  );
}

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

// What a value is, whatever realm it comes from. `instanceof` knows the classes of its own realm alone: under Jest, in
// vm contexts and in frames, the errors and arrays of the host, or of the page, are of others.

/** What the language calls the kind of a value: `Error`, `ArrayBuffer`, `Uint8Array`, `Map`, `URL`, `Object` … */
export function brandOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Whether something that was thrown is an error. */
export function isError(value: unknown): value is Error {
  // A browser's error may have a brand of its own: QuotaExceededError.
  return /^DOMException$|Error$/.test(brandOf(value));
}

/** What an error says, or anything else that was thrown. */
export function messageOf(error: unknown): string {
  if (isError(error)) return error.message;
  return typeof error === 'string' ? error : describeValue(error);
}

/** Whether a value is there later: a promise, or what can be awaited as one. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

/** Whether the memory of a view is not shared with other threads. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return brandOf(value) === 'ArrayBuffer';
}

/** Whether a value is a Uint8Array, a Buffer of Node for one. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return brandOf(value) === 'Uint8Array';
}

/** Whether a value is a Blob or a File. */
export function isBlob(value: unknown): value is Blob {
  return /^(Blob|File)$/.test(brandOf(value));
}

/** Whether a value is a URL. */
export function isUrl(value: unknown): value is URL {
  return brandOf(value) === 'URL';
}

/** Whether a value is a regular expression. */
export function isRegExp(value: unknown): value is RegExp {
  return brandOf(value) === 'RegExp';
}

/** Whether a value is an object of no class, as `{}` makes it. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

// What consoles show of an object in place of its fields.

/** Node and Bun call the first with (depth, options), Deno the second with (inspect, options). */
const HOOKS = ['nodejs.util.inspect.custom', 'Deno.customInspect'] as const;

/**
 * Objects of a class are shown as `text(object, depth)`: `depth` counts the levels that may be shown inside, and is below
 * 0 where the object itself lies too deep for more than its name. What cannot be described (a prototype, an object whose
 * constructor runs) is shown as the name of its class.
 */
export function showAs<T extends object>(
  type: { readonly prototype: T },
  text: (object: T, depth: number) => string,
): void {
  for (const hook of HOOKS) {
    Object.defineProperty(type.prototype, Symbol.for(hook), {
      configurable: true,
      writable: true,
      value(this: T, first: unknown, options?: { readonly depth?: number | null }): string {
        const depth = typeof first === 'function' ? options?.depth : first;
        try {
          return text(this, typeof depth === 'number' ? depth : Infinity);
        } catch {
          return `<${this.constructor.name}>`;
        }
      },
    });
  }
}

/** Lines below a first one, indented by two spaces. */
export function indent(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line.replaceAll('\n', '\n  ')}`).join('');
}
