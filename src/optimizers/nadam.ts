import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import { tensor } from '../tensor/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Nadam`. */
export interface NadamOptions extends OptimizerOptions {
  /** How much of the mean gradient is kept, 0 … 1 (not 1 itself). Default 0.9. */
  readonly beta1?: number;
  /** How much of the mean square is kept, 0 … 1 (not 1 itself). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-7. */
  readonly epsilon?: number;
}

/** By which the share that the momentum schedule takes off falls each step (Dozat 2015). */
const DECAY = 0.96;

/**
 * Adam with Nesterov momentum (Dozat 2015), at update t:
 * uₜ = β₁ (1 − 0.96ᵗ / 2), m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * m̂ = uₜ₊₁ m / (1 − u₁ … uₜ₊₁) + (1 − uₜ) g / (1 − u₁ … uₜ), v̂ = v / (1 − β₂ᵗ),
 * w ← w − learningRate · m̂ / (√v̂ + epsilon). Default learning rate 0.001.
 *
 * @example new optimizers.Nadam({ learningRate: 2e-3 })
 */
export class Nadam extends Optimizer {
  static override readonly className = 'Nadam';
  static override readonly optionNames = ['beta1', 'beta2', 'epsilon'];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  #momentums: readonly Variable[] = [];
  #velocities: readonly Variable[] = [];
  /** u₁ … uₜ of the updates that were made, a variable as in Keras's files. */
  #product: Variable | undefined;

  constructor(options: NadamOptions = {}) {
    super(options, 0.001);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
    // At 1 the correction of the first steps' bias would divide by 0.
    const share = { min: 0, max: 1 - Number.EPSILON };
    this.beta1 = checkNumber('Nadam', 'beta1', beta1, share);
    this.beta2 = checkNumber('Nadam', 'beta2', beta2, share);
    this.epsilon = checkNumber('Nadam', 'epsilon', epsilon, { min: 0 });
  }

  protected override createSlots(variables: readonly Variable[]): void {
    // Momentum and velocity of one variable stand side by side, as in Keras's files.
    const slots = variables.map((variable) => ({
      momentum: this.addSlot(variable, 'momentum'),
      velocity: this.addSlot(variable, 'velocity'),
    }));
    this.#momentums = slots.map(({ momentum }) => momentum);
    this.#velocities = slots.map(({ velocity }) => velocity);
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
    return this.beta1 * (1 - 0.5 * DECAY ** t);
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
      .with(rareOptimizers)
      .run(
        'nadam',
        value.pointer,
        gradient.pointer,
        this.#momentums[index]?.value.pointer ?? 0,
        this.#velocities[index]?.value.pointer ?? 0,
        value.size,
        (learningRate * next) / (1 - product * next),
        (learningRate * (1 - this.#momentumAt(t))) / (1 - product),
        1 / (1 - beta2 ** t),
        1 - beta1,
        1 - beta2,
        this.epsilon,
      );
  }
}
