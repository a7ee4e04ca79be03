// The logarithm of two float64 lanes, exact to about 1e-12. It needs no table, so that a side module that takes it alone has no data of it.

/** 1.5 · 2^52: adding it leaves the nearest integer in the low bits of the sum. */
const SHIFT: f64 = 6755399441055744;

/** The bits of sqrt(1/2): subtracting them makes the exponent field floor to the right k. */
const SQRT_HALF: i64 = 0x3fe6a09e667f3bcd;

/** ln x of numbers that no float64 is too small for; −∞ of 0, NaN below it. */
export function log(x: v128): v128 {
  const k = i64x2.shr_s(i64x2.sub(x, i64x2.splat(SQRT_HALF)), 52);
  const m = i64x2.sub(x, i64x2.shl(k, 52));
  const exponent = f64x2.sub(
    i64x2.add(k, i64x2.splat(reinterpret<i64>(SHIFT))),
    f64x2.splat(SHIFT),
  );
  // ln m = 2 artanh s = 2 s Σ s^2n / (2n + 1) with s = (m - 1) / (m + 1).
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(s, s);
  let series = f64x2.splat(1.0 / 17);
  for (let n: f64 = 15; n > 0; n -= 2) {
    series = f64x2.add(f64x2.mul(series, z), f64x2.splat(1 / n));
  }
  const y = f64x2.add(
    f64x2.mul(exponent, f64x2.splat(0.6931471805599453)),
    f64x2.mul(f64x2.add(s, s), series),
  );
  const zero = f64x2.splat(0);
  let result = v128.bitselect(y, x, f64x2.lt(x, f64x2.splat(Infinity)));
  result = v128.bitselect(f64x2.splat(-Infinity), result, f64x2.eq(x, zero));
  return v128.or(result, f64x2.lt(x, zero));
}
