import { checkNumber } from '../config/check-number.js';

/**
 * A layer's `seed` option: a whole number of at least 0, or null for one derived from the global
 * seed.
 */
export function checkSeed(owner: string, seed: number | null | undefined): number | null {
  if (seed === null || seed === undefined) return null;
  return checkNumber(owner, 'seed', seed, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    integer: true,
  });
}
