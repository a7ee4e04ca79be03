import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { log, logitsOf, moveAxis, mul, neg, softmaxCrossEntropy, sum } from '../ops/index.js';
import { normalizeAxis } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { checkCrossentropy, CROSSENTROPY_OPTIONS, Crossentropy } from './crossentropy.js';
import type { CrossentropyParameters } from './crossentropy.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities, oneHotTargets, smoothLabels } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/**
 * −Σ yTrue · ln p over the classes, yTrue one-hot or a distribution: [n, …, classes] → [n, …], float32.
 * p is yPred over its sum, clipped to [1e-7, 1 − 1e-7]. Where yPred is the output of a softmax, the loss
 * is computed from the softmax's logits instead: exact for logits of any size, with the gradient p − yTrue.
 *
 * @throws ShapeError if the shapes differ, with advice where yTrue holds labels.
 */
export const categoricalCrossentropy = /* @__PURE__ */ kerasFunction(
  'categoricalCrossentropy',
  (yTrue: TensorLike, yPred: TensorLike, parameters: CrossentropyParameters = {}): Tensor => {
    const owner = 'categorical_crossentropy';
    checkOptions(owner, parameters, CROSSENTROPY_OPTIONS);
    const { fromLogits, labelSmoothing, axis: anyAxis } = checkCrossentropy(owner, parameters);
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, predictions.ndim);
    const classes = predictions.shape[axis] ?? 1;
    const oneHot = oneHotTargets(owner, yTrue, predictions, axis);
    const targets = smoothLabels(oneHot, labelSmoothing, classes);
    if (fromLogits) {
      return softmaxCrossEntropy(moveAxis(predictions, axis, -1), moveAxis(targets, axis, -1));
    }
    const logits = axis === predictions.ndim - 1 ? logitsOf(predictions, 'softmax') : undefined;
    if (logits !== undefined) return softmaxCrossEntropy(logits, targets, predictions);
    return neg(sum(mul(targets, log(normalizedProbabilities(predictions, axis))), axis));
  },
);

/** `'categorical_crossentropy'`: see `categoricalCrossentropy`. */
export class CategoricalCrossentropy extends Crossentropy {
  static override readonly className: string = 'CategoricalCrossentropy';
  static override readonly optionNames: readonly string[] = CROSSENTROPY_OPTIONS;

  constructor(options: LossOptions & CrossentropyParameters = {}) {
    super(options, 'categorical_crossentropy');
  }

  override get targets(): 'distributions' {
    return 'distributions';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this;
    return categoricalCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis });
  }
}
