import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import type { Config } from '../config/index.js';
import { log, logitsOf, moveAxis, mul, neg, softmaxCrossEntropy, sum } from '../ops/index.js';
import { normalizeAxis } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities, oneHotTargets, smoothLabels } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/** Options of `categoricalCrossentropy`. */
export interface CategoricalCrossentropyParameters {
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
  /** Moves that share of each target to all classes evenly; 0 … 1. Default 0. */
  readonly labelSmoothing?: number;
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
}

const OPTIONS = ['fromLogits', 'labelSmoothing', 'axis'];

/**
 * −Σ yTrue · ln p over the classes, yTrue one-hot or a distribution: [n, …, classes] → [n, …], float32.
 * p is yPred over its sum, clipped to [1e-7, 1 − 1e-7]. Where yPred is the output of a softmax, the loss
 * is computed from the softmax's logits instead: exact for logits of any size, with the gradient p − yTrue.
 *
 * @throws ShapeError if the shapes differ, with advice where yTrue holds labels.
 */
export function categoricalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  parameters: CategoricalCrossentropyParameters = {},
): Tensor {
  const owner = 'categorical_crossentropy';
  checkOptions(owner, parameters, OPTIONS);
  const { fromLogits = false, labelSmoothing = 0, axis: anyAxis = -1 } = parameters;
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
}

/** `'categorical_crossentropy'`: see `categoricalCrossentropy`. */
export class CategoricalCrossentropy extends Loss {
  static override readonly className: string = 'CategoricalCrossentropy';
  static override readonly optionNames: readonly string[] = OPTIONS;
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & CategoricalCrossentropyParameters = {}) {
    super(options, 'categorical_crossentropy');
    const owner = CategoricalCrossentropy.className;
    this.fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    this.labelSmoothing = checkNumber(owner, 'labelSmoothing', options.labelSmoothing ?? 0, {
      min: 0,
      max: 1,
    });
    this.axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
  }

  override get targets(): 'distributions' {
    return 'distributions';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this;
    return categoricalCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis });
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
    };
  }
}
