// Questions that are asked before or after a kernel, so that an error can say what is wrong.

/** The position of the first of `count` int32 that is not in [0, limit), or -1. */
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

/** How many of the n float32 are not zero. */
export function countNonZero(x: usize, n: i32): i32 {
  let count = 0;
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16) count += popcnt(i32x4.bitmask(f32x4.ne(v128.load(x), zero)));
  for (; n > 0; n--, x += 4) count += i32(load<f32>(x) != 0);
  return count;
}

/** 1 if none of the n float32 is infinite or NaN, else 0. */
export function allFinite(x: usize, n: i32): i32 {
  // x - x is 0 for every finite x and NaN for the others.
  let bad = i32x4.splat(0);
  for (; n >= 4; n -= 4) {
    const v = v128.load(x);
    const zero = f32x4.sub(v, v);
    bad = v128.or(bad, f32x4.ne(zero, zero));
    x += 16;
  }
  if (v128.any_true(bad)) return 0;
  for (; n > 0; n--) {
    const v = load<f32>(x);
    if (v - v != 0) return 0;
    x += 4;
  }
  return 1;
}
