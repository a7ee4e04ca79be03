import { isUrl } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { storeAddress } from './stores/store.js';
import type { StoreAddress } from './stores/store.js';

/** An object that receives a file. */
export interface ByteSink {
  /**
   * Receives all bytes of a file.
   *
   * @param name the suggested name of the file: `model.safetensors`
   * @param bytes all bytes of the file
   */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): unknown;
}

/**
 * The target of a file:
 *
 * - a path or `file:` URL (Node, Deno, Bun): an existing file stays intact until the new one is complete;
 * - `indexeddb://name` or `localstorage://name`, which the browser keeps for this site, replaced in one step (local
 *   storage holds about 5 million characters in total, so use it for small files); `downloads://name`, which the user
 *   gets as a download;
 * - an object that receives the bytes, `{ write(name, bytes) }`.
 */
export type Target = string | URL | ByteSink;

/** True for an object that takes bytes. */
export function isByteSink(target: unknown): target is ByteSink {
  return (
    typeof target === 'object' &&
    target !== null &&
    typeof (target as { write?: unknown }).write === 'function'
  );
}

/** A target that was looked at: a location in a store, a path, or an object that takes files. */
export type ResolvedTarget =
  | { readonly location: string; readonly store: StoreAddress | undefined }
  | { readonly location: undefined; readonly sink: ByteSink };

/** Where a target is. @param owner the method, for messages @throws ValueError for one that cannot be written to. */
export function resolveTarget(owner: string, target: Target): ResolvedTarget {
  if (isByteSink(target)) return { location: undefined, sink: target };
  if (typeof target !== 'string' && !isUrl(target)) {
    throw new ValueError(
      `${owner}: cannot write to ${describeValue(target)}. Give a path, or an object { write(name, bytes) }.`,
    );
  }
  const location = String(target);
  const store = storeAddress(location);
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location) ?? [];
  const isPath = location !== '' && (scheme === undefined || /^file$/i.test(scheme));
  if (store !== undefined || isPath) return { location, store };
  throw new ValueError(
    `${owner}: cannot write to '${location}'. Give a path, indexeddb://, localstorage:// or downloads:// and a ` +
      `name, or an object { write(name, bytes) } that stores or sends the bytes.`,
  );
}

/** The location that a target names; undefined for an object that takes bytes. Errors: see `placeOf`. */
export function targetLocation(owner: string, target: Target): string | undefined {
  return resolveTarget(owner, target).location;
}
