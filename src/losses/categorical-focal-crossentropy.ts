import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import type { Config } from '../config/index.js';
import { log, mul, neg, pow, softmax, sub, sum } from '../ops/index.js';
import { normalizeAxis } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import type { CategoricalCrossentropyParameters } from './categorical-crossentropy.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities, oneHotTargets, smoothLabels } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalCrossentropyParameters extends CategoricalCrossentropyParameters {
  /** Weight of all losses. Default 0.25. */
  readonly alpha?: number;
  /** How strongly samples that are right already are played down. Default 2. */
  readonly gamma?: number;
}

const OPTIONS = ['fromLogits', 'labelSmoothing', 'axis', 'alpha', 'gamma'];

/**
 * −Σ alpha (1 − p)^gamma · yTrue · ln p over the classes (Lin et al. 2017), p as in
 * `categoricalCrossentropy`: [n, …, classes] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ, with advice where yTrue holds labels.
 */
export function categoricalFocalCrossentropy(
  yTrue: TensorLike,
  yPred: TensorLike,
  parameters: CategoricalFocalCrossentropyParameters = {},
): Tensor {
  const owner = 'categorical_focal_crossentropy';
  checkOptions(owner, parameters, OPTIONS);
  const { fromLogits = false, labelSmoothing = 0, alpha = 0.25, gamma = 2 } = parameters;
  const came = asTensor(yPred);
  const axis = normalizeAxis(owner, parameters.axis ?? -1, came.ndim);
  const oneHot = oneHotTargets(owner, yTrue, came, axis);
  const targets = smoothLabels(oneHot, labelSmoothing, came.shape[axis] ?? 1);
  const p = normalizedProbabilities(fromLogits ? softmax(came, axis) : came, axis);
  const factor = mul(pow(sub(1, p), gamma), alpha);
  return neg(sum(mul(factor, mul(targets, log(p))), axis));
}

/** `'categorical_focal_crossentropy'`: see `categoricalFocalCrossentropy`. */
export class CategoricalFocalCrossentropy extends Loss {
  static override readonly className = 'CategoricalFocalCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: LossOptions & CategoricalFocalCrossentropyParameters = {}) {
    super(options, 'categorical_focal_crossentropy');
    const owner = CategoricalFocalCrossentropy.className;
    this.fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    this.labelSmoothing = checkNumber(owner, 'labelSmoothing', options.labelSmoothing ?? 0, {
      min: 0,
      max: 1,
    });
    this.axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
    this.alpha = checkNumber(owner, 'alpha', options.alpha ?? 0.25, { min: 0 });
    this.gamma = checkNumber(owner, 'gamma', options.gamma ?? 2, { min: 0 });
  }

  override get targets(): 'distributions' {
    return 'distributions';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis, alpha, gamma } = this;
    const parameters = { fromLogits, labelSmoothing, axis, alpha, gamma };
    return categoricalFocalCrossentropy(yTrue, yPred, parameters);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      from_logits: this.fromLogits,
      label_smoothing: this.labelSmoothing,
      axis: this.axis,
      alpha: this.alpha,
      gamma: this.gamma,
    };
  }
}
