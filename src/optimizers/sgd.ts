import { checkBoolean, checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last step is kept, 0 … 1. Default 0. */
  readonly momentum?: number;
  /** Whether the gradient counts as if taken one step ahead (Nesterov). Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: w ← w − learningRate · g. With momentum: v ← momentum · v − learningRate · g,
 * w ← w + v, or with Nesterov w ← w + momentum · v − learningRate · g. Default learning rate 0.01.
 *
 * @example new optimizers.SGD({ learningRate: 0.1, momentum: 0.9 })
 */
export class SGD extends Optimizer {
  static override readonly className = 'SGD';
  static override readonly optionNames = ['momentum', 'nesterov'];
  readonly momentum: number;
  readonly nesterov: boolean;
  #momentums: readonly Variable[] = [];

  constructor(options: SGDOptions = {}) {
    super(options, 0.01);
    this.momentum = checkNumber('SGD', 'momentum', options.momentum ?? 0, { min: 0, max: 1 });
    this.nesterov = checkBoolean('SGD', 'nesterov', options.nesterov ?? false);
  }

  protected override createSlots(variables: readonly Variable[]): void {
    if (this.momentum !== 0) this.#momentums = this.addSlots(variables, 'momentum');
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime().run(
      'sgd',
      value.pointer,
      gradient.pointer,
      this.#momentums[index]?.value.pointer ?? 0,
      value.size,
      learningRate,
      this.momentum,
      this.nesterov ? 1 : 0,
    );
  }
}
