import type { Tensor } from '../../tensor/index.js';
import { mul } from '../arithmetic.js';
import { maximum } from '../power.js';
import type { Axes } from './reduce-kernel.js';
import { sum } from '../sum.js';
import { rsqrt, square } from '../unary.js';

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. Norms below `smallest` count as `smallest`: zeros stay zeros, and their
 * gradient stays finite.
 */
export function unitVectors(x: Tensor, axis: Axes, smallest: number): Tensor {
  const squares = sum(square(x), axis, true);
  return mul(x, rsqrt(maximum(squares, smallest * smallest)));
}
