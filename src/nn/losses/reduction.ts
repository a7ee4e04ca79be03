import type { EitherSpelling } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import {
  cast,
  div,
  expandDims,
  mean,
  mul,
  reshape,
  squeeze,
  stopGradient,
  sum,
} from '../../engine/ops/index.js';
import { decideBy, formatShape, fullOf } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { alignRanks } from './targets.js';

export const REDUCTIONS = [
  'sum_over_batch_size',
  'mean',
  'sum',
  'mean_with_sample_weight',
  'none',
] as const;

/**
 * How the losses of a batch become one number:
 * - `'sum_over_batch_size'`, `'mean'`: their sum over their number,
 * - `'sum'`: their sum,
 * - `'mean_with_sample_weight'`: their weighted sum over the sum of the weights,
 * - `'none'`, `null`: no reduction; the losses stay a tensor.
 */
export type Reduction = (typeof REDUCTIONS)[number] | null;

/** A reduction, as options accept it. */
export type ReductionOption = EitherSpelling<(typeof REDUCTIONS)[number]> | null;

/** The name of the mask in messages. */
const MASK = 'the mask of yPred';

/** Σ values / Σ factors; 0 where that divisor is 0. */
function quotient(values: Tensor, factors: Tensor): Tensor {
  const total = sum(values);
  const divisor = stopGradient(sum(factors));
  const isZero = decideBy(divisor, ([element]) => element === 0, false);
  return isZero ? mul(total, 0) : div(total, divisor);
}

/**
 * Losses, and the weights as factors of them: one for each loss, or one for each of the leading axes. The losses get a
 * last axis of length 1 if the weights have one.
 *
 * @param name the name of the weights in messages
 * @throws ShapeError if they do not fit.
 */
export function fitWeights(
  owner: string,
  values: Tensor,
  weights: Tensor,
  name = 'sampleWeight',
): [Tensor, Tensor] {
  const [losses, given] = alignRanks(values, weights);
  const missing = Math.max(0, losses.ndim - given.ndim);
  const shape = [...given.shape, ...new Array<number>(missing).fill(1)];
  const fits =
    shape.length === losses.ndim &&
    shape.every((length, axis) => length === 1 || length === losses.shape[axis]);
  if (!fits) {
    throw new ShapeError(
      `${owner}: ${name} has shape ${formatShape(weights.shape)}, but the losses have shape ` +
        `${formatShape(values.shape)}. Give one ${name === MASK ? 'element' : 'weight'} a sample, shape ` +
        `${formatShape(values.shape.slice(0, 1))}, or one for each loss.`,
    );
  }
  return [losses, missing === 0 ? given : reshape(given, shape)];
}

/**
 * Weighs the losses of a batch and reduces them.
 *
 * @param owner the loss, for messages
 * @param weights one per sample or per loss
 * @param mask bool or 0/1: losses that count, one element for each, or for each of the leading axes
 */
export function reduceLosses(
  owner: string,
  values: Tensor,
  reduction: Reduction,
  weights?: Tensor,
  mask?: Tensor,
): Tensor {
  let losses = values;
  let factors = mask === undefined ? undefined : maskFactors(mask, reduction);
  // A loss that is a scalar already is multiplied by the mask as it is, as in Keras.
  if (factors !== undefined && losses.ndim > 0) {
    [losses, factors] = fitWeights(owner, losses, factors, MASK);
  }
  if (weights !== undefined) {
    // A scalar has as many weights as there are: it is multiplied by each, as in Keras.
    const fit = losses.ndim === 0 ? alignRanks : fitWeights.bind(undefined, owner);
    const [fitted, given] = fit(losses, weights);
    factors = factors === undefined ? given : mul(sameRank(factors, given.ndim), given);
    losses = fitted;
  }
  if (factors !== undefined) losses = mul(losses, factors);
  // As Keras: what is a scalar already, or empty, is not reduced.
  const isReduced = losses.ndim === 0 || (losses.ndim === 1 && losses.size === 0);
  if (reduction === 'none' || reduction === null || isReduced) return losses;
  if (reduction === 'sum') return sum(losses);
  if (reduction === 'mean_with_sample_weight' && factors !== undefined) {
    return quotient(losses, factors);
  }
  return mean(losses);
}

/** `factors` with as many axes as the losses, which may have got or lost a last axis of length 1. */
function sameRank(factors: Tensor, rank: number): Tensor {
  if (factors.ndim === rank) return factors;
  return factors.ndim < rank ? expandDims(factors, -1) : squeeze(factors, -1);
}

/** Weights that leave out masked losses and keep the scale: a mean becomes that of the losses that count. */
function maskFactors(mask: Tensor, reduction: Reduction): Tensor {
  const counting = cast(mask, 'float32');
  if (reduction !== 'sum_over_batch_size' && reduction !== 'mean') return counting;
  const factor = (valid: number): number => (valid === 0 ? 0 : mask.size / valid);
  return mul(counting, fullOf([], sum(counting), factor));
}
