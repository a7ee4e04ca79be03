// What a vector of four float32 lanes can do beyond single instructions.
// This is the only file that knows strict from relaxed SIMD.

/** a * b + c, rounded after the product and after the sum. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
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

/** The first `count` (0 … 3) float32 at `from`, the other lanes 0. Reads nothing beyond them. */
export function loadLanes(from: usize, count: i32): v128 {
  let x = f32x4.splat(0);
  if (count > 0) x = v128.load32_zero(from);
  if (count > 1) x = v128.load_lane<f32>(from, x, 1, 4);
  if (count > 2) x = v128.load_lane<f32>(from, x, 2, 8);
  return x;
}

/** Writes the first `count` (0 … 3) lanes and nothing beyond them. */
export function storeLanes(to: usize, x: v128, count: i32): void {
  if (count > 0) v128.store_lane<f32>(to, x, 0);
  if (count > 1) v128.store_lane<f32>(to, x, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, x, 2, 8);
}
