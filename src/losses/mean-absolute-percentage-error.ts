import { kerasFunction } from './keras-function.js';
import { abs, div, maximum, mean, mul, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * 100 · mean(|yTrue − yPred| / max(|yTrue|, 1e-7)) over the last axis. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const meanAbsolutePercentageError = /* @__PURE__ */ kerasFunction(
  'meanAbsolutePercentageError',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('mean_absolute_percentage_error', yTrue, yPred);
    const scale = maximum(abs(targets), EPSILON);
    return mul(mean(abs(div(sub(targets, predictions), scale)), -1), 100);
  },
);

/** `'mean_absolute_percentage_error'`, `'mape'`: see `meanAbsolutePercentageError`. */
export class MeanAbsolutePercentageError extends Loss {
  static override readonly className = 'MeanAbsolutePercentageError';

  constructor(options: LossOptions = {}) {
    super(options, 'mean_absolute_percentage_error');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanAbsolutePercentageError(yTrue, yPred);
  }
}
