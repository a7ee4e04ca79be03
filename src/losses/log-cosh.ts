import { kerasFunction } from './keras-function.js';
import { add, mean, mul, softplus, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * mean(ln cosh(yPred − yTrue)) over the last axis, as e + softplus(−2e) − ln 2, which does not overflow.
 * [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const logCosh = /* @__PURE__ */ kerasFunction(
  'logCosh',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('log_cosh', yTrue, yPred);
    const error = sub(predictions, targets);
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
  },
);

/** `'log_cosh'`, `'logcosh'`: see `logCosh`. */
export class LogCosh extends Loss {
  static override readonly className = 'LogCosh';

  constructor(options: LossOptions = {}) {
    super(options, 'log_cosh');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return logCosh(yTrue, yPred);
  }
}
