import { reshape } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';

/**
 * A weight that has the lengths of some axes of a tensor, with length 1 on the other axes.
 *
 * @param axes the axes that the weight has, counted from the front, in order
 * @param rank number of axes of the tensor
 */
export function alignedWeight(weight: Tensor, axes: readonly number[], rank: number): Tensor {
  const shape = new Array<number>(rank).fill(1);
  axes.forEach((axis, i) => {
    shape[axis] = weight.shape[i] ?? 1;
  });
  return reshape(weight, shape);
}
