// The regularized lower incomplete gamma function and its slopes.

import { exp } from './double';
import { derivativeOfPsi, ln, logGamma } from './gamma';

/** Steps of a series or a continued fraction at most. Large a takes about 6 sqrt a. */
const MAX_STEPS: i32 = 20_000;

/** P(a, x) = ∫₀ˣ t^(a-1) e^-t dt / Γ(a) for a > 0 and x >= 0, else NaN; 1 for a = 0 and x > 0. */
export function gammainc(a: f64, x: f64): f64 {
  if (!(a >= 0) || !(x >= 0)) return NaN;
  if (a == 0) return x == 0 ? NaN : 1;
  if (x == 0) return a == Infinity ? NaN : 0;
  if (x == Infinity) return a == Infinity ? NaN : 1;
  if (a == Infinity) return 0;
  const front = f64x2.extract_lane(exp(f64x2.splat(a * ln(x) - x - logGamma(a))), 0);
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MAX_STEPS && term > sum * 1e-13; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return min(front * sum, 1);
  }
  // 1 - Q by Lentz's continued fraction.
  const tiny: f64 = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < MAX_STEPS; n++) {
    const factor = -n * (<f64>n - a);
    b += 2;
    d = factor * d + b;
    if (abs(d) < tiny) d = tiny;
    c = b + factor / c;
    if (abs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    if (abs(d * c - 1) < 1e-13) break;
  }
  return 1 - front * h;
}

// @ts-ignore: decorator
@inline
function expOf(x: f64): f64 {
  return f64x2.extract_lane(exp(f64x2.splat(x)), 0);
}

/** The slope of P in x, the density x^(a-1) e^-x / Γ(a), for a > 0 and x >= 0, else NaN; 0 for a = 0 and x > 0. */
export function gammaDensity(a: f64, x: f64): f64 {
  if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0)) return NaN;
  if (a == Infinity || x == Infinity) return a == x ? NaN : 0;
  if (a == 0) return 0;
  if (x == 0) return a < 1 ? Infinity : a == 1 ? 1 : 0;
  return expOf((a - 1) * ln(x) - x - logGamma(a));
}

/**
 * The slope of P in a, NaN where P is. With f = x^a e^-x / Γ(a + 1) it is f Σ tₙ (ln x - ψ(a + 1) - Σ 1 / (a + k)) over the terms of
 * P = f Σ tₙ, k from 1 to n; above, of 1 - P = f a h, the slope of each step of the continued fraction h goes along with it.
 */
export function gammaincSlope(a: f64, x: f64): f64 {
  if (!(a >= 0) || !(x >= 0) || (a == 0 && x == 0)) return NaN;
  if (a == Infinity || x == Infinity) return a == x ? NaN : 0;
  if (x == 0) return 0;
  const front = expOf(a * ln(x) - x - logGamma(a + 1));
  const rise = ln(x) - derivativeOfPsi(0, a + 1);
  if (x < a + 1) {
    let term: f64 = 1;
    let fall: f64 = 0;
    let sum = rise;
    let size = abs(rise);
    for (let n = 1; n < MAX_STEPS && term * (1 + abs(rise - fall)) > size * 1e-14; n++) {
      term *= x / (a + n);
      fall += 1 / (a + n);
      sum += term * (rise - fall);
      size = max(size, abs(sum));
    }
    return front * sum;
  }
  const tiny: f64 = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  // Slopes in a: b falls as a grows, and the factors grow by n.
  let slopeC: f64 = 0;
  let slopeD = d * d;
  let slopeH = slopeD;
  for (let n = 1; n < MAX_STEPS; n++) {
    const factor = -n * (<f64>n - a);
    b += 2;
    const e = factor * d + b;
    const slopeE = n * d + factor * slopeD - 1;
    slopeC = n / c - (factor * slopeC) / (c * c) - 1;
    c = b + factor / c;
    if (abs(c) < tiny) c = tiny;
    d = 1 / (abs(e) < tiny ? tiny : e);
    slopeD = -slopeE * d * d;
    const change = d * c;
    const slope = slopeD * c + d * slopeC;
    slopeH = slopeH * change + h * slope;
    h *= change;
    if (abs(change - 1) < 1e-14 && abs(slope) < 1e-14) break;
  }
  return -front * ((a * rise + 1) * h + a * slopeH);
}
