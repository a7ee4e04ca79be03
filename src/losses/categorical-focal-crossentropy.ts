import { checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { log, mul, neg, pow, softmax, sub, sum } from '../ops/index.js';
import { normalizeAxis } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { checkCrossentropy, CROSSENTROPY_OPTIONS, Crossentropy } from './crossentropy.js';
import type { CrossentropyParameters } from './crossentropy.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities, oneHotTargets, smoothLabels } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalCrossentropyParameters extends CrossentropyParameters {
  /** Weight of all losses. Default 0.25. */
  readonly alpha?: number;
  /** How strongly samples that are right already are played down. Default 2. */
  readonly gamma?: number;
}

const OPTIONS = [...CROSSENTROPY_OPTIONS, 'alpha', 'gamma'];

/**
 * −Σ alpha (1 − p)^gamma · yTrue · ln p over the classes (Lin et al. 2017), p as in
 * `categoricalCrossentropy`: [n, …, classes] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ, with advice where yTrue holds labels.
 */
export const categoricalFocalCrossentropy = /* @__PURE__ */ kerasFunction(
  'categoricalFocalCrossentropy',
  (
    yTrue: TensorLike,
    yPred: TensorLike,
    parameters: CategoricalFocalCrossentropyParameters = {},
  ): Tensor => {
    const owner = 'categorical_focal_crossentropy';
    checkOptions(owner, parameters, OPTIONS);
    const { fromLogits, labelSmoothing, axis: anyAxis } = checkCrossentropy(owner, parameters);
    const { alpha = 0.25, gamma = 2 } = parameters;
    const came = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, came.ndim);
    const oneHot = oneHotTargets(owner, yTrue, came, axis);
    const targets = smoothLabels(oneHot, labelSmoothing, came.shape[axis] ?? 1);
    const p = normalizedProbabilities(fromLogits ? softmax(came, axis) : came, axis);
    const factor = mul(pow(sub(1, p), gamma), alpha);
    return neg(sum(mul(factor, mul(targets, log(p))), axis));
  },
);

/** `'categorical_focal_crossentropy'`: see `categoricalFocalCrossentropy`. */
export class CategoricalFocalCrossentropy extends Crossentropy {
  static override readonly className = 'CategoricalFocalCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: LossOptions & CategoricalFocalCrossentropyParameters = {}) {
    super(options, 'categorical_focal_crossentropy');
    const owner = CategoricalFocalCrossentropy.className;
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
}
