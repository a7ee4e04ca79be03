import { kerasFunction } from './keras-function.js';
import { clip, div, log, mul, sum } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/**
 * Σ yTrue · ln(yTrue / yPred) over the last axis, both clipped to [1e-7, 1]. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const klDivergence = /* @__PURE__ */ kerasFunction(
  'klDivergence',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    const [targets, predictions] = alignTargets('kl_divergence', yTrue, yPred);
    const t = clip(targets, EPSILON, 1);
    return sum(mul(t, log(div(t, clip(predictions, EPSILON, 1)))), -1);
  },
);

/** `'kl_divergence'`, `'kld'`: see `klDivergence`. */
export class KLDivergence extends Loss {
  static override readonly className = 'KLDivergence';

  constructor(options: LossOptions = {}) {
    super(options, 'kl_divergence');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(yTrue, yPred);
  }
}
