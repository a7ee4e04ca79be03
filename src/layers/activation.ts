import { getActivation, serializeActivation } from '../activations/registry.js';
import type { Activation as ActivationFunction } from '../activations/registry.js';
import type { ActivationIdentifier } from '../activations/registry.js';
import { naming, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Applies an activation: y = activation(x), of x's shape, float32. Keras: `Activation`. */
export class Activation extends ShapePreservingLayer {
  static override readonly className = 'Activation';
  readonly activation: ActivationFunction;

  /**
   * @param activation a name, such as `'relu'`, or a function of a tensor
   * @throws ValueError for an unknown name or option.
   */
  constructor(activation: ActivationIdentifier, options: LayerOptions = {}) {
    super(options);
    this.activation = naming(this.label, () => getActivation(activation));
  }

  override call(x: Tensor): Tensor {
    return this.activation(cast(x, 'float32'));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), activation: serializeActivation(this.activation) };
  }

  static override fromConfig(config: Config): Activation {
    const known = ['activation', ...LAYER_OPTIONS];
    const { activation, ...options } = optionsFromConfig('Activation', config, known);
    return new Activation((activation ?? null) as ActivationIdentifier, options);
  }
}
