import { describeValue } from '../config/describe-value.js';
import { checkFunction } from '../config/check-number.js';
import type { Config } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Tensor, toTensor } from '../tensor/index.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignRanks } from './ranks.js';

/** A loss as a function of ops: targets and predictions (float32) → one loss a sample, or a scalar. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** A loss by a plain function (Keras: `LossFunctionWrapper`). */
export class FunctionLoss extends Loss {
  static override readonly className = 'FunctionLoss';
  readonly fn: LossFunction;

  constructor(fn: LossFunction, options: LossOptions = {}) {
    super(options, checkFunction('FunctionLoss', 'fn', fn).name || 'loss');
    this.fn = fn;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const losses: unknown = this.fn(...alignRanks(toTensor(yTrue), toTensor(yPred)));
    if (losses instanceof Tensor) return losses;
    throw new ValueError(
      `Loss function '${this.name}' must return a tensor made by ops, so that its gradient is known; it ` +
        `returned ${describeValue(losses)}.`,
    );
  }

  /** @throws ValueError: a file cannot hold a function. */
  override getConfig(): Config {
    throw new ValueError(
      `Loss function '${this.name}' is a plain function, which cannot be written into a config. Use a named ` +
        `loss, or a class that extends losses.Loss and is registered.`,
    );
  }
}
