import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Lion`. */
export interface LionOptions extends OptimizerOptions {
  /** The share of the mean gradient in the direction of a step, above 0 and at most 1. Default 0.9. */
  readonly beta1?: number;
  /** How much of the mean gradient is kept, 0 … 1. Default 0.99. */
  readonly beta2?: number;
}

/**
 * Steps of equal length in every weight (Chen et al. 2023):
 * w ← w − learningRate · sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g. Default learning rate
 * 0.001; a third to a tenth of Adam's is usual.
 *
 * @example new optimizers.Lion({ learningRate: 1e-4, weightDecay: 0.1 })
 */
export class Lion extends Optimizer {
  static override readonly className = 'Lion';
  static override readonly optionNames = ['beta1', 'beta2'];
  readonly beta1: number;
  readonly beta2: number;
  #momentums: readonly Variable[] = [];

  constructor(options: LionOptions = {}) {
    super(options, 0.001);
    const { beta1 = 0.9, beta2 = 0.99 } = options;
    // Keras refuses 0 as well.
    this.beta1 = checkNumber('Lion', 'beta1', beta1, { above: 0, max: 1 });
    this.beta2 = checkNumber('Lion', 'beta2', beta2, { min: 0, max: 1 });
  }

  protected override createSlots(variables: readonly Variable[]): void {
    this.#momentums = this.addSlots(variables, 'momentum');
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
        'lion',
        value.pointer,
        gradient.pointer,
        this.#momentums[index]?.value.pointer ?? 0,
        value.size,
        learningRate,
        this.beta1,
        this.beta2,
      );
  }
}
