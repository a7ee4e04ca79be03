import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { abs, cast, div, max, pow, sqrt, square, sum, where } from '../ops/index.js';
import { tidy, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';

/**
 * x divided by its norm of that order along `axis`; vectors of norm 0 stay 0. Keras: `normalize`.
 *
 * @param order above 0; Infinity for the largest absolute value
 * @example utils.normalize([3, 4]) // [0.6, 0.8]
 */
export function normalize(x: TensorLike, axis = -1, order = 2): Tensor {
  if (typeof order !== 'number' || !(order > 0)) {
    throw new ValueError(`normalize: order must be a number above 0, got ${describeValue(order)}.`);
  }
  return tidy(() => {
    const input = cast(toTensor(x), 'float32');
    if (input.ndim === 0) throw new ValueError('normalize: needs at least one axis, got a scalar.');
    const norm = normOf(input, axis, order);
    return div(input, where(norm.equal(0), 1, norm));
  });
}

function normOf(x: Tensor, axis: number, order: number): Tensor {
  if (order === Infinity) return max(abs(x), axis, true);
  if (order === 1) return sum(abs(x), axis, true);
  if (order === 2) return sqrt(sum(square(x), axis, true));
  return pow(sum(pow(abs(x), order), axis, true), 1 / order);
}
