import { kerasFunction } from './keras-function.js';
import { add, log, mean, mul, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * mean(yPred − yTrue · ln(yPred + 1e-7)) over the last axis: counts yTrue under the rate yPred.
 * [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const poisson = /* @__PURE__ */ kerasFunction(
  'poisson',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('poisson', yTrue, yPred);
    return mean(sub(predictions, mul(targets, log(add(predictions, EPSILON)))), -1);
  },
);

/** `'poisson'`: see `poisson`. */
export class Poisson extends Loss {
  static override readonly className = 'Poisson';

  constructor(options: LossOptions = {}) {
    super(options, 'poisson');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return poisson(yTrue, yPred);
  }
}
