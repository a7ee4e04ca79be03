import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { maximum } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { Constraint } from './constraint.js';

/** max(w, 0). Keras: `NonNeg`, `'non_neg'`. */
export class NonNeg extends Constraint {
  static override readonly className = 'NonNeg';

  override call(w: Tensor): Tensor {
    return maximum(w, 0);
  }

  static fromConfig(config: Config): NonNeg {
    optionsFromConfig('NonNeg', config, []);
    return new NonNeg();
  }
}
