// ln x and ln(1 + x) on four float32 lanes.
//
// x = 2^k m with m in [sqrt(1/2), sqrt 2); ln x = k ln 2 + ln(1 + f) with f = m - 1.

import { madd } from '../lanes';
import { minusHalf, one, polynomial7, splatAt } from './polynomial';

/** The bits of sqrt(1/2): subtracting them makes the exponent field floor to the right k. */
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

// ln(1 + f) = f - f² / 2 + f³ p(f), minimax: error below 2^-27.
const SERIES = memory.data<f32>([
  -7.64514953e-2, 0.127783552, -0.131642282, 0.141998321, -0.166227743, 0.200012848, -0.250008374,
  0.333333313,
]);

const CONSTANTS = memory.data<f32>([
  0.693145751953125, // the first 16 bits of ln 2: its product with |k| <= 255 is exact
  1.42860677e-6, // the rest of ln 2
  1.17549435e-38, // the smallest normal float32
  33554432, // 2^25
  2.98023224e-8, // 2^-25: below it ln(1 + x) rounds to x
  0.25,
  4,
]);

/**
 * k ln 2 + ln(1 + f) for f in [sqrt(1/2) - 1, sqrt 2 - 1], except where u (the argument of the
 * logarithm) has no k and f: 0 gives -infinity, below 0 NaN, infinity and NaN give themselves.
 */
function composeLog(u: v128, k: v128, f: v128): v128 {
  const z = f32x4.mul(f, f);
  // Small terms first.
  let y = f32x4.mul(polynomial7(f, SERIES), f32x4.mul(f, z));
  y = madd(k, splatAt(CONSTANTS, 1), y);
  y = madd(z, minusHalf(), y);
  y = madd(k, splatAt(CONSTANTS, 0), f32x4.add(f, y));

  const zero = f32x4.splat(0);
  y = v128.bitselect(y, u, f32x4.lt(u, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.eq(u, zero));
  return v128.or(y, f32x4.lt(u, zero));
}

/** ln x. Error below 1 ulp everywhere, arguments below the normal range included. */
export function logF32x4(x: v128): v128 {
  const subnormal = f32x4.lt(x, splatAt(CONSTANTS, 2));
  const scaled = v128.bitselect(f32x4.mul(x, splatAt(CONSTANTS, 3)), x, subnormal);
  const k = i32x4.shr_s(i32x4.sub(scaled, i32x4.splat(SQRT_HALF_BITS)), 23);
  const m = i32x4.sub(scaled, i32x4.shl(k, 23));
  // The factor 2^25 is taken back from the exponent.
  const exponent = i32x4.sub(k, v128.and(subnormal, i32x4.splat(25)));
  return composeLog(x, f32x4.convert_i32x4_s(exponent), f32x4.sub(m, one()));
}

/** ln(1 + x), accurate near 0. Error below 1.6 ulp everywhere. */
export function log1pF32x4(x: v128): v128 {
  const u = f32x4.add(one(), x);
  const k = i32x4.shr_s(i32x4.sub(u, i32x4.splat(SQRT_HALF_BITS)), 23);
  // 1 + x was rounded, so f = 2^-k (1 + x) - 1 comes from x: 2^-k x + (2^-k - 1), where both terms
  // are exact. (4 * 2^-k stays within the exponents of float32 up to k = 128.)
  const quarter = splatAt(CONSTANTS, 5);
  const fourfold = i32x4.sub(splatAt(CONSTANTS, 6), i32x4.shl(k, 23));
  const offset = f32x4.sub(f32x4.mul(fourfold, quarter), one());
  const f = madd(f32x4.mul(x, quarter), fourfold, offset);
  const y = composeLog(u, f32x4.convert_i32x4_s(k), f);
  // Near 0 x itself is the answer, with its sign when it is 0.
  const tiny = f32x4.lt(f32x4.abs(x), splatAt(CONSTANTS, 4));
  return v128.bitselect(x, y, tiny);
}
