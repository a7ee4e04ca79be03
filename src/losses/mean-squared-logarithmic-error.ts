import { kerasFunction } from './keras-function.js';
import { add, log, maximum, mean, square, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * mean((ln(1 + max(yTrue, 1e-7)) − ln(1 + max(yPred, 1e-7)))²) over the last axis. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const meanSquaredLogarithmicError = /* @__PURE__ */ kerasFunction(
  'meanSquaredLogarithmicError',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('mean_squared_logarithmic_error', yTrue, yPred);
    const logarithm = (x: Tensor): Tensor => log(add(maximum(x, EPSILON), 1));
    return mean(square(sub(logarithm(predictions), logarithm(targets))), -1);
  },
);

/** `'mean_squared_logarithmic_error'`, `'msle'`: see `meanSquaredLogarithmicError`. */
export class MeanSquaredLogarithmicError extends Loss {
  static override readonly className = 'MeanSquaredLogarithmicError';

  constructor(options: LossOptions = {}) {
    super(options, 'mean_squared_logarithmic_error');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return meanSquaredLogarithmicError(yTrue, yPred);
  }
}
