import { checkBoolean, checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Adam`. */
export interface AdamOptions extends OptimizerOptions {
  /** How much of the mean gradient is kept, 0 … 1 (not 1 itself). Default 0.9. */
  readonly beta1?: number;
  /** How much of the mean square is kept, 0 … 1 (not 1 itself). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-7. */
  readonly epsilon?: number;
  /** Whether the largest mean square so far counts (Reddi et al. 2018). Default false. */
  readonly amsgrad?: boolean;
}

/**
 * Adaptive moments (Kingma and Ba 2015): m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * w ← w − α m / (√v + epsilon), α = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) at update t. Default learning rate 0.001.
 *
 * @example new optimizers.Adam({ learningRate: 1e-3 })
 */
export class Adam extends Optimizer {
  static override readonly className: string = 'Adam';
  static override readonly optionNames = ['beta1', 'beta2', 'epsilon', 'amsgrad'];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
  #momentums: readonly Variable[] = [];
  #velocities: readonly Variable[] = [];
  #velocityHats: readonly Variable[] = [];

  constructor(options: AdamOptions = {}) {
    super(options, 0.001);
    const owner = (this.constructor as typeof Adam).className;
    // At 1 the correction of the first steps' bias would divide by 0.
    const share = { min: 0, max: 1 - Number.EPSILON };
    this.beta1 = checkNumber(owner, 'beta1', options.beta1 ?? 0.9, share);
    this.beta2 = checkNumber(owner, 'beta2', options.beta2 ?? 0.999, share);
    this.epsilon = checkNumber(owner, 'epsilon', options.epsilon ?? 1e-7, { min: 0 });
    this.amsgrad = checkBoolean(owner, 'amsgrad', options.amsgrad ?? false);
  }

  protected override createSlots(variables: readonly Variable[]): void {
    // Momentum and velocity of one variable stand side by side, as in Keras's files.
    const slots = variables.map((variable) => ({
      momentum: this.addSlot(variable, 'momentum'),
      velocity: this.addSlot(variable, 'velocity'),
    }));
    this.#momentums = slots.map(({ momentum }) => momentum);
    this.#velocities = slots.map(({ velocity }) => velocity);
    if (this.amsgrad) this.#velocityHats = this.addSlots(variables, 'velocity_hat');
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
    const stepSize = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    currentRuntime().run(
      'adam',
      value.pointer,
      gradient.pointer,
      this.#momentums[index]?.value.pointer ?? 0,
      this.#velocities[index]?.value.pointer ?? 0,
      this.#velocityHats[index]?.value.pointer ?? 0,
      value.size,
      stepSize,
      1 - beta1,
      1 - beta2,
      this.epsilon,
    );
  }
}
