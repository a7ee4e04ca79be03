// Questions that are asked before or after a kernel, so that an error can say what is wrong.
import { loadLanes } from '../lanes';
import { largerBits, storeMagnitude } from '../magnitude';
import { shareBegin, shareEnd } from '../split';

/** Elements per step of the split. */
const GRAIN: i32 = 16;

/**
 * The position of the first of `count` int32 that is not in [0, limit), or -1.
 * @module core
 */
export function firstOutOfRange(indices: usize, count: i32, limit: i32): i32 {
  const bound = i32x4.splat(limit);
  let i = 0;
  // Unsigned, a negative index is larger than any limit.
  for (; i + 4 <= count; i += 4) {
    if (v128.any_true(i32x4.ge_u(v128.load(indices + ((<usize>i) << 2)), bound))) break;
  }
  for (; i < count; i++) {
    if (load<u32>(indices + ((<usize>i) << 2)) >= <u32>limit) return i;
  }
  return -1;
}

/**
 * The position of the first of `count` float32 that is not a whole number, or -1. Infinity is none, nor is NaN.
 * @module core
 */
export function firstFraction(x: usize, count: i32): i32 {
  for (let i = 0; i < count; i++) {
    const value = load<f32>(x + ((<usize>i) << 2));
    // The difference is NaN for infinity.
    if (value - trunc(value) != 0) return i;
  }
  return -1;
}

/**
 * How many of the n float32 are not zero.
 * @module core
 */
export function countNonZero(x: usize, n: i32): i32 {
  let count = 0;
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16) count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(x), zero)));
  for (; n > 0; n--, x += 4) count += i32(load<f32>(x) != 0);
  return count;
}

/**
 * words[count]: the bits of the largest magnitudes in the shares of the n float32, without their signs; 0 for shares that there
 * are not. Split over elements.
 * @cost 0.1 n
 */
export function largestMagnitude(
  thread: i32,
  threads: i32,
  words: usize,
  count: i32,
  x: usize,
  n: i32,
): void {
  const begin = shareBegin(n, thread, threads, GRAIN);
  let left = shareEnd(n, thread, threads, GRAIN) - begin;
  x += (<usize>begin) << 2;
  let largest = i32x4.splat(0);
  for (; left >= 4; left -= 4, x += 16) largest = largerBits(largest, v128.load(x));
  storeMagnitude(thread, threads, words, count, largerBits(largest, loadLanes(x, left)));
}
