import { boolean, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `RMSprop`. */
export interface RMSpropOptions extends OptionsOf<typeof RMSprop> {}

/**
 * Divides gradients by a moving root mean square (Hinton 2012): v ← rho · v + (1 − rho) · g²,
 * w ← w − learningRate · g / √(v + epsilon). With `centered`, v − a² replaces v in the root, where a ← rho · a + (1 −
 * rho) · g. With momentum: b ← momentum · b + step, w ← w − b. Default learning rate 0.001. Keras: `RMSprop`.
 *
 * @example new optimizers.RMSprop({ learningRate: 1e-3 })
 */
export class RMSprop extends configurable(Optimizer, 'RMSprop', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean square is kept, 0 … 1. Default 0.9. */
  rho: number({ default: 0.9, min: 0, max: 1 }),
  /** How much of the last step is kept, 0 … 1. Default 0. */
  momentum: number({ default: 0, min: 0, max: 1 }),
  /** Added to the mean square, inside the root. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
  /** Whether to subtract the square of the mean gradient, so that gradients are divided by a standard deviation. Default false. */
  centered: boolean({ default: false }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { velocity: 0 });
    if (this.momentum > 0) this.addSlots(variables, { momentum: 0 });
    if (this.centered) this.addSlots(variables, { average_gradient: 0 });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime().run(
      'rmsprop',
      value.pointer,
      gradient.pointer,
      this.slotPointer('velocity', index),
      this.slotPointer('average_gradient', index),
      this.slotPointer('momentum', index),
      value.size,
      learningRate,
      this.rho,
      this.momentum,
      this.epsilon,
    );
  }
}
