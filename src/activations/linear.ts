import { toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';

/**
 * The identity, y = x: what a layer without an activation applies. Keras: `linear`.
 *
 * @example activations.linear([-1, 2]) // [-1, 2]
 */
export function linear(x: TensorLike): Tensor {
  return toTensor(x);
}
