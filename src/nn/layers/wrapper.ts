import { configurable } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { Layer } from './core/layer.js';
import type { AnyLayer } from './core/layer.js';
import { layerOption } from './weight-settings.js';

/** Options of a `Wrapper`. */
export interface WrapperOptions extends OptionsOf<typeof Wrapper> {}

/**
 * Base class of layers that wrap another layer to change its input or output. The property `layer` holds the inner layer, whose
 * weights and config become part of the wrapper's. `build` builds the inner layer for the wrapper's input. Your own class
 * overrides `call`, and also `build` if the inner layer gets input of a different shape. `TimeDistributed` and
 * `SpectralNormalization` are wrappers. Keras: `Wrapper`.
 *
 * @example
 * class Residual extends layers.Wrapper {
 *   static override readonly className = 'Residual';
 *   override call(x, { training }) { return this.layer.apply(x, { training }).add(x); }
 * }
 * new Residual(new layers.Dense(3)).apply(zeros([2, 3])) // shape [2, 3]
 */
export abstract class Wrapper extends configurable(
  Layer<Tensor, Tensor>,
  'Wrapper',
  {
    /** The layer inside. */
    layer: layerOption(),
  },
  { positional: ['layer'], isAbstract: true },
) {
  /**
   * @param layer the layer inside
   * @throws ValueError if `layer` is not a layer, or an option is unknown.
   */
  constructor(layer: AnyLayer, options: WrapperOptions = {}) {
    super(options, [layer]);
  }

  /** Builds the inner layer for the wrapper's input, unless it is built already. */
  override build(inputShape: PartialShape): void {
    if (!this.layer.built) this.layer.build(inputShape);
  }
}
