import { kerasFunction } from './keras-function.js';
import { abs, mean, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * mean(|yTrue − yPred|) over the last axis. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const meanAbsoluteError = /* @__PURE__ */ kerasFunction(
  'meanAbsoluteError',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('mean_absolute_error', yTrue, yPred);
    return mean(abs(sub(predictions, targets)), -1);
  },
);

/** `'mean_absolute_error'`, `'mae'`: see `meanAbsoluteError`. */
export class MeanAbsoluteError extends Loss {
  static override readonly className = 'MeanAbsoluteError';

  constructor(options: LossOptions = {}) {
    super(options, 'mean_absolute_error');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsoluteError(yTrue, yPred);
  }
}
