// Draws of a fuzz test from a list of numbers, which a failure can shrink.
import type { Draws } from '../specs/operation-spec.js';

/** Lengths around the lanes of a vector. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9];

/** Draws that the numbers decide, of shapes with at most this many elements. */
export function drawsFrom(numbers: readonly number[], mostElements = 120): Draws {
  let next = 0;
  const below = (n: number): number => (numbers[next++ % numbers.length] ?? 0) % n;
  return {
    below,
    shape: (rank) => {
      const lengths = Array.from({ length: rank + below(5 - rank) }, () => LENGTHS[below(LENGTHS.length)] ?? 1); // prettier-ignore
      let size = 1;
      return lengths.map((n) => {
        const length = size * n > mostElements ? 1 : n;
        size *= length;
        return length;
      });
    },
  };
}
