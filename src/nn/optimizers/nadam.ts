import { power } from '../../config/elementary.js';
import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Nadam`. */
export interface NadamOptions extends OptionsOf<typeof Nadam> {}

/** By which the share that the momentum schedule takes off falls each step (Dozat 2015). */
const DECAY = 0.96;

/**
 * Adam with Nesterov momentum (Dozat 2015), at update t:
 * uₜ = β₁ (1 − 0.96ᵗ / 2), m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * m̂ = uₜ₊₁ m / (1 − u₁ … uₜ₊₁) + (1 − uₜ) g / (1 − u₁ … uₜ), v̂ = v / (1 − β₂ᵗ),
 * w ← w − learningRate · m̂ / (√v̂ + epsilon). Default learning rate 0.001. Keras: `Nadam`.
 *
 * @example new optimizers.Nadam({ learningRate: 2e-3 })
 */
export class Nadam extends configurable(Optimizer, 'Nadam', {
  /** A number of at least 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  /** u₁ … uₜ of the updates that were made, a variable as in Keras's files. */
  #product: Variable | undefined;

  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, velocity: 0 });
    this.#product = this.addState(tensor(1), 'u_product');
  }

  protected override beginUpdate(): void {
    if (this.#product === undefined) return;
    const { pointer } = this.#product.value;
    currentRuntime().float32[pointer / 4] =
      this.#product.value.item() * this.#momentumAt(this.iterations + 1);
  }

  /** uₜ. */
  #momentumAt(t: number): number {
    return this.beta1 * (1 - 0.5 * power(DECAY, t));
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    const { beta1, beta2 } = this;
    const t = this.iterations + 1;
    const next = this.#momentumAt(t + 1);
    const product = this.#product?.value.item() ?? 1;
    currentRuntime()
      .with(part)
      .run(
        'nadam',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        this.slotPointer('velocity', index),
        value.size,
        (learningRate * next) / (1 - product * next),
        (learningRate * (1 - this.#momentumAt(t))) / (1 - product),
        1 / (1 - power(beta2, t)),
        1 - beta1,
        1 - beta2,
        this.epsilon,
      );
  }
}
