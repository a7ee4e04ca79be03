// How a cache reaches the layers inside a call.
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { KeyValueCache } from './key-value-cache.js';

/** The cache of the call that runs. */
let current: KeyValueCache | undefined;

/** The cache that reaches the layers inside the call that runs; undefined if there is none. */
export function currentCache(): KeyValueCache | undefined {
  return current;
}

/**
 * Runs a call that was given a cache, or null: then no cache reaches it.
 *
 * @param label the layer that is called
 * @param x what it is called with
 */
export function withCache<T>(
  label: string,
  cache: KeyValueCache | null,
  x: unknown,
  call: () => T,
): T {
  const outer = current;
  const given = cache ?? undefined;
  if (given === outer) return call();
  if (given !== undefined && typeof (given as Partial<KeyValueCache>).begin !== 'function') {
    throw new ValueError(
      `${label}: cache must be a layers.KeyValueCache, got ${describeValue(cache)}.`,
    );
  }
  const end = given?.begin(label, x, outer);
  current = given;
  let isDone = false;
  try {
    const y = call();
    isDone = true;
    return y;
  } finally {
    current = outer;
    end?.(isDone);
  }
}

/** Runs work of a layer, such as finding out shapes, that no cache must reach. */
export function withoutCache<A extends readonly unknown[], T>(
  work: (...args: A) => T,
  ...args: A
): T {
  return current === undefined
    ? work(...args)
    : withCache('', null, undefined, () => work(...args));
}
