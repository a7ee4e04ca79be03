import { isPromise } from '../../../config/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { elementKind, type ItemKind } from './item-kind.js';
import type { Element } from './element.js';

// Most data are at once there, so readers wait only where they must: a promise for each of 60 000 rows would cost more
// than the rows.

/** Something now, or later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * One pass through the items of a stage. The caller that opens it closes it, once, at its end, before it, or after an error.
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

/** One run through a pipeline. */
export interface Pass {
  /** Where shuffles without a seed of their own draw theirs; undefined if there is none. */
  readonly generator: SeedGenerator | undefined;
  /** Whatever waits for the program or the host fails with the signal's reason as soon as it is aborted. */
  readonly signal: AbortSignal | undefined;
}

/** A step of a pipeline: knows how to make its items, holds none until it is opened. */
export interface Stage<T> {
  readonly kind: ItemKind<T>;
  /** Items of one pass: a number, Infinity, or undefined if that is not known. */
  readonly size: number | undefined;
  /** The stages that it reads. */
  readonly upstream: readonly Stage<unknown>[];
  open(pass: Pass): Reader<T>;
  /** Gives back what it holds between passes. */
  dispose?(): void;
}

/** A stage whose items are elements. */
export function elementsOf<T>(stage: Stage<T>): Stage<Element> {
  if ((stage.kind as ItemKind<unknown>) === elementKind) return stage as unknown as Stage<Element>;
  return {
    kind: elementKind,
    size: stage.size,
    upstream: [stage],
    open(pass) {
      const reader = stage.open(pass);
      return {
        next: () =>
          andThen(reader.next(), (item) =>
            item === undefined ? undefined : stage.kind.element(item),
          ),
        close: () => reader.close(),
      };
    },
  };
}
