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
