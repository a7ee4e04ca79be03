import type * as Library from './library.js';

/** The library, as far as the chunk was given it. */
export let library: typeof Library;

/** Gives the chunk its part of the library. */
export function give(part: typeof Library): void {
  library = part;
}
