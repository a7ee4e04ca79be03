// Cross-entropies from logits, float64, by their definitions.

import { logSoftmax, softmax } from './softmax.js';

/** -Σ t ln softmax(z), where terms with t = 0 are left out. */
export function softmaxCrossEntropy(z: readonly number[], t: readonly number[]): number {
  return logSoftmax(z).reduce((sum, logP, i) => (t[i] === 0 ? sum : sum - t[i]! * logP), 0);
}

/** ∂/∂z_j of dloss · softmaxCrossEntropy(z, t). */
export function softmaxCrossEntropyGradient(
  dloss: number,
  z: readonly number[],
  t: readonly number[],
): number[] {
  const weight = t.reduce((a, b) => a + b, 0);
  return softmax(z).map((p, i) => dloss * (p * weight - t[i]!));
}

/** ln(1 + e^z) - t z, in the form that does not overflow. */
export function sigmoidCrossEntropy(z: number, t: number): number {
  return (z > 0 ? z * (1 - t) : -z * t) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** ∂/∂z of dloss · sigmoidCrossEntropy(z, t). */
export function sigmoidCrossEntropyGradient(dloss: number, z: number, t: number): number {
  const e = Math.exp(-Math.abs(z));
  const sigmoid = z >= 0 ? 1 / (1 + e) : e / (1 + e);
  return dloss * (sigmoid - t);
}
