// Special functions in float64, by their series.
import { erf, erfc } from '../specs/elementwise.js';

export { erf, erfc };

/** The x of erf x = y, by Newton's steps on the tail, where it falls like e^(-x²). */
export function erfinv(y: number): number {
  if (Math.abs(y) === 1) return y * Infinity;
  if (!(Math.abs(y) < 1)) return NaN;
  const a = Math.abs(y);
  const w = -Math.log((1 - a) * (1 + a));
  const p = 2 / (Math.PI * 0.147) - w / 2;
  // Winitzki's formula, then Newton.
  let x = a < 1e-5 ? (a * Math.sqrt(Math.PI)) / 2 : Math.sqrt(Math.sqrt(p * p + w / 0.147) - p);
  for (let i = 0; i < 40; i++) {
    const error = a < 0.5 ? erf(x) - a : 1 - a - erfc(x);
    x -= (error * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
  }
  return Math.sign(y) * x || y;
}

/** Σ (x/2)^(2k + n) / (k! (k + n)!) */
function besselI(x: number, n: 0 | 1): number {
  let term = n === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; k < 400 && Number.isFinite(sum); k++) {
    term *= (x * x) / 4 / (k * (k + n));
    sum += term;
  }
  return sum;
}

export const besselI0 = (x: number): number => besselI(x, 0);
export const besselI1 = (x: number): number => besselI(x, 1);

const EULER = 0.577215664901532860606512090082;
const FACTORS = 1000;

/** ln Γ(1 + z) = −γz + Σ (z / k − ln(1 + z / k)) for |z| ≤ ½, the terms behind the thousandth by their powers of z. */
function lgammaNearOne(z: number): number {
  let sum = 0;
  for (let k = FACTORS; k >= 1; k--) sum += z / k - Math.log1p(z / k);
  const K = FACTORS;
  const [squares, cubes, fourths] = [1 / K - 1 / (2 * K ** 2) + 1 / (6 * K ** 3), 1 / (2 * K ** 2) - 1 / (2 * K ** 3), 1 / (3 * K ** 3)]; // prettier-ignore
  return -EULER * z + sum + (z ** 2 / 2) * squares - (z ** 3 / 3) * cubes + (z ** 4 / 4) * fourths;
}

/** ln |Γ(x)|: from 1 upwards and downwards by Γ(x + 1) = x Γ(x), by Stirling's series far above, by Euler's reflection far below. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (Math.abs(x) === Infinity || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < -20) {
    const part = x - Math.round(x);
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * part))) - lgamma(1 - x);
  }
  if (x > 20) {
    const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
    return (x - 0.5) * (Math.log(x) - 1) + (Math.log(2 * Math.PI) - 1) / 2 + series;
  }
  const whole = Math.round(x);
  const z = x - whole;
  let factors = 1;
  for (let k = 2; k < whole; k++) factors *= z + k;
  for (let k = 0; k >= whole; k--) factors *= z + k;
  const above = whole > 1 ? Math.log1p(z) + Math.log(factors) : -Math.log(Math.abs(factors));
  return lgammaNearOne(z) + above;
}

/** P(a, x) = Σ xᵃ⁺ⁿ e⁻ˣ / Γ(a + n + 1), and its slopes in a and x, term by term. For a > 0 and x > 0. */
export function gammainc(a: number, x: number): readonly [value: number, inA: number, inX: number] {
  let [value, slope] = [0, 0];
  for (let s = a + 1; s < a + 1 + 4 * (x + 20); s++) {
    const term = Math.exp((s - 1) * Math.log(x) - x - lgamma(s));
    value += term;
    slope += term * (Math.log(x) - polygamma(0, s));
  }
  return [value, slope, Math.exp((a - 1) * Math.log(x) - x - lgamma(a))];
}

/** The derivative of that order of ψ = (ln Γ)', by its sum and Euler and Maclaurin's formula for the rest. NaN at 0, −1, −2 …. */
export function polygamma(order: number, x: number): number {
  if (x <= 0 && Number.isInteger(x)) return NaN;
  const s = order + 1;
  const end = Math.max(0, Math.ceil(40 - x));
  let sum = 0;
  for (let k = end - 1; k >= 0; k--) sum += (x + k) ** -s;
  const y = x + end;
  sum += order === 0 ? -Math.log(y) : y ** -order / order;
  sum += y ** -s / 2 + (s / 12) * y ** (-s - 1) - ((s * (s + 1) * (s + 2)) / 720) * y ** (-s - 3);
  let factorial = 1;
  for (let n = 2; n <= order; n++) factorial *= n;
  return (s % 2 === 0 ? 1 : -1) * factorial * sum;
}
