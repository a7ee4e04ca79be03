import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import {
  add,
  clip,
  log,
  logitsOf,
  mean,
  mul,
  neg,
  sigmoidCrossEntropy,
  sub,
} from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { checkCrossentropy, CROSSENTROPY_OPTIONS, Crossentropy } from './crossentropy.js';
import type { CrossentropyParameters } from './crossentropy.js';
import type { LossOptions } from './loss.js';
import { smoothLabels } from './one-hot-targets.js';
import { alignTargets, asTensor } from './ranks.js';

/** −t ln p − (1 − t) ln(1 − p), element by element, p clipped to [1e-7, 1 − 1e-7]. */
export function crossEntropyOfProbabilities(targets: Tensor, probabilities: Tensor): Tensor {
  const p = clip(probabilities, EPSILON, 1 - EPSILON);
  return neg(add(mul(targets, log(p)), mul(sub(1, targets), log(sub(1, p)))));
}

/**
 * mean(−yTrue · ln p − (1 − yTrue) · ln(1 − p)) over `axis`, p being yPred clipped to [1e-7, 1 − 1e-7]:
 * [n, …, d] → [n, …], float32. Where yPred is the output of a sigmoid, the loss is computed from the
 * sigmoid's logits instead: exact for logits of any size, with the gradient p − yTrue.
 *
 * @throws ShapeError if the shapes differ.
 */
export const binaryCrossentropy = /* @__PURE__ */ kerasFunction(
  'binaryCrossentropy',
  (yTrue: TensorLike, yPred: TensorLike, parameters: CrossentropyParameters = {}): Tensor => {
    const owner = 'binary_crossentropy';
    checkOptions(owner, parameters, CROSSENTROPY_OPTIONS);
    const { fromLogits, labelSmoothing, axis } = checkCrossentropy(owner, parameters);
    const predictions = asTensor(yPred);
    const logits = fromLogits ? predictions : logitsOf(predictions, 'sigmoid');
    const [labels, x] = alignTargets(owner, yTrue, logits ?? predictions);
    const targets = smoothLabels(labels, labelSmoothing, 2);
    const losses =
      logits === undefined
        ? crossEntropyOfProbabilities(targets, x)
        : sigmoidCrossEntropy(x, targets);
    return mean(losses, axis);
  },
);

/** `'binary_crossentropy'`, `'bce'`: see `binaryCrossentropy`. */
export class BinaryCrossentropy extends Crossentropy {
  static override readonly className = 'BinaryCrossentropy';
  static override readonly optionNames = CROSSENTROPY_OPTIONS;

  constructor(options: LossOptions & CrossentropyParameters = {}) {
    super(options, 'binary_crossentropy');
  }

  override get targets(): 'probabilities' {
    return 'probabilities';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this;
    return binaryCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis });
  }
}
