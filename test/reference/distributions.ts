// Distribution functions and probabilities in float64.
import { erfc } from './special-functions.js';

/** ln Γ(x) for x above 0: Stirling's series from 20 on, below it by Γ(x + 1) = x Γ(x). */
export function logGamma(x: number): number {
  let shift = 0;
  for (; x < 20; x++) shift += Math.log(x);
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
}

export const normalBelow = (x: number): number => erfc(-x / Math.SQRT2) / 2;

/** Of the normal distribution within two standard deviations. */
export const truncatedBelow = (x: number): number =>
  (normalBelow(x) - normalBelow(-2)) / (normalBelow(2) - normalBelow(-2));

/** ∫₀ˣ t^(a − 1) e^(−t) dt / Γ(a): a series left of the mode, a continued fraction right of it. */
export function gammaBelow(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; term > sum * 1e-16; n++) sum += term *= x / (a + n);
    return front * sum;
  }
  const fraction = continued((n) => n * (a - n), (n) => x + 2 * n + 1 - a); // prettier-ignore
  return 1 - front / fraction;
}

/** The distribution function of the beta distribution at x. */
export function betaBelow(a: number, b: number, x: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(b, a, 1 - x);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b),
  );
  const numerator = (n: number): number => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
      : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
  };
  return front / (a * continued(numerator, () => 1));
}

/** b₀ + a₁ / (b₁ + a₂ / (b₂ + …)) by Lentz's method. */
function continued(a: (n: number) => number, b: (n: number) => number): number {
  const orTiny = (value: number): number => (value === 0 ? 1e-300 : value);
  let value = orTiny(b(0));
  let [c, d] = [value, 0];
  for (let n = 1; n < 10_000; n++) {
    d = 1 / orTiny(b(n) + a(n) * d);
    c = orTiny(b(n) + a(n) / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** The probability of k successes of n. */
export function binomialProbability(n: number, p: number, k: number): number {
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  const ways = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(ways + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
