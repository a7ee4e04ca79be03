// Reading before there is something to read for: so the processor looks for many pieces of memory at once, and in an
// order that it foresees.

/** Bytes of a line of the cache. */
export const LINE: usize = 64;

/**
 * Reads a byte in every `step` bytes of from … end. What it returns is of no use, but has to be stored somewhere, or
 * compilers leave the reads out.
 */
export function touch(from: usize, end: usize, step: usize): u32 {
  let any: u32 = 0;
  for (; from < end; from += step) any |= load<u8>(from);
  return any;
}
