import { kerasFunction } from './keras-function.js';
import { mean, square } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { margins } from './hinge.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';

/**
 * mean(max(1 − yTrue · yPred, 0)²) over the last axis; labels are −1 and 1, or 0 and 1.
 * [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const squaredHinge = /* @__PURE__ */ kerasFunction(
  'squaredHinge',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    return mean(square(margins('squared_hinge', yTrue, yPred)), -1);
  },
);

/** `'squared_hinge'`: see `squaredHinge`. */
export class SquaredHinge extends Loss {
  static override readonly className = 'SquaredHinge';

  constructor(options: LossOptions = {}) {
    super(options, 'squared_hinge');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return squaredHinge(yTrue, yPred);
  }
}
