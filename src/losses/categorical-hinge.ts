import { kerasFunction } from './keras-function.js';
import { add, max, maximum, mul, sub, sum } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * max(1 + max((1 − yTrue) · yPred) − Σ yTrue · yPred, 0) over the last axis, yTrue one-hot.
 * [n, …, classes] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const categoricalHinge = /* @__PURE__ */ kerasFunction(
  'categoricalHinge',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('categorical_hinge', yTrue, yPred);
    const right = sum(mul(targets, predictions), -1);
    const wrong = max(mul(sub(1, targets), predictions), -1);
    return maximum(add(sub(wrong, right), 1), 0);
  },
);

/** `'categorical_hinge'`: see `categoricalHinge`. */
export class CategoricalHinge extends Loss {
  static override readonly className = 'CategoricalHinge';

  constructor(options: LossOptions = {}) {
    super(options, 'categorical_hinge');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return categoricalHinge(yTrue, yPred);
  }
}
