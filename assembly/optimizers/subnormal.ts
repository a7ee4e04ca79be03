// What optimizers remember decays: where gradients stay 0, a mean of squares becomes subnormal after some 800 steps and
// remains so. Some processors take a hundred times longer to compute with such numbers (measured on an Intel Xeon: a step
// of RMSprop with 1.3 % of them, as the seed network has after an epoch, takes 280 µs, without them 175). So means of
// squares are kept above them, and what has a sign is set to 0 before it gets there.

/** The root of the least square: 2^-55. A thousandth of the square is still normal. */
const LEAST_ROOT: f32 = 2.7755575615628914e-17;

/** Above this epsilon, 2^-30, such squares do not change a bit of the denominators √(v + ε) and √v + ε. */
const LARGE_EPSILON: f32 = 9.313225746154785e-10;

/** What has a sign counts as 0 up to here: 2^-110. */
const NEGLIGIBLE: f32 = 7.703719777548943e-34;

/** The least root for `squareOf`: 0 with an epsilon so small that more would be seen. */
// @ts-ignore: decorator
@inline
export function leastRoot(epsilon: f32): v128 {
  return f32x4.splat(epsilon >= LARGE_EPSILON ? LEAST_ROOT : 0);
}

/** x², at least `least`². NaN stays. */
// @ts-ignore: decorator
@inline
export function squareOf(x: v128, least: v128): v128 {
  const root = f32x4.pmax(f32x4.abs(x), least);
  return f32x4.mul(root, root);
}

/** The limit for `flush`. */
// @ts-ignore: decorator
@inline
export function negligible(): v128 {
  return f32x4.splat(NEGLIGIBLE);
}

/** x, but 0 where |x| <= limit. NaN stays. */
// @ts-ignore: decorator
@inline
export function flush(x: v128, limit: v128): v128 {
  return v128.andnot(x, f32x4.le(f32x4.abs(x), limit));
}
