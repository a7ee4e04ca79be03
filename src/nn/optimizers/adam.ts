import { power } from '../../config/elementary.js';
import { boolean, configurable, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { NO_FACTORS, rate } from './optimizer-options.js';

/** Options of `Adam`. */
export interface AdamOptions extends OptionsOf<typeof Adam> {}

/**
 * Adaptive moments (Kingma and Ba 2015): m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * w ← w − α m / (√v + epsilon), α = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) at update t. Default learning rate 0.001. Keras: `Adam`.
 *
 * @example new optimizers.Adam({ learningRate: 1e-3 })
 */
export class Adam extends configurable(Optimizer, 'Adam', {
  /** A number of at least 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
  /** Whether the largest mean square so far counts (Reddi et al. 2018). Default false. */
  amsgrad: boolean({ default: false }),
}) {
  static override readonly appliesFactors = true;

  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, velocity: 0 });
    if (this.amsgrad) this.addSlots(variables, { velocity_hat: 0 });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
    factors = NO_FACTORS,
  ): void {
    const { value } = variable;
    const { beta1, beta2 } = this;
    const t = this.iterations + 1;
    const stepSize = (learningRate * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t));
    currentRuntime().run(
      'adam',
      value.pointer,
      gradient.pointer,
      this.slotPointer('momentum', index),
      this.slotPointer('velocity', index),
      this.slotPointer('velocity_hat', index),
      value.size,
      stepSize,
      1 - beta1,
      1 - beta2,
      this.epsilon,
      factors.gradient,
      factors.weight,
    );
  }
}

const atLeast0 = number({ default: 0.004, min: 0 });

/** Weight decay of `AdamW`, which Keras does not do without. */
const decay: Option<number> = {
  ...atLeast0,
  takesNull: true,
  check: (given, place) => {
    if (given !== null) return atLeast0.check(given, place);
    throw new ValueError('AdamW: weightDecay must be a number, got null. Without it, use Adam.');
  },
};

/** Options of `AdamW`. */
export interface AdamWOptions extends OptionsOf<typeof AdamW> {}

/**
 * Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019): each step first shrinks the
 * weights by learningRate · weightDecay. Without weight decay, use Adam. Keras: `AdamW`.
 *
 * @throws ValueError for a weightDecay of null.
 * @example new optimizers.AdamW({ learningRate: 1e-3, weightDecay: 0.01 })
 */
export class AdamW extends configurable(Adam, 'AdamW', {
  /** Each step first shrinks weights by that share of the learning rate. Default 0.004. */
  weightDecay: decay,
}) {}
