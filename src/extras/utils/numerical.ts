import { describeValue } from '../../config/describe-value.js';
import { checkLength } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import {
  abs,
  cast,
  div,
  max,
  oneHot,
  pow,
  sqrt,
  square,
  sum,
  where,
} from '../../engine/ops/index.js';
import { formatShape, tidy, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';

/**
 * Converts class indices to one-hot rows, float32: labels of shape (…) give (…, numClasses); a last axis of length 1 is
 * dropped first, as in Keras.
 *
 * @param numClasses the number of classes. Default: the largest label + 1
 * @throws ValueError for labels that are not whole numbers, negative, or not below `numClasses`.
 * @example utils.toCategorical([0, 2]) // [[1, 0, 0], [0, 0, 1]]
 */
export function toCategorical(labels: TensorLike, numClasses?: number): Tensor {
  if (numClasses !== undefined) checkLength('toCategorical', 'numClasses', numClasses);
  return tidy(() => {
    const given = toTensor(labels);
    const data = given.data();
    let largest = -1;
    data.forEach((label, i) => {
      if (!Number.isInteger(label) || label < 0 || label >= (numClasses ?? Infinity)) {
        throw new ValueError(
          `toCategorical: label ${label} at position ${i} is not a class number` +
            (numClasses === undefined ? ' (0, 1, 2, …).' : ` from 0 to ${numClasses - 1}.`),
        );
      }
      largest = Math.max(largest, label);
    });
    if (numClasses === undefined && largest < 0) {
      throw new ShapeError(
        `toCategorical: labels of shape ${formatShape(given.shape)} hold no label, so the number of classes is ` +
          `unknown. Give numClasses.`,
      );
    }
    const isColumn = given.ndim > 1 && given.shape[given.ndim - 1] === 1;
    const flat = isColumn ? given.reshape(given.shape.slice(0, -1)) : given;
    return oneHot(flat, numClasses ?? largest + 1);
  });
}

/**
 * x divided by its norm of the given order along `axis`; vectors of norm 0 stay 0. Keras: `normalize`.
 *
 * @param axis the axis of the vectors; negative ones count from the end. Default −1
 * @param order the order of the norm, above 0; Infinity for the largest absolute value
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
