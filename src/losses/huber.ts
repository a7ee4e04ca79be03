import { checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { abs, lessEqual, mean, mul, square, sub, where } from '../ops/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/** Options of `huber`. */
export interface HuberParameters {
  /** Where the parabola becomes a line. Default 1. */
  readonly delta?: number;
}

/**
 * With e = yPred − yTrue, the mean over the last axis of ½e² where |e| <= delta, else delta·|e| − ½delta².
 * [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const huber = /* @__PURE__ */ kerasFunction(
  'huber',
  (yTrue: TensorLike, yPred: TensorLike, parameters: HuberParameters = {}): Tensor => {
    checkOptions('huber', parameters, ['delta']);
    const delta = checkNumber('huber', 'delta', parameters.delta ?? 1, { min: 0 });
    const [targets, predictions] = alignTargets('huber', yTrue, yPred);
    const error = sub(predictions, targets);
    const size = abs(error);
    const parabola = mul(square(error), 0.5);
    const line = sub(mul(size, delta), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), parabola, line), -1);
  },
);

/** `'huber'`: see `huber`. */
export class Huber extends Loss {
  static override readonly className = 'Huber';
  static override readonly optionNames = ['delta'];
  readonly delta: number;

  constructor(options: LossOptions & HuberParameters = {}) {
    super(options, 'huber_loss');
    this.delta = checkNumber('Huber', 'delta', options.delta ?? 1, { min: 0 });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return huber(yTrue, yPred, { delta: this.delta });
  }
}
