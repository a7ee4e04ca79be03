import { toTensor } from '../tensor/create.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The identity, y = x: what a layer without an activation applies. Keras: `linear`.
 *
 * @example activations.linear([-1, 2]) // [-1, 2]
 */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}
