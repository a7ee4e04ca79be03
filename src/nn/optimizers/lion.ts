import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Lion`. */
export interface LionOptions extends OptionsOf<typeof Lion> {}

/**
 * Steps of equal length in every weight (Chen et al. 2023):
 * w ← w − learningRate · sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g. Default learning rate
 * 0.001; a third to a tenth of Adam's is usual. Keras: `Lion`.
 *
 * @example new optimizers.Lion({ learningRate: 1e-4, weightDecay: 0.1 })
 */
export class Lion extends configurable(Optimizer, 'Lion', {
  /** A number ≥ 0 or a schedule. Default 0.001; a third to a tenth of Adam's is usual. */
  learningRate: rate(0.001),
  /** The share of the mean gradient in the direction of a step, above 0 (Keras refuses 0 too) and at most 1. Default 0.9. */
  beta1: number({ default: 0.9, above: 0, max: 1 }),
  /** How much of the mean gradient is kept, 0 … 1. Default 0.99. */
  beta2: number({ default: 0.99, min: 0, max: 1 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0 });
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
        'lion',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        value.size,
        learningRate,
        this.beta1,
        this.beta2,
      );
  }
}
