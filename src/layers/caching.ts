// How a cache reaches the layers inside a call.
import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import type { KeyValueCache } from './key-value-cache.js';
import { holdsSymbolic } from './symbolic-tensor.js';

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
  if (given !== undefined) {
    if (typeof (given as Partial<KeyValueCache>).during !== 'function') {
      throw new ValueError(
        `${label}: cache must be a layers.KeyValueCache, got ${describeValue(cache)}.`,
      );
    }
    if (holdsSymbolic(x)) {
      throw new ValueError(
        `${label}: a cache goes with tensors, but the input is symbolic. Give the cache to the model that is made.`,
      );
    }
    if (outer !== undefined) {
      throw new ValueError(
        `${label} was given another cache than the call that it is a part of. A call has one cache; leave this one out.`,
      );
    }
  }
  current = given;
  try {
    return given === undefined ? call() : given.during(label, call);
  } finally {
    current = outer;
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

/**
 * Lets a layer be called with a cache.
 *
 * @param label gives the layer's name; asked for only in an error, as this runs each call
 * @param input what it is given
 * @throws ValueError unless it may be, and the input fits what the cache keeps
 */
export function admit(
  cache: KeyValueCache,
  label: () => string,
  supportsCaching: boolean,
  training: boolean,
  input: unknown,
): void {
  if (training) {
    throw new ValueError(`${label()}: training does not go with a cache. Leave one of them out.`);
  }
  if (!supportsCaching) {
    throw new ValueError(
      `${label()} cannot be called with a cache: with one a layer sees the new steps alone, and it may mix steps. Call the model ` +
        `without the cache. A layer of your own may set supportsCaching = true if it works on each step by itself, or reads ` +
        `the number of steps before from cache.length; layers inside of it are asked themselves.`,
    );
  }
  cache.enter(label, input);
}
