import { kerasFunction } from './keras-function.js';
import { maximum, mean, mul, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/** Labels −1 and 1 as they are; where all are 0 or 1, they become −1 and 1. */
function signedLabels(labels: Tensor): Tensor {
  const isBinary = labels.data().every((label) => label === 0 || label === 1);
  return isBinary ? sub(mul(labels, 2), 1) : labels;
}

/** max(1 − yTrue · yPred, 0), element by element. */
export function margins(loss: string, yTrue: TensorLike, yPred: TensorLike): Tensor {
  const [targets, predictions] = alignTargets(loss, yTrue, yPred);
  return maximum(sub(1, mul(signedLabels(targets), predictions)), 0);
}

/**
 * mean(max(1 − yTrue · yPred, 0)) over the last axis; labels are −1 and 1, or 0 and 1.
 * [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const hinge = /* @__PURE__ */ kerasFunction(
  'hinge',
  (yTrue: TensorLike, yPred: TensorLike): Tensor => {
    return mean(margins('hinge', yTrue, yPred), -1);
  },
);

/** `'hinge'`: see `hinge`. */
export class Hinge extends Loss {
  static override readonly className = 'Hinge';

  constructor(options: LossOptions = {}) {
    super(options, 'hinge');
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return hinge(yTrue, yPred);
  }
}
