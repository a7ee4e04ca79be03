import { scoped, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { equal, less, notEqual } from './compare.js';
import { abs } from './piecewise-linear.js';

// What kind of number an element is, as bool. Integers and bool are always finite.

/**
 * True where x is NaN.
 *
 * @example ops.isNaN([1, NaN, Infinity]) // [false, true, false]
 */
export function isNaN(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return notEqual(input, input);
  });
}

/**
 * True where x is neither infinite nor NaN.
 *
 * @example ops.isFinite([1, NaN, Infinity]) // [true, false, false]
 */
export function isFinite(x: TensorLike): Tensor {
  return scoped(() => less(abs(x), Infinity));
}

/**
 * True where x is ∞ or −∞.
 *
 * @example ops.isInf([1, NaN, -Infinity]) // [false, false, true]
 */
export function isInf(x: TensorLike): Tensor {
  return scoped(() => equal(abs(x), Infinity));
}
