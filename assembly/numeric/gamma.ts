// The logarithm of the gamma function and its derivatives, one number at a time.

import { shareBegin, shareEnd } from '../split';
import { sine, cosine } from './double';
import { log } from './logarithm';

// AssemblyScript's own functions have tables, which the side module has no room for.
// @ts-ignore: decorator
@inline
export function ln(x: f64): f64 {
  return f64x2.extract_lane(log(f64x2.splat(x)), 0);
}

// ln Γ(2 + u) / u in 2u for |u| <= 1/2, minimax: error below 2^-52.
const AROUND_TWO = memory.data<f64>([
  -8.741230939495864e-12, 3.710821717146306e-11, -1.2100620243769507e-10, 5.194543804090635e-10,
  -2.3078463070592227e-09, 1.0027139170166271e-08, -4.3871518905261595e-08, 1.9424553454768812e-07,
  -8.716988071800436e-07, 3.9817954058063405e-06, -1.8636779785310283e-05, 9.032844747694373e-05,
  -0.0004615969392982168, 0.002572601053498765, -0.016838075263299397, 0.16123351671205607,
  0.42278433509846713,
]); // prettier-ignore

/** ln Γ(2 + u) for |u| <= 1/2. */
function aroundTwo(u: f64): f64 {
  let y: f64 = 0;
  for (let i = 0; i < 17; i++) y = y * (u + u) + load<f64>(AROUND_TWO + ((<usize>i) << 3));
  return u * y;
}

/** ln |sin πx| */
function lnOfSine(x: f64): f64 {
  const half = f64x2.splat((x - nearest(x)) * 1.5707963267948966);
  return ln(2 * abs(f64x2.extract_lane(f64x2.mul(sine(half), cosine(half)), 0)));
}

/**
 * ln |Γ(x)| of a float32; infinite at 0, -1, -2 …. By a product and the polynomial between -8 and 12, so that it is exact beside
 * its zeros; by Stirling's series above, and by Euler's reflection below.
 */
export function logGamma(x: f64): f64 {
  if (x == -Infinity) return Infinity;
  if (x <= -8) return 1.1447298858494002 - lnOfSine(x) - logGamma(1 - x);
  if (x >= 12) {
    const z = 1 / (x * x);
    const series =
      1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188))));
    return (x - 0.5) * (ln(x) - 1) + 0.4189385332046727 + series / x;
  }
  let product: f64 = 1;
  if (x > 2.5) {
    while (x > 2.5) {
      x -= 1;
      product *= x;
    }
    return aroundTwo(x - 2) + ln(product);
  }
  while (x < 1.5) {
    product *= x;
    x += 1;
  }
  return aroundTwo(x - 2) - ln(abs(product));
}

/** Σ 1 / (x + k)^s over k = 0, 1, 2 … for x >= 0: Hurwitz's zeta function. For s = 1, where it is infinite, its finite part -ψ(x). */
function zeta(s: i32, x: f64): f64 {
  let sum: f64 = 0;
  while (x < 12 + s) {
    sum += power(x, s);
    x += 1;
  }
  // By Euler and Maclaurin: B2 / 2!, B4 / 4! ….
  const z = 1 / (x * x);
  const n = <f64>s;
  const fourth = 1.0 / 1209600 - (z * (n + 7) * (n + 8)) / 47900160;
  const third = 1.0 / 30240 - z * (n + 5) * (n + 6) * fourth;
  const second = 1.0 / 720 - z * (n + 3) * (n + 4) * third;
  const rest = 0.5 + (n / x) * (1.0 / 12 - z * (n + 1) * (n + 2) * second);
  const integral = s == 1 ? -ln(x) : power(x, s - 1) / (n - 1);
  return sum + integral + power(x, s) * rest;
}

/** 1 / x^s */
function power(x: f64, s: i32): f64 {
  let y: f64 = 1;
  for (; s > 0; s--) y /= x;
  return y;
}

/** The derivative of ψ of that order, (-1)^s (s - 1)! ζ(s, x) with s = order + 1. NaN at -1, -2 …. */
export function derivativeOfPsi(order: i32, x: f64): f64 {
  const s = order + 1;
  const sign: f64 = s & 1 ? -1 : 1;
  let value: f64;
  if (x >= 0) value = zeta(s, x);
  else {
    // The terms on both sides of 0, from the nearest ones outwards; those below 0 are finitely many.
    const below = -x - floor(-x);
    if (!(below > 0)) return NaN;
    value = sign * (zeta(s, below) - zeta(s, 1 - x)) + zeta(s, 1 - below);
  }
  for (let n = 2; n <= order; n++) value *= n;
  return sign * value;
}

/**
 * out[n] = ψ^(order)(x[n]), the derivative of that order of ψ = (ln Γ)'. order >= 0.
 * @module numeric
 * @cost 100 n
 */
export function polygamma(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  order: i32,
): void {
  const end = shareEnd(n, thread, threads, 16);
  for (let i = shareBegin(n, thread, threads, 16); i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, <f32>derivativeOfPsi(order, load<f32>(x + at)));
  }
}
