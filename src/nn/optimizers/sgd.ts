import { boolean, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptionsOf<typeof SGD> {}

/**
 * Stochastic gradient descent: w ← w − learningRate · g. With momentum: v ← momentum · v − learningRate · g,
 * w ← w + v, or with Nesterov w ← w + momentum · v − learningRate · g. Default learning rate 0.01. Keras: `SGD`.
 *
 * @example new optimizers.SGD({ learningRate: 0.1, momentum: 0.9 })
 */
export class SGD extends configurable(Optimizer, 'SGD', {
  /** A number ≥ 0 or a schedule. Default 0.01. */
  learningRate: rate(0.01),
  /** How much of the last step is kept, 0 … 1. Default 0. */
  momentum: number({ default: 0, min: 0, max: 1 }),
  /** Whether the gradient counts as if taken one step ahead (Nesterov). Default false. */
  nesterov: boolean({ default: false }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    if (this.momentum !== 0) this.addSlots(variables, { momentum: 0 });
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
      this.slotPointer('momentum', index),
      value.size,
      learningRate,
      this.momentum,
      this.nesterov ? 1 : 0,
    );
  }
}
