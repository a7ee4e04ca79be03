import { activation } from '../activations/registry.js';
import type { ActivationIdentifier } from '../activations/index.js';
import { configurable } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/**
 * y = activation(x), of x's shape, float32. Keras: `Activation`.
 *
 * @example new layers.Activation('tanh').apply([-1, 0, 2])
 */
export class Activation extends configurable(
  ShapePreservingLayer,
  'Activation',
  {
    /** A name, such as `'relu'`, or a function of a tensor. */
    activation: activation(),
  },
  { positional: ['activation'] },
) {
  /**
   * @param activation a name, such as `'relu'`, or a function of a tensor
   * @throws ValueError for an unknown name or option.
   */
  constructor(activation: ActivationIdentifier, options: LayerOptions = {}) {
    super(options, [activation]);
  }

  override call(x: Tensor): Tensor {
    return this.activation(cast(x, 'float32'));
  }
}
