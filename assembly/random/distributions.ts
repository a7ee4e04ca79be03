// From vectors of random 32-bit words to vectors of draws, four at a time.

import { madd } from '../lanes';
import { logF32x4 } from '../math/log';
import { cosF32x4, sinF32x4 } from '../math/trig';

/** u = floor(bits / 2^8) · 2^-24, in [0, 1): every value is a multiple of 2^-24, all equally likely. */
// @ts-ignore: decorator
@inline
export function unitInterval(bits: v128): v128 {
  // Below 2^24, so that the signed conversion (one instruction) is exact.
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 8)), f32x4.splat(5.9604644775390625e-8));
}

/** sqrt(-2 ln u) with u = 1 - unitInterval(bits), in (0, 1]: the radius of Box and Muller, at most 5.77. */
export function gaussianRadius(bits: v128): v128 {
  const u = f32x4.sub(f32x4.splat(1), unitInterval(bits));
  return f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logF32x4(u)));
}

/** 2π · (floor(bits / 2^8) as a signed number) · 2^-24, in [-π, π). */
// @ts-ignore: decorator
@inline
function gaussianAngle(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(bits, 8)), f32x4.splat(3.7450702829239286e-7));
}

/** radius · cos(angle) */
// @ts-ignore: decorator
@inline
export function gaussianCosine(radius: v128, bits: v128): v128 {
  return f32x4.mul(radius, cosF32x4(gaussianAngle(bits)));
}

/** radius · sin(angle) */
// @ts-ignore: decorator
@inline
export function gaussianSine(radius: v128, bits: v128): v128 {
  return f32x4.mul(radius, sinF32x4(gaussianAngle(bits)));
}

/**
 * Φ⁻¹(1/2 + v (Φ(2) - 1/2)) for v = (k + 1/2) · 2^-23, k = floor(bits / 2^8) as a signed number: the
 * inverse of the distribution function between -2 and 2. v is exact and symmetric about 0, never 0 or ±1.
 * v P(s) / Q(s), s = 1 - v²; a rational minimax fit against float64, relative error below 4e-7.
 */
// @ts-ignore: decorator
@inline
export function truncatedGaussian(bits: v128): v128 {
  const k = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 8));
  const v = f32x4.mul(f32x4.add(k, f32x4.splat(0.5)), f32x4.splat(1.1920928955078125e-7));
  const s = f32x4.sub(f32x4.splat(1), f32x4.mul(v, v));
  let p = madd(f32x4.splat(4.3845325), s, f32x4.splat(54.242363));
  p = madd(p, s, f32x4.splat(74.49117));
  p = madd(p, s, f32x4.splat(24.256414));
  p = madd(p, s, f32x4.splat(1.9999999));
  let q = madd(f32x4.splat(10.706054), s, f32x4.splat(55.254047));
  q = madd(q, s, f32x4.splat(52.426037));
  q = madd(q, s, f32x4.splat(13.838026));
  q = madd(q, s, f32x4.splat(1));
  return f32x4.mul(v, f32x4.div(p, q));
}
