import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { add, mean, mul, pow, sigmoid, sub } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { crossEntropyOfProbabilities } from './binary-crossentropy.js';
import { checkCrossentropy, CROSSENTROPY_OPTIONS, Crossentropy } from './crossentropy.js';
import type { CrossentropyParameters } from './crossentropy.js';
import type { LossOptions } from './loss.js';
import { smoothLabels } from './one-hot-targets.js';
import { alignTargets } from './ranks.js';

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalCrossentropyParameters extends CrossentropyParameters {
  /** Whether class 1 weighs `alpha` and class 0 weighs 1 − `alpha`. Default false. */
  readonly applyClassBalancing?: boolean;
  /** Default 0.25. */
  readonly alpha?: number;
  /** How strongly samples that are right already are played down. Default 2. */
  readonly gamma?: number;
}

const OPTIONS = [...CROSSENTROPY_OPTIONS, 'applyClassBalancing', 'alpha', 'gamma'];

/** a b + (1 − a) (1 − b). */
function agreement(a: Tensor, b: Tensor | number): Tensor {
  return add(mul(a, b), mul(sub(1, a), sub(1, b)));
}

/**
 * The mean over `axis` of (1 − q)^gamma times the binary cross-entropy, q being the probability given to
 * the right answer, yTrue · p + (1 − yTrue)(1 − p) (Lin et al. 2017). [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const binaryFocalCrossentropy = /* @__PURE__ */ kerasFunction(
  'binaryFocalCrossentropy',
  (
    yTrue: TensorLike,
    yPred: TensorLike,
    parameters: BinaryFocalCrossentropyParameters = {},
  ): Tensor => {
    const owner = 'binary_focal_crossentropy';
    checkOptions(owner, parameters, OPTIONS);
    const { fromLogits, labelSmoothing, axis } = checkCrossentropy(owner, parameters);
    const { applyClassBalancing = false, alpha = 0.25, gamma = 2 } = parameters;
    const [labels, came] = alignTargets(owner, yTrue, yPred);
    const targets = smoothLabels(labels, labelSmoothing, 2);
    const p = fromLogits ? sigmoid(came) : came;
    const factor = pow(sub(1, agreement(targets, p)), gamma);
    const losses = mul(factor, crossEntropyOfProbabilities(targets, p));
    return mean(applyClassBalancing ? mul(agreement(targets, alpha), losses) : losses, axis);
  },
);

/** `'binary_focal_crossentropy'`: see `binaryFocalCrossentropy`. */
export class BinaryFocalCrossentropy extends Crossentropy {
  static override readonly className = 'BinaryFocalCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly applyClassBalancing: boolean;
  readonly alpha: number;
  readonly gamma: number;

  constructor(options: LossOptions & BinaryFocalCrossentropyParameters = {}) {
    super(options, 'binary_focal_crossentropy');
    const owner = BinaryFocalCrossentropy.className;
    const balancing = options.applyClassBalancing ?? false;
    this.applyClassBalancing = checkBoolean(owner, 'applyClassBalancing', balancing);
    this.alpha = checkNumber(owner, 'alpha', options.alpha ?? 0.25, { min: 0, max: 1 });
    this.gamma = checkNumber(owner, 'gamma', options.gamma ?? 2, { min: 0 });
  }

  override get targets(): 'probabilities' {
    return 'probabilities';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis, applyClassBalancing, alpha, gamma } = this;
    const focus = { applyClassBalancing, alpha, gamma };
    return binaryFocalCrossentropy(yTrue, yPred, { fromLogits, labelSmoothing, axis, ...focus });
  }
}
