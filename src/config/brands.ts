// What a value is, whatever realm it comes from. `instanceof` knows the classes of one's own realm alone: under Jest, in
// vm contexts and in frames, the errors and arrays of the host, or of the page, are of others.
import { describeValue } from './describe-value.js';

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

/** Whether the memory of a view is one's own, not shared with other threads. */
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
