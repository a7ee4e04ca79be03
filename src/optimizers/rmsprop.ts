import { checkBoolean, checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `RMSprop`. */
export interface RMSpropOptions extends OptimizerOptions {
  /** How much of the mean square is kept, 0 … 1. Default 0.9. */
  readonly rho?: number;
  /** How much of the last step is kept, 0 … 1. Default 0. */
  readonly momentum?: number;
  /** Added to the mean square, inside the root. Default 1e-7. */
  readonly epsilon?: number;
  /** Whether the mean gradient's square is taken off, which makes it a variance. Default false. */
  readonly centered?: boolean;
}

/**
 * Divides gradients by a moving root mean square (Hinton 2012): v ← rho · v + (1 − rho) · g²,
 * w ← w − learningRate · g / √(v + epsilon). Centered: v − a² for v there, a ← rho · a + (1 − rho) · g.
 * With momentum: b ← momentum · b + step, w ← w − b. Default learning rate 0.001.
 *
 * @example new optimizers.RMSprop({ learningRate: 1e-3 })
 */
export class RMSprop extends Optimizer {
  static override readonly className = 'RMSprop';
  static override readonly optionNames = ['rho', 'momentum', 'epsilon', 'centered'];
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  #velocities: readonly Variable[] = [];
  #momentums: readonly Variable[] = [];
  #averageGradients: readonly Variable[] = [];

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = checkNumber('RMSprop', 'rho', options.rho ?? 0.9, { min: 0, max: 1 });
    this.momentum = checkNumber('RMSprop', 'momentum', options.momentum ?? 0, { min: 0, max: 1 });
    this.epsilon = checkNumber('RMSprop', 'epsilon', options.epsilon ?? 1e-7, { min: 0 });
    this.centered = checkBoolean('RMSprop', 'centered', options.centered ?? false);
  }

  protected override createSlots(variables: readonly Variable[]): void {
    this.#velocities = this.addSlots(variables, 'velocity');
    if (this.momentum > 0) this.#momentums = this.addSlots(variables, 'momentum');
    if (this.centered) this.#averageGradients = this.addSlots(variables, 'average_gradient');
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
      this.#velocities[index]?.value.pointer ?? 0,
      this.#averageGradients[index]?.value.pointer ?? 0,
      this.#momentums[index]?.value.pointer ?? 0,
      value.size,
      learningRate,
      this.rho,
      this.momentum,
      this.epsilon,
    );
  }
}
