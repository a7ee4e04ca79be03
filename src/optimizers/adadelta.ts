import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** How much of the mean squares is kept, 0 … 1. Default 0.95. */
  readonly rho?: number;
  /** Added to the mean squares, inside the roots. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Steps in the units of the weights (Zeiler 2012): v ← rho · v + (1 − rho) · g²,
 * d = g · √(u + epsilon) / √(v + epsilon), u ← rho · u + (1 − rho) · d², w ← w − learningRate · d.
 * Default learning rate 0.001, as in Keras; the paper's is 1.
 *
 * @example new optimizers.Adadelta({ learningRate: 1 })
 */
export class Adadelta extends Optimizer {
  static override readonly className = 'Adadelta';
  static override readonly optionNames = ['rho', 'epsilon'];
  readonly rho: number;
  readonly epsilon: number;
  #gradients: readonly Variable[] = [];
  #deltas: readonly Variable[] = [];

  constructor(options: AdadeltaOptions = {}) {
    super(options, 0.001);
    const { rho = 0.95, epsilon = 1e-7 } = options;
    this.rho = checkNumber('Adadelta', 'rho', rho, { min: 0, max: 1 });
    this.epsilon = checkNumber('Adadelta', 'epsilon', epsilon, { min: 0 });
  }

  protected override createSlots(variables: readonly Variable[]): void {
    // Both slots of one variable stand side by side, as in Keras's files.
    const slots = variables.map((variable) => ({
      gradient: this.addSlot(variable, 'accumulated_grad'),
      delta: this.addSlot(variable, 'accumulated_delta_var'),
    }));
    this.#gradients = slots.map(({ gradient }) => gradient);
    this.#deltas = slots.map(({ delta }) => delta);
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
        'adadelta',
        value.pointer,
        gradient.pointer,
        this.#gradients[index]?.value.pointer ?? 0,
        this.#deltas[index]?.value.pointer ?? 0,
        value.size,
        learningRate,
        this.rho,
        this.epsilon,
      );
  }
}
