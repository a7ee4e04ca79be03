import { configurable } from '../config/index.js';
import type { Tensor } from '../tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/**
 * y = x. Keras: `Identity`.
 *
 * @example new layers.Identity().apply([1, 2]) // [1, 2]
 */
export class Identity extends configurable(ShapePreservingLayer, 'Identity') {
  override call(x: Tensor): Tensor {
    return x;
  }
}
