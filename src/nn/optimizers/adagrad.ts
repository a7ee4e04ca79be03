import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Adagrad`. */
export interface AdagradOptions extends OptionsOf<typeof Adagrad> {}

/**
 * Divides each gradient by the root of the sum of all its squares (Duchi, Hazan and Singer 2011):
 * a ← a + g², w ← w − learningRate · g / √(a + epsilon). Default learning rate 0.001. Keras: `Adagrad`.
 *
 * @example new optimizers.Adagrad({ learningRate: 0.1 })
 */
export class Adagrad extends configurable(Optimizer, 'Adagrad', {
  /** A number of at least 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** What the sums of squares start with, at least 0. Default 0.1. */
  initialAccumulatorValue: number({ default: 0.1, min: 0 }),
  /** Added to the sum of squares, inside the root. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { accumulator: this.initialAccumulatorValue });
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
        'adagrad',
        value.pointer,
        gradient.pointer,
        this.slotPointer('accumulator', index),
        value.size,
        learningRate,
        this.epsilon,
      );
  }
}
