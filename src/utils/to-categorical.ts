import { checkLength } from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { oneHot } from '../ops/index.js';
import { formatShape, tidy, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';

/**
 * Class numbers as one-hot rows, float32: labels of shape (…) give (…, numClasses); a last axis of
 * length 1 is dropped first, as in Keras.
 *
 * @param numClasses default: the largest label + 1
 * @throws ValueError for labels that are no whole numbers, negative, or not below `numClasses`.
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
          `toCategorical: label ${label} at position ${i} is no class number` +
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
