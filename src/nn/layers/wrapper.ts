import { configurable } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { Layer } from './core/layer.js';
import type { AnyLayer } from './core/layer.js';
import { layerOption } from './weight-settings.js';

/** Options of a `Wrapper`. */
export interface WrapperOptions extends OptionsOf<typeof Wrapper> {}

/**
 * Base class of layers that hold another layer and do something with what it takes or gives. The layer inside is the property
 * `layer`; its weights and its config belong to the wrapper. `build` builds the layer inside for the wrapper's input. A class of
 * your own overrides `call`, and `build` if the layer inside gets input of another shape. `TimeDistributed` and
 * `SpectralNormalization` are such classes. Keras: `Wrapper`.
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

  /** Builds the layer inside for the input of the wrapper, unless it is built. */
  override build(inputShape: PartialShape): void {
    if (!this.layer.built) this.layer.build(inputShape);
  }
}
