import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Adadelta`. */
export interface AdadeltaOptions extends OptionsOf<typeof Adadelta> {}

/**
 * Steps in the units of the weights (Zeiler 2012): v ← rho · v + (1 − rho) · g²,
 * d = g · √(u + epsilon) / √(v + epsilon), u ← rho · u + (1 − rho) · d², w ← w − learningRate · d.
 * Default learning rate 0.001, as in Keras; the paper's is 1. Keras: `Adadelta`.
 *
 * @example new optimizers.Adadelta({ learningRate: 1 })
 */
export class Adadelta extends configurable(Optimizer, 'Adadelta', {
  /** A number of at least 0 or a schedule. Default 0.001, as in Keras; the paper's is 1. */
  learningRate: rate(0.001),
  /** How much of the mean squares is kept, 0 … 1. Default 0.95. */
  rho: number({ default: 0.95, min: 0, max: 1 }),
  /** Added to the mean squares, inside the roots. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { accumulated_grad: 0, accumulated_delta_var: 0 });
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
        'adadelta',
        value.pointer,
        gradient.pointer,
        this.slotPointer('accumulated_grad', index),
        this.slotPointer('accumulated_delta_var', index),
        value.size,
        learningRate,
        this.rho,
        this.epsilon,
      );
  }
}
