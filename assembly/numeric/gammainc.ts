// The regularized lower incomplete gamma function.

import { exp } from './double';
import { ln, logGamma } from './gamma';

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
