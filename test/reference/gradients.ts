// Derivatives by central differences, in float64: they know nothing of any derivative's formula.

import type { DenseArray } from './dense-array.js';

type ArrayFunction = (...inputs: DenseArray[]) => DenseArray;

/** Balances the truncation error, h² f‴ / 6, with the rounding error, 1e-16 f / h. */
const STEP = 1e-5;

/** The same for second derivatives: h² f⁗ and 1e-16 f / h². */
const SECOND_STEP = 1e-3;

/** `x` with `delta[i]` added to each element. */
function moved(x: DenseArray, delta: (i: number) => number): DenseArray {
  return { shape: x.shape, data: x.data.map((value, i) => value + delta(i)) };
}

function weightedSum(f: ArrayFunction, inputs: readonly DenseArray[], weights: readonly number[]) {
  return f(...inputs).data.reduce((sum, value, i) => sum + value * weights[i]!, 0);
}

/** ∂ Σ weights · f(inputs) / ∂ inputs[which], for weights on every element of f's result. */
export function centralGradient(
  f: ArrayFunction,
  inputs: readonly DenseArray[],
  which: number,
  weights: readonly number[],
): number[] {
  return inputs[which]!.data.map((value, j) => {
    const h = STEP * Math.max(1, Math.abs(value));
    const side = (sign: number): number => {
      const there = inputs.map((input, k) =>
        k === which ? moved(input, (i) => (i === j ? sign * h : 0)) : input,
      );
      return weightedSum(f, there, weights);
    };
    return (side(1) - side(-1)) / (2 * h);
  });
}

/**
 * ∂/∂ inputs[which] of the derivative of Σ weights · f in the direction given for each input: one
 * product of the Hessian with a vector.
 */
export function centralHessianProduct(
  f: ArrayFunction,
  inputs: readonly DenseArray[],
  which: number,
  weights: readonly number[],
  direction: readonly (readonly number[])[],
): number[] {
  const h = SECOND_STEP;
  return inputs[which]!.data.map((_, j) => {
    const corner = (along: number, sign: number): number => {
      const there = inputs.map((input, k) =>
        moved(
          input,
          (i) => along * h * direction[k]![i]! + (k === which && i === j ? sign * h : 0),
        ),
      );
      return weightedSum(f, there, weights);
    };
    return (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h * h);
  });
}
