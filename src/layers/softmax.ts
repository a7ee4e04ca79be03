import { axes, configurable } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { cast, softmax } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `Softmax`. */
export interface SoftmaxOptions extends OptionsOf<typeof Softmax> {}

/**
 * eˣ / Σ eˣ along `axis`. float32, of x's shape. Keras: `Softmax`.
 *
 * @example new layers.Softmax().apply([[1, 2, 3]])
 */
export class Softmax extends configurable(ShapePreservingLayer, 'Softmax', {
  /** The axis, or axes together, along which the output sums to 1. Default −1. */
  axis: axes({ default: -1 }),
}) {
  override call(x: Tensor): Tensor {
    return softmax(cast(x, 'float32'), this.axis);
  }
}
