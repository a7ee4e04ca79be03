// Random order.

import { randomBits } from './uniform';

/**
 * out: int32 [n] ← a random order of 0 … n-1 by the inside-out form of Fisher and Yates: step i puts i
 * to index j = floor(bits_i (i + 1) / 2^32) <= i and moves what was there to index i. `out` first holds
 * the bits; step i reads its own before it overwrites them. The probability of each j is within 2^-32
 * of 1 / (i + 1).
 * @module core
 */
export function randomPermutation(
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  randomBits(0, 1, out, n, keyLow, keyHigh, counterLow, counterHigh);
  for (let i = 0; i < n; i++) {
    const here = out + ((<usize>i) << 2);
    const j = <i32>((<u64>load<u32>(here) * <u64>(i + 1)) >> 32);
    const there = out + ((<usize>j) << 2);
    store<i32>(here, load<i32>(there));
    store<i32>(there, i);
  }
}
