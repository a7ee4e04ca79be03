import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import type { Config } from '../config/index.js';
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
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { smoothLabels } from './one-hot-targets.js';
import { alignTargets, asTensor } from './ranks.js';

/** Options of `binaryCrossentropy`. */
export interface BinaryCrossentropyParameters {
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
  /** Moves targets towards ½ by that share; 0 … 1. Default 0. */
  readonly labelSmoothing?: number;
  /** The axis over which the mean is taken. Default −1. */
  readonly axis?: number;
}

const OPTIONS = ['fromLogits', 'labelSmoothing', 'axis'];

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
export function binaryCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  parameters: BinaryCrossentropyParameters = {},
): Tensor {
  const owner = 'binary_crossentropy';
  checkOptions(owner, parameters, OPTIONS);
  const { fromLogits = false, labelSmoothing = 0, axis = -1 } = parameters;
  const predictions = asTensor(yPred);
  const logits = fromLogits ? predictions : logitsOf(predictions, 'sigmoid');
  const [labels, x] = alignTargets(owner, yTrue, logits ?? predictions);
  const targets = smoothLabels(labels, labelSmoothing, 2);
  const losses =
    logits === undefined
      ? crossEntropyOfProbabilities(targets, x)
      : sigmoidCrossEntropy(x, targets);
  return mean(losses, axis);
}

/** `'binary_crossentropy'`, `'bce'`: see `binaryCrossentropy`. */
export class BinaryCrossentropy extends Loss {
  static override readonly className = 'BinaryCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & BinaryCrossentropyParameters = {}) {
    super(options, 'binary_crossentropy');
    const owner = BinaryCrossentropy.className;
    this.fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    this.labelSmoothing = checkNumber(owner, 'labelSmoothing', options.labelSmoothing ?? 0, {
      min: 0,
      max: 1,
    });
    this.axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
  }

  override get targets(): 'probabilities' {
    return 'probabilities';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this;
    return binaryCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis });
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
