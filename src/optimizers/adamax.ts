import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Adamax`. */
export interface AdamaxOptions extends OptimizerOptions {
  /** How much of the mean gradient is kept, 0 … 1 (not 1 itself). Default 0.9. */
  readonly beta1?: number;
  /** How much of the largest gradient is kept, 0 … 1. Default 0.999. */
  readonly beta2?: number;
  /** Added to the largest gradient. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with the largest gradient in place of the mean square (Kingma and Ba 2015, section 7.1):
 * m ← β₁ m + (1 − β₁) g, u ← max(β₂ u, |g|), w ← w − learningRate / (1 − β₁ᵗ) · m / (u + epsilon) at
 * update t. Default learning rate 0.001.
 *
 * @example new optimizers.Adamax({ learningRate: 2e-3 })
 */
export class Adamax extends Optimizer {
  static override readonly className = 'Adamax';
  static override readonly optionNames = ['beta1', 'beta2', 'epsilon'];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  #momentums: readonly Variable[] = [];
  #norms: readonly Variable[] = [];

  constructor(options: AdamaxOptions = {}) {
    super(options, 0.001);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
    // At 1 the correction of the first steps' bias would divide by 0.
    this.beta1 = checkNumber('Adamax', 'beta1', beta1, { min: 0, max: 1 - Number.EPSILON });
    this.beta2 = checkNumber('Adamax', 'beta2', beta2, { min: 0, max: 1 });
    this.epsilon = checkNumber('Adamax', 'epsilon', epsilon, { min: 0 });
  }

  protected override createSlots(variables: readonly Variable[]): void {
    // Momentum and norm of one variable stand side by side, as in Keras's files.
    const slots = variables.map((variable) => ({
      momentum: this.addSlot(variable, 'momentum'),
      norm: this.addSlot(variable, 'norm'),
    }));
    this.#momentums = slots.map(({ momentum }) => momentum);
    this.#norms = slots.map(({ norm }) => norm);
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime()
      .with(rareOptimizers)
      .run(
        'adamax',
        value.pointer,
        gradient.pointer,
        this.#momentums[index]?.value.pointer ?? 0,
        this.#norms[index]?.value.pointer ?? 0,
        value.size,
        learningRate / (1 - this.beta1 ** (this.iterations + 1)),
        1 - this.beta1,
        this.beta2,
        this.epsilon,
      );
  }
}
