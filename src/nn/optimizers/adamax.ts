import { power } from '../../config/elementary.js';
import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Adamax`. */
export interface AdamaxOptions extends OptionsOf<typeof Adamax> {}

/**
 * Adam with the largest gradient in place of the mean square (Kingma and Ba 2015, section 7.1):
 * m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − learningRate / (1 − β₁ᵗ) · m / (u + epsilon) at
 * update t. Default learning rate 0.001. Keras: `Adamax`.
 *
 * @example new optimizers.Adamax({ learningRate: 2e-3 })
 */
export class Adamax extends configurable(Optimizer, 'Adamax', {
  /** A number of at least 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the largest gradient is kept, 0 … 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, max: 1 }),
  /** Added to the largest gradient. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, norm: 0 });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime()
      .with(part)
      .run(
        'adamax',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        this.slotPointer('norm', index),
        value.size,
        learningRate / (1 - power(this.beta1, this.iterations + 1)),
        1 - this.beta1,
        this.beta2,
        this.epsilon,
      );
  }
}
