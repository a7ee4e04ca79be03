// What optimizers make of several steps: sums of gradients, and moving averages of weights.
import { add, div, mul } from '../ops/index.js';
import { full } from '../tensor/index.js';
import type { Tensor, Variable } from '../tensor/index.js';

/** The sums of the gradients of several steps, and how many steps make one update. */
interface Accumulation {
  readonly accumulators: readonly Variable[];
  /** The accumulator of each of the gradients. */
  readonly sums: readonly (Variable | undefined)[];
  readonly steps: number;
  readonly isLast: boolean;
}

/** Adds gradients to the sums. The last step of several gives the means, and begins anew; others give none. */
export function accumulate(
  gradients: readonly Tensor[],
  { accumulators, sums, steps, isLast }: Accumulation,
): readonly Tensor[] | undefined {
  const totals = gradients.map((gradient, i) => {
    const sum = sums[i];
    return sum === undefined ? gradient : add(gradient, sum.value);
  });
  if (!isLast) {
    sums.forEach((sum, i) => sum?.assign(totals[i] ?? 0));
    return undefined;
  }
  for (const sum of accumulators) sum.assign(full(sum.shape, 0));
  return totals.map((total) => div(total, steps));
}

/** average ← momentum · average + (1 − momentum) · weight. */
export function moveAverages(
  averages: readonly Variable[],
  weights: readonly Variable[],
  momentum: number,
): void {
  averages.forEach((average, i) => {
    const weight = weights[i];
    if (weight === undefined) return;
    average.assign(add(mul(average.value, momentum), mul(weight.value, 1 - momentum)));
  });
}
