import { configurable } from '../../config/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/**
 * y = x. Keras: `Identity`.
 *
 * @example new layers.Identity().apply([1, 2]) // [1, 2]
 */
export class Identity extends configurable(ShapePreservingLayer, 'Identity') {
  // As Keras's: files may hold calls with lists and objects, which pass as well.
  override inputSpec = undefined;

  override call(x: Tensor): Tensor {
    return x;
  }
}
