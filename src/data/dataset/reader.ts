// Most data are at once there, so readers wait only where they must: a promise for each of 60 000 rows would cost more
// than the rows.

import { isPromise } from '../../config/index.js';

/** Something now, or later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * One pass through the items of a stage. Whoever opens it closes it, once, at its end, before it, or after an error.
 * `next` is not called while another call is under way.
 */
export interface Reader<T> {
  /** The next item, which is then the caller's; undefined at the end. */
  next(): Awaitable<T | undefined>;
  /** Lets go of all that the pass holds, here and upstream. */
  close(): Awaitable<void>;
}

/** `f` of the value, as soon as it is there. */
export function andThen<T, R>(value: Awaitable<T>, f: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? value.then(f) : f(value);
}

/** What a step of `loop` says to be called again. */
export const AGAIN = Symbol('again');

/** Calls `step` until it gives something other than AGAIN; waits only where a step does. */
export function loop<R>(step: () => Awaitable<R | typeof AGAIN>): Awaitable<R> {
  for (;;) {
    const result = step();
    if (isPromise(result)) return finish(result, step);
    if (result !== AGAIN) return result;
  }
}

async function finish<R>(
  first: Promise<R | typeof AGAIN>,
  step: () => Awaitable<R | typeof AGAIN>,
): Promise<R> {
  let result = await first;
  while (result === AGAIN) result = await step();
  return result;
}

/** Closes all readers, also if closing one fails; then throws what the first of them threw. */
export async function closeAll(readers: readonly Pick<Reader<unknown>, 'close'>[]): Promise<void> {
  const failures: unknown[] = [];
  for (const reader of readers) {
    try {
      await reader.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
