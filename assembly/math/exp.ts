// e^x and e^x - 1 on four float32 lanes, and the Gaussian e^(-x²/2) that erf and gelu share.
//
// Range reduction: x = n ln 2 + r with |r| <= ln 2 / 2. ln 2 is split in two so that n * LN2_HIGH is
// exact, and the small part of the reduction joins the sum after the large one, unrounded.

import { madd } from '../lanes';
import { half, minusHalf, one, polynomial5, splatAt } from './polynomial';

export const REDUCTION = memory.data<f32>([
  1.4426950408889634, // 1 / ln 2
  // 1.5 * 2^23: adding it leaves the nearest integer (half to even) in the low bits of the sum.
  12582912,
  0.693145751953125, // the first 16 bits of ln 2: its product with |n| <= 255 is exact
  1.42860677e-6, // the rest of ln 2
]);

// e^r = 1 + r + r² p(r), minimax: error below 2^-32.
export const SERIES = memory.data<f32>([
  1.9739561e-4, 1.39350968e-3, 8.33357126e-3, 4.1666463e-2, 0.166666657, 0.5,
]);

// Beyond the first two e^x is infinity or rounds to 0; below the third e^x - 1 rounds to -1.
// Below the fourth, 2^-25, in absolute value e^x - 1 rounds to x. Beyond the fifth e^(-x²/2) is 0.
// Up to the sixth e^x and e^-x are normal (exp-run.ts).
export const LIMITS = memory.data<f32>([89, -104, -18, 2.98023224e-8, 20, 87]);

/** x / ln 2 + 1.5 * 2^23: the nearest integer n is in its low bits, and n << 23 is it << 23. */
// @ts-ignore: decorator
@inline
function roundedQuotient(x: v128): v128 {
  return madd(x, splatAt(REDUCTION, 0), splatAt(REDUCTION, 1));
}

/** e^r - 1 where r = x - n ln 2. */
// @ts-ignore: decorator
@inline
function reducedExpm1(x: v128, quotient: v128): v128 {
  const n = f32x4.sub(quotient, splatAt(REDUCTION, 1));
  const high = f32x4.sub(x, f32x4.mul(n, splatAt(REDUCTION, 2)));
  const low = f32x4.mul(n, splatAt(REDUCTION, 3));
  const r = f32x4.sub(high, low);
  const p = polynomial5(r, SERIES);
  return f32x4.add(high, f32x4.sub(f32x4.mul(f32x4.mul(r, r), p), low));
}

/** e^x. Error below 1 ulp everywhere, results below the normal range included. */
export function expF32x4(x: v128): v128 {
  return expInline(x);
}

/** The same without a call, for loops of little else: the call is a third of the time there (measured). */
// @ts-ignore: decorator
@inline
export function expInline(x: v128): v128 {
  // What rounds to 0 is set to 0: by way of products below the normal range it takes ten times as long. NaN passes both limits.
  const isZero = f32x4.lt(x, splatAt(LIMITS, 1));
  x = v128.andnot(f32x4.pmin(x, splatAt(LIMITS, 0)), isZero);
  const quotient = roundedQuotient(x);
  const p = reducedExpm1(x, quotient);
  // 2^n in two normal factors, 2^floor(n / 2) and the rest: n itself goes beyond the exponents of
  // float32.
  const first = i32x4.shl(i32x4.shr_s(quotient, 1), 23);
  const second = i32x4.sub(i32x4.shl(quotient, 23), first);
  const scaled = f32x4.mul(f32x4.add(one(), p), i32x4.add(first, one()));
  return v128.andnot(f32x4.mul(scaled, i32x4.add(second, one())), isZero);
}

/** e^x - 1, accurate near 0. Error below 1.6 ulp everywhere. */
export function expm1F32x4(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.pmin(x, splatAt(LIMITS, 0)), splatAt(LIMITS, 2));
  const quotient = roundedQuotient(clamped);
  const p = reducedExpm1(clamped, quotient);
  // 2^n p + (2^n - 1) at half its size, since 2^128 is no float32.
  const scale = i32x4.add(i32x4.shl(quotient, 23), half());
  const halved = madd(p, scale, f32x4.sub(scale, half()));
  // Near 0 x itself is the answer, with its sign when it is 0.
  const tiny = f32x4.lt(f32x4.abs(x), splatAt(LIMITS, 3));
  return v128.bitselect(x, f32x4.add(halved, halved), tiny);
}

/**
 * e^(-x² / 2). Error below 2 ulp: the rounding of x², which exp would magnify by x², is made good.
 */
export function gaussianF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), splatAt(LIMITS, 4)); // NaN passes
  const square = f32x4.mul(a, a);
  const y = expF32x4(f32x4.mul(square, minusHalf()));
  return madd(f32x4.mul(lackOfSquare(a, square), minusHalf()), y, y);
}

/**
 * What `square`, the rounded square of a, lacks to a²: a = high + low, where high has 12 bits and so an exact square, and
 * a² - square = (high² - square) + low (a + high).
 */
// @ts-ignore: decorator
@inline
function lackOfSquare(a: v128, square: v128): v128 {
  const high = i32x4.shl(i32x4.shr_u(a, 12), 12);
  const low = f32x4.sub(a, high);
  return madd(low, f32x4.add(a, high), f32x4.sub(f32x4.mul(high, high), square));
}

/** The bits of `gaussianF32x4` for 0 <= a <= 13, where results are normal: without calls and limits. */
// @ts-ignore: decorator
@inline
export function normalGaussian(a: v128): v128 {
  const square = f32x4.mul(a, a);
  const x = f32x4.mul(square, minusHalf());
  const quotient = roundedQuotient(x);
  const p = f32x4.add(one(), reducedExpm1(x, quotient));
  const y = i32x4.add(p, i32x4.shl(quotient, 23));
  return madd(f32x4.mul(lackOfSquare(a, square), minusHalf()), y, y);
}
