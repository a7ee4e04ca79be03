import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start with, at least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Added to the sum of squares, inside the root. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Divides each gradient by the root of the sum of all its squares (Duchi, Hazan and Singer 2011):
 * a ← a + g², w ← w − learningRate · g / √(a + epsilon). Default learning rate 0.001.
 *
 * @example new optimizers.Adagrad({ learningRate: 0.1 })
 */
export class Adagrad extends Optimizer {
  static override readonly className = 'Adagrad';
  static override readonly optionNames = ['initialAccumulatorValue', 'epsilon'];
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
  #accumulators: readonly Variable[] = [];

  constructor(options: AdagradOptions = {}) {
    super(options, 0.001);
    const { initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
    this.initialAccumulatorValue = checkNumber(
      'Adagrad',
      'initialAccumulatorValue',
      initialAccumulatorValue,
      { min: 0 },
    );
    this.epsilon = checkNumber('Adagrad', 'epsilon', epsilon, { min: 0 });
  }

  protected override createSlots(variables: readonly Variable[]): void {
    this.#accumulators = this.addSlots(variables, 'accumulator', this.initialAccumulatorValue);
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
        'adagrad',
        value.pointer,
        gradient.pointer,
        this.#accumulators[index]?.value.pointer ?? 0,
        value.size,
        learningRate,
        this.epsilon,
      );
  }
}
