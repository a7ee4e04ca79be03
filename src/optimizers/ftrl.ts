import { checkNumber } from '../config/check-number.js';
import { currentRuntime } from '../runtime/index.js';
import { rareOptimizers } from '../wasm/parts/rare-optimizers.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { Optimizer } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Options of `Ftrl`. */
export interface FtrlOptions extends OptimizerOptions {
  /** How fast steps become shorter, at most 0; 0 keeps the learning rate. Default −0.5. */
  readonly learningRatePower?: number;
  /** What the sums of squares start with, at least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** λ₁: makes weights exactly 0. Default 0. */
  readonly l1RegularizationStrength?: number;
  /** λ₂: holds weights back from the start on. Default 0. */
  readonly l2RegularizationStrength?: number;
  /** A penalty λₛ w² of the weights at each step. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** Shortens the first steps. Default 0. */
  readonly beta?: number;
}

/**
 * Follow the regularized leader (McMahan et al. 2013), for sparse models. With p = −learningRatePower
 * and the rate α: n′ = n + g², z ← z + g + 2 λₛ w − (n′ᵖ − nᵖ) / α · w, n ← n′, and
 * w ← (clip(z, −λ₁, λ₁) − z) / ((n′ᵖ + beta) / α + 2 λ₂). Default learning rate 0.001.
 *
 * @example new optimizers.Ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 })
 */
export class Ftrl extends Optimizer {
  static override readonly className = 'Ftrl';
  static override readonly optionNames = [
    'learningRatePower',
    'initialAccumulatorValue',
    'l1RegularizationStrength',
    'l2RegularizationStrength',
    'l2ShrinkageRegularizationStrength',
    'beta',
  ];
  readonly learningRatePower: number;
  readonly initialAccumulatorValue: number;
  readonly l1RegularizationStrength: number;
  readonly l2RegularizationStrength: number;
  readonly l2ShrinkageRegularizationStrength: number;
  readonly beta: number;
  #accumulators: readonly Variable[] = [];
  #linears: readonly Variable[] = [];

  constructor(options: FtrlOptions = {}) {
    super(options, 0.001);
    const atLeast0 = (name: Exclude<keyof FtrlOptions, keyof OptimizerOptions>, initial: number) =>
      checkNumber('Ftrl', name, options[name] ?? initial, { min: 0 });
    const power = options.learningRatePower ?? -0.5;
    this.learningRatePower = checkNumber('Ftrl', 'learningRatePower', power, { max: 0 });
    this.initialAccumulatorValue = atLeast0('initialAccumulatorValue', 0.1);
    this.l1RegularizationStrength = atLeast0('l1RegularizationStrength', 0);
    this.l2RegularizationStrength = atLeast0('l2RegularizationStrength', 0);
    this.l2ShrinkageRegularizationStrength = atLeast0('l2ShrinkageRegularizationStrength', 0);
    this.beta = atLeast0('beta', 0);
  }

  protected override createSlots(variables: readonly Variable[]): void {
    // Both slots of one variable stand side by side, as in Keras's files.
    const slots = variables.map((variable) => ({
      accumulator: this.addSlot(variable, 'accumulator', this.initialAccumulatorValue),
      linear: this.addSlot(variable, 'linear'),
    }));
    this.#accumulators = slots.map(({ accumulator }) => accumulator);
    this.#linears = slots.map(({ linear }) => linear);
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    // The rule divides by the rate. In the limit of 0, where a warm-up starts, the weights stay.
    if (learningRate === 0) return;
    const { value } = variable;
    currentRuntime()
      .with(rareOptimizers)
      .run(
        'ftrl',
        value.pointer,
        gradient.pointer,
        this.#accumulators[index]?.value.pointer ?? 0,
        this.#linears[index]?.value.pointer ?? 0,
        value.size,
        1 / learningRate,
        -this.learningRatePower,
        this.l1RegularizationStrength,
        2 * this.l2RegularizationStrength + this.beta / learningRate,
        2 * this.l2ShrinkageRegularizationStrength,
      );
  }
}
