import { power } from '../../config/elementary.js';
import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `ScheduleFreeAdamW`. */
export interface ScheduleFreeAdamWOptions extends OptionsOf<typeof ScheduleFreeAdamW> {}

/**
 * AdamW without a schedule (Defazio et al. 2024): the weights lie between steps z and the mean x of all steps. At update t
 * v ← β₂ v + (1 − β₂) g², z ← z − α g / (√(v / (1 − β₂ᵗ)) + epsilon), x ← x + (z − x) / t, w = (1 − β₁) z + β₁ x;
 * α is learningRate · min(1, t / warmupSteps). Default learning rate 0.0025. Keras: `ScheduleFreeAdamW`.
 *
 * @example new optimizers.ScheduleFreeAdamW({ learningRate: 2.5e-3, warmupSteps: 100 })
 */
export class ScheduleFreeAdamW extends configurable(Optimizer, 'ScheduleFreeAdamW', {
  /** A number ≥ 0 or a schedule. Default 0.0025. */
  learningRate: rate(0.0025),
  /** The share of the mean in the weights, above 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, above: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-8. */
  epsilon: number({ default: 1e-8, min: 0 }),
  /** The number of updates until the full learning rate is reached, at least 0. Default 0. */
  warmupSteps: number({ default: 0, min: 0, integer: true }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, velocity: 0 });
    variables.forEach(({ value }, i) => this.slotAt('momentum', i)?.assign(value));
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    const { beta1, beta2, warmupSteps } = this;
    const t = this.iterations + 1;
    currentRuntime()
      .with(part)
      .run(
        'scheduleFreeAdamW',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        this.slotPointer('velocity', index),
        value.size,
        warmupSteps > 0 ? learningRate * Math.min(t / warmupSteps, 1) : learningRate,
        beta1,
        1 - beta2,
        1 / (1 - power(beta2, t)),
        this.epsilon,
        1 / t,
      );
  }
}
