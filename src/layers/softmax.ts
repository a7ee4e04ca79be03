import { softmax } from '../activations/functions.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { checkLayerAxis, ShapePreservingLayer } from './shape-preserving.js';
import type { LayerAxis } from './shape-preserving.js';

/** Options of `Softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis, or axes together, along which the output sums to 1. Default −1. */
  readonly axis?: LayerAxis;
}

const OPTIONS = ['axis'] as const;

/** eˣ / Σ eˣ along `axis`. float32, of x's shape. Keras: `Softmax`. */
export class Softmax extends ShapePreservingLayer {
  static override readonly className = 'Softmax';
  readonly axis: LayerAxis;

  /** @throws ValueError if `axis` is not made of whole numbers. */
  constructor(options: SoftmaxOptions = {}) {
    super(options, OPTIONS);
    this.axis = checkLayerAxis('Softmax', options.axis ?? -1);
  }

  override call(x: Tensor): Tensor {
    return softmax(cast(x, 'float32'), this.axis);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }

  static override fromConfig(config: Config): Softmax {
    return new Softmax(optionsFromConfig('Softmax', config, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}
