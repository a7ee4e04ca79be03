// What a vector of four float32 lanes can do beyond single instructions.
// This is the only file that knows strict from relaxed SIMD.

/**
 * a * b + c, rounded after the product and after the sum. The relaxed build rounds once where the processor can,
 * which is faster, and not the same everywhere.
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** (l0 + l2) + (l1 + l3): the one tree by which lanes are added. */
// @ts-ignore: decorator
@inline
export function horizontalSum(x: v128): f32 {
  const pairs = f32x4.add(x, i64x2.shuffle(x, x, 1, 0));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The largest lane; NaN if any lane is NaN. */
// @ts-ignore: decorator
@inline
export function horizontalMax(x: v128): f32 {
  const pairs = f32x4.max(x, i64x2.shuffle(x, x, 1, 0));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** The smallest lane; NaN if any lane is NaN. */
// @ts-ignore: decorator
@inline
export function horizontalMin(x: v128): f32 {
  const pairs = f32x4.min(x, i64x2.shuffle(x, x, 1, 0));
  return min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/**
 * The first `count` (0 … 3) float32 at `from`, the other lanes 0. Reads nothing beyond them. It calls itself, which no
 * caller lets it do, because a function that holds a call is not inlined: copies in its many callers would be 3.5 KB
 * (measured).
 */
export function loadLanes(from: usize, count: i32): v128 {
  if (count > 1) {
    const pair = v128.load64_zero(from);
    return count == 2 ? pair : v128.load_lane<f32>(from, pair, 2, 8);
  }
  if (count == 1) return v128.load32_zero(from);
  return count == 0 ? i32x4.splat(0) : loadLanes(from, 0);
}

/** Writes the first `count` (0 … 3) lanes and nothing beyond them. Calls itself for the same reason. */
export function storeLanes(to: usize, x: v128, count: i32): void {
  if (count > 1) {
    v128.store_lane<i64>(to, x, 0);
    if (count > 2) v128.store_lane<f32>(to, x, 2, 8);
  } else if (count == 1) v128.store_lane<f32>(to, x, 0);
  else if (count < 0) storeLanes(to, x, 0);
}

/** The float32 at `from`, as many as there are (`count`) up to four; the other lanes 0. */
// @ts-ignore: decorator
@inline
export function loadVector(from: usize, count: i32): v128 {
  return count >= 4 ? v128.load(from) : loadLanes(from, count);
}

/** Writes as many lanes as there are elements (`count`), up to four. */
// @ts-ignore: decorator
@inline
export function storeVector(to: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(to, x);
  else storeLanes(to, x, count);
}

/** For `lastLanes`: which bytes are kept, of one lane, of two and of three. */
const LAST_LANES = memory.data<u32>([
  0x0f0e0d0c, 0xffffffff, 0xffffffff, 0xffffffff, // one
  0x0b0a0908, 0x0f0e0d0c, 0xffffffff, 0xffffffff, // two
  0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0xffffffff, // three
]); // prettier-ignore

/** The last `count` (1 … 3) lanes as the first ones, the others 0: of the last four of a row, those that begin no vector. */
// @ts-ignore: decorator
@inline
export function lastLanes(x: v128, count: i32): v128 {
  return i8x16.swizzle(x, v128.load(LAST_LANES + ((<usize>count) << 4) - 16));
}

/** x in the first `count` lanes, `other` in the rest. */
// @ts-ignore: decorator
@inline
export function padLanes(x: v128, other: v128, count: i32): v128 {
  return v128.bitselect(x, other, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}
