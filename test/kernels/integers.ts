// Reproducible whole numbers for kernel tests.

import { values } from './values.js';

/** `n` int32 spread evenly over [low, high). */
export function integers(n: number, low: number, high: number, seed: number): Int32Array {
  const spread = (high - low) / 2;
  return Int32Array.from(values(n, spread, seed), (value) => Math.floor(value + low + spread));
}

/** `n` bytes, all of 0 … 255. */
export function bytes(n: number, seed: number): Uint8Array {
  return Uint8Array.from(integers(n, 0, 256, seed));
}

/** `n` bytes 0 and 1, of which a part `density` is 1. */
export function bools(n: number, density: number, seed: number): Uint8Array {
  return Uint8Array.from(values(n, 1, seed), (value) => (value < 2 * density - 1 ? 1 : 0));
}
