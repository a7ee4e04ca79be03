// The largest magnitude among float32, as bits without their sign: they are in the order of the numbers, infinity and then NaN
// at the end. Each share of a kernel finds that of what it reads or writes.

/** The larger lanes of `largest` and of the bits of x, which lose their sign. */
// @ts-ignore: decorator
@inline
export function largerBits(largest: v128, x: v128): v128 {
  return i32x4.max_u(largest, i32x4.shl(x, 1));
}

/**
 * words[thread] = the largest of what `largerBits` has found. Words of shares that there are not become 0.
 * @internal
 */
export function storeMagnitude(
  thread: i32,
  threads: i32,
  words: usize,
  count: i32,
  largest: v128,
): void {
  const pairs = i32x4.max_u(largest, i64x2.shuffle(largest, largest, 1, 0));
  const found = max(<u32>i32x4.extract_lane(pairs, 0), <u32>i32x4.extract_lane(pairs, 1));
  store<u32>(words + ((<usize>thread) << 2), found >> 1);
  for (thread += threads; thread < count; thread += threads) {
    store<u32>(words + ((<usize>thread) << 2), 0);
  }
}
