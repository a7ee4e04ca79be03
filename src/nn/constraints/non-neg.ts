import { configurable } from '../../config/index.js';
import { maximum } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { Constraint } from './constraint.js';

/**
 * max(w, 0), of w's shape. Keras: `NonNeg`, `'non_neg'`.
 *
 * @example new layers.Dense(4, { kernelConstraint: new constraints.NonNeg() })
 */
export class NonNeg extends configurable(Constraint, 'NonNeg') {
  override call(w: Tensor): Tensor {
    return maximum(w, 0);
  }
}
