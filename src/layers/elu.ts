import { elu } from '../activations/functions.js';
import { configurable, number } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `ELU`. */
export interface ELUOptions extends OptionsOf<typeof ELU> {}

/**
 * x where x > 0, else alpha · (eˣ − 1). float32, of x's shape. Keras: `ELU` (Clevert et al., 2016).
 *
 * @example new layers.ELU({ alpha: 0.5 }).apply([-1, 0, 2])
 */
export class ELU extends configurable(ShapePreservingLayer, 'ELU', {
  /** Size of the limit for x → −∞. Default 1. */
  alpha: number({ default: 1 }),
}) {
  override call(x: Tensor): Tensor {
    return elu(cast(x, 'float32'), this.alpha);
  }
}
