import { exp, log } from '../../../config/elementary.js';

const LOG_SQRT_2PI = 0.9189385332046727;

/** The density of the standard normal distribution. */
export const density = (z: number): number => exp(-0.5 * z * z - LOG_SQRT_2PI);

/** From here on the tail is computed as a continued fraction. */
const TAIL = 2;

/** The probability of at most z in the standard normal distribution. */
export function cumulative(z: number): number {
  if (z < -TAIL) return density(z) / (-z + tail(-z));
  if (z > TAIL) return 1 - cumulative(-z);
  // ½ + φ(z) (z + z³/3 + z⁵/(3·5) + …).
  let [term, sum] = [z, z];
  for (let k = 3; k < 60; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/** c with Φ(−t) = φ(t) / (t + c): 1 / (t + 2 / (t + 3 / (t + …))). */
function tail(t: number): number {
  let c = 0;
  for (let k = 50; k > 0; k--) c = k / (t + c);
  return c;
}

/** What is expected of the part above 0 of a number of the normal distribution with mean z and deviation 1. */
export interface ExpectedPart {
  /** ln h, where h = φ(z) + z Φ(z) is the expectation. */
  readonly logarithm: number;
  /** φ(z) / h. */
  readonly densityRatio: number;
  /** Φ(z) / h, the derivative of ln h. */
  readonly cumulativeRatio: number;
}

/** The expectation and its derivatives, also far below 0, where it is no float64 (Ament et al., 2023). */
export function expectedPart(z: number): ExpectedPart {
  if (z >= -TAIL) {
    const [phi, below] = [density(z), cumulative(z)];
    const h = phi + z * below;
    return { logarithm: log(h), densityRatio: phi / h, cumulativeRatio: below / h };
  }
  // h = φ(t) (1 − t / (t + c)), without the difference of numbers that are nearly equal.
  const t = -z;
  const c = tail(t);
  return {
    logarithm: -0.5 * t * t - LOG_SQRT_2PI + log(c / (t + c)),
    densityRatio: (t + c) / c,
    cumulativeRatio: 1 / c,
  };
}
