// Vectors that may stand at the end of an array. With a constant count of four they are one instruction.

/**
 * The first `count` (0 … 3) float32 at `from`, the other lanes 0. Recursive because a function that
 * holds a call is not inlined: each of its many callers would otherwise carry a copy, 3.5 KB together
 * in softmax, the losses and the optimizers (measured).
 */
function loadRest(from: usize, count: i32): v128 {
  if (count <= 0) return i32x4.splat(0);
  const rest = loadRest(from + 4, count - 1);
  return v128.load_lane<f32>(from, i32x4.shuffle(rest, rest, 0, 0, 1, 2), 0);
}

/** Writes the first `count` (0 … 3) lanes and nothing beyond them. Recursive for the same reason. */
function storeRest(to: usize, x: v128, count: i32): void {
  if (count <= 0) return;
  v128.store_lane<f32>(to, x, 0);
  storeRest(to + 4, i32x4.shuffle(x, x, 1, 2, 3, 3), count - 1);
}

/** The float32 at `from`, as many as there are (`count`) up to four; the other lanes 0. */
// @ts-ignore: decorator
@inline
export function loadVector(from: usize, count: i32): v128 {
  return count >= 4 ? v128.load(from) : loadRest(from, count);
}

/** Writes as many lanes as there are elements (`count`), up to four. */
// @ts-ignore: decorator
@inline
export function storeVector(to: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(to, x);
  else storeRest(to, x, count);
}

/** x in the first `count` lanes, `other` in the rest. */
// @ts-ignore: decorator
@inline
export function padLanes(x: v128, other: v128, count: i32): v128 {
  return v128.bitselect(x, other, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}
