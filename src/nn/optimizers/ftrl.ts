import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

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
  /** A number of at least 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How fast steps become shorter, at most 0; 0 keeps the learning rate. Default −0.5. */
  learningRatePower: number({ default: -0.5, max: 0 }),
  /** What the sums of squares start with, at least 0. Default 0.1. */
  initialAccumulatorValue: number({ default: 0.1, min: 0 }),
  /** λ₁: makes weights exactly 0. Default 0. */
  l1RegularizationStrength: number({ default: 0, min: 0 }),
  /** λ₂: holds weights back from the start on. Default 0. */
  l2RegularizationStrength: number({ default: 0, min: 0 }),
  /** A penalty λₛ w² of the weights at each step. Default 0. */
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
