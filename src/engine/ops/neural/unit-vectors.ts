import type { Tensor } from '../../tensor/index.js';
import { mul } from '../elementwise/arithmetic.js';
import { maximum } from '../elementwise/power.js';
import type { Axes } from '../reductions/reduce-kernel.js';
import { sum } from '../reductions/sum.js';
import { rsqrt, square } from '../elementwise/unary.js';

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. Norms below `smallest` count as `smallest`: zeros stay zeros, and their
 * gradient stays finite.
 */
export function unitVectors(x: Tensor, axis: Axes, smallest: number): Tensor {
  const squares = sum(square(x), axis, true);
  return mul(x, rsqrt(maximum(squares, smallest * smallest)));
}
