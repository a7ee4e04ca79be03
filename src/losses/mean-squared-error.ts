import { kerasFunction } from './keras-function.js';
import { mean, square, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * mean((yTrue − yPred)²) over the last axis. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const meanSquaredError = /* @__PURE__ */ kerasFunction(
  'meanSquaredError',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('mean_squared_error', yTrue, yPred);
    return mean(square(sub(predictions, targets)), -1);
  },
);

/** `'mean_squared_error'`, `'mse'`: see `meanSquaredError`. */
export class MeanSquaredError extends Loss {
  static override readonly className = 'MeanSquaredError';

  constructor(options: LossOptions = {}) {
    super(options, 'mean_squared_error');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredError(yTrue, yPred);
  }
}
