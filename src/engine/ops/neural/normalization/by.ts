import type { Tensor } from '../../../tensor/index.js';
import { add, mul, sub } from '../../elementwise/arithmetic.js';
import { rsqrt } from '../../elementwise/unary.js';
import { multiplyAdd } from './multiply-add.js';
import { alongAxes } from './over.js';

/** The arguments of `normalizeBy`: all tensors float32, all but x vectors along `axis`. */
interface Statistics {
  readonly x: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** Factors; null for none. */
  readonly scale: Tensor | null;
  /** What is added; null for nothing. */
  readonly offset: Tensor | null;
  /** Counted from the front. */
  readonly axis: number;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** scale · (x − mean) / √(variance + epsilon) + offset as x · factor + addend, both vectors that are made beforehand. */
export function normalizeBy(call: Statistics): Tensor {
  const { x, mean, variance, scale, offset, axis, epsilon } = call;
  const root = rsqrt(add(variance, epsilon));
  const factor = scale === null ? root : mul(root, scale);
  const addend = sub(offset ?? 0, mul(mean, factor));
  const aligned = (vector: Tensor): Tensor => alongAxes(vector, [axis], x.ndim);
  return multiplyAdd(x, aligned(factor), aligned(addend));
}
