import type * as Library from './library.js';

/** What the chunk was given of the library. */
export let given: typeof Library;

/** Gives the chunk what it needs. */
export function give(library: typeof Library): void {
  given = library;
}
