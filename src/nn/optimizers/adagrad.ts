import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Adagrad`. */
export interface AdagradOptions extends OptionsOf<typeof Adagrad> {}

/**
 * Divides each gradient by the root of the sum of all its squares (Duchi, Hazan and Singer 2011):
 * a ← a + g², w ← w − learningRate · g / √(a + epsilon). Default learning rate 0.001. Keras: `Adagrad`.
 *
 * @example new optimizers.Adagrad({ learningRate: 0.1 })
 */
export class Adagrad extends configurable(Optimizer, 'Adagrad', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** The initial value of the sums of squares, at least 0. Default 0.1. */
  initialAccumulatorValue: number({ default: 0.1, min: 0 }),
  /** Added to the sum of squares, inside the root. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { accumulator: this.initialAccumulatorValue });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime()
      .with(part)
      .run(
        'adagrad',
        value.pointer,
        gradient.pointer,
        this.slotPointer('accumulator', index),
        value.size,
        learningRate,
        this.epsilon,
      );
  }
}

/** Options of `Adadelta`. */
export interface AdadeltaOptions extends OptionsOf<typeof Adadelta> {}

/**
 * Steps in the units of the weights (Zeiler 2012): v ← rho · v + (1 − rho) · g²,
 * d = g · √(u + epsilon) / √(v + epsilon), u ← rho · u + (1 − rho) · d², w ← w − learningRate · d.
 * Default learning rate 0.001, as in Keras; the paper's is 1. Keras: `Adadelta`.
 *
 * @example new optimizers.Adadelta({ learningRate: 1 })
 */
export class Adadelta extends configurable(Optimizer, 'Adadelta', {
  /** A number ≥ 0 or a schedule. Default 0.001, as in Keras; the paper's is 1. */
  learningRate: rate(0.001),
  /** How much of the mean squares is kept, 0 … 1. Default 0.95. */
  rho: number({ default: 0.95, min: 0, max: 1 }),
  /** Added to the mean squares, inside the roots. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { accumulated_grad: 0, accumulated_delta_var: 0 });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const { value } = variable;
    currentRuntime()
      .with(part)
      .run(
        'adadelta',
        value.pointer,
        gradient.pointer,
        this.slotPointer('accumulated_grad', index),
        this.slotPointer('accumulated_delta_var', index),
        value.size,
        learningRate,
        this.rho,
        this.epsilon,
      );
  }
}

/** Options of `Ftrl`. */
export interface FtrlOptions extends OptionsOf<typeof Ftrl> {}

/**
 * Follow the regularized leader (McMahan et al. 2013), for sparse models. With p = −learningRatePower
 * and the rate α: n′ = n + g², z ← z + g + 2 λₛ w − (n′ᵖ − nᵖ) / α · w, n ← n′, and
 * w ← (clip(z, −λ₁, λ₁) − z) / ((n′ᵖ + beta) / α + 2 λ₂). Default learning rate 0.001. Keras: `Ftrl`.
 *
 * @example new optimizers.Ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 })
 */
export class Ftrl extends configurable(Optimizer, 'Ftrl', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How fast the steps get shorter, at most 0; 0 keeps the learning rate. Default −0.5. */
  learningRatePower: number({ default: -0.5, max: 0 }),
  /** The initial value of the sums of squares, at least 0. Default 0.1. */
  initialAccumulatorValue: number({ default: 0.1, min: 0 }),
  /** λ₁: makes weights exactly 0. Default 0. */
  l1RegularizationStrength: number({ default: 0, min: 0 }),
  /** λ₂: keeps weights small from the start. Default 0. */
  l2RegularizationStrength: number({ default: 0, min: 0 }),
  /** λₛ: a penalty λₛ w² on the weights at each step. Default 0. */
  l2ShrinkageRegularizationStrength: number({ default: 0, min: 0 }),
  /** Shortens the first steps. Default 0. */
  beta: number({ default: 0, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    const initial = { accumulator: this.initialAccumulatorValue, linear: 0 };
    this.addSlots(variables, initial);
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
      .with(part)
      .run(
        'ftrl',
        value.pointer,
        gradient.pointer,
        this.slotPointer('accumulator', index),
        this.slotPointer('linear', index),
        value.size,
        1 / learningRate,
        -this.learningRatePower,
        this.l1RegularizationStrength,
        2 * this.l2RegularizationStrength + this.beta / learningRate,
        2 * this.l2ShrinkageRegularizationStrength,
      );
  }
}
