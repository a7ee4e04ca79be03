import { power } from '../../config/elementary.js';
import { boolean, configurable, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { currentRuntime } from '../../engine/runtime/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { NO_FACTORS, rate } from './optimizer-options.js';
import { optimizers as part } from '../../engine/wasm/generated/optimizers.js';
import { tensor } from '../../engine/tensor/index.js';
import { add, div, mul, sqrt, square, sub, sum } from '../../engine/ops/index.js';

/** Options of `Adam`. */
export interface AdamOptions extends OptionsOf<typeof Adam> {}

/**
 * Adaptive moments (Kingma and Ba 2015): m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * w ← w − α m / (√v + epsilon), α = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) at update t. Default learning rate 0.001. Keras: `Adam`.
 *
 * @example new optimizers.Adam({ learningRate: 1e-3 })
 */
export class Adam extends configurable(Optimizer, 'Adam', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
  /** Whether to use the largest mean square so far (Reddi et al. 2018). Default false. */
  amsgrad: boolean({ default: false }),
}) {
  /** @internal */
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
  check: (given, context) => {
    if (given !== null) return atLeast0.check(given, context);
    throw new ValueError('AdamW: weightDecay must be a number, got null. Without it, use Adam.');
  },
};

/** Options of `AdamW`. */
export interface AdamWOptions extends OptionsOf<typeof AdamW> {}

/**
 * Adam with weight decay decoupled from the gradient (Loshchilov and Hutter 2019): each step first shrinks the weights
 * by learningRate · weightDecay. If you want no weight decay, use `Adam`. Keras: `AdamW`.
 *
 * @throws ValueError for a weightDecay of null.
 * @example new optimizers.AdamW({ learningRate: 1e-3, weightDecay: 0.01 })
 */
export class AdamW extends configurable(Adam, 'AdamW', {
  /** Each step first shrinks the weights by this share of the learning rate. Default 0.004. */
  weightDecay: decay,
}) {}

/** Options of `Adamax`. */
export interface AdamaxOptions extends OptionsOf<typeof Adamax> {}

/**
 * Adam with the largest gradient instead of the mean square (Kingma and Ba 2015, section 7.1): m ← β₁ m + (1 − β₁) g, u
 * ← max(β₂ u, |g|), w ← w − learningRate / (1 − β₁ᵗ) · m / (u + epsilon) at update t. Default learning rate 0.001.
 * Keras: `Adamax`.
 *
 * @example new optimizers.Adamax({ learningRate: 2e-3 })
 */
export class Adamax extends configurable(Optimizer, 'Adamax', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the largest gradient is kept, 0 … 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, max: 1 }),
  /** Added to the largest gradient. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, norm: 0 });
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
        'adamax',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        this.slotPointer('norm', index),
        value.size,
        learningRate / (1 - power(this.beta1, this.iterations + 1)),
        1 - this.beta1,
        this.beta2,
        this.epsilon,
      );
  }
}

/** Options of `Nadam`. */
export interface NadamOptions extends OptionsOf<typeof Nadam> {}

/** By which the share that the momentum schedule takes off falls each step (Dozat 2015). */
const DECAY = 0.96;

/**
 * Adam with Nesterov momentum (Dozat 2015), at update t:
 * uₜ = β₁ (1 − 0.96ᵗ / 2), m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²,
 * m̂ = uₜ₊₁ m / (1 − u₁ … uₜ₊₁) + (1 − uₜ) g / (1 − u₁ … uₜ), v̂ = v / (1 − β₂ᵗ),
 * w ← w − learningRate · m̂ / (√v̂ + epsilon). Default learning rate 0.001. Keras: `Nadam`.
 *
 * @example new optimizers.Nadam({ learningRate: 2e-3 })
 */
export class Nadam extends configurable(Optimizer, 'Nadam', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  /** u₁ … uₜ of the updates that were made, a variable as in Keras's files. */
  #product: Variable | undefined;

  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, velocity: 0 });
    this.#product = this.addState(tensor(1), 'u_product');
  }

  protected override beginUpdate(): void {
    if (this.#product === undefined) return;
    const { pointer } = this.#product.value;
    currentRuntime().float32[pointer / 4] =
      this.#product.value.item() * this.#momentumAt(this.iterations + 1);
  }

  /** uₜ. */
  #momentumAt(t: number): number {
    return this.beta1 * (1 - 0.5 * power(DECAY, t));
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
    const next = this.#momentumAt(t + 1);
    const product = this.#product?.value.item() ?? 1;
    currentRuntime()
      .with(part)
      .run(
        'nadam',
        value.pointer,
        gradient.pointer,
        this.slotPointer('momentum', index),
        this.slotPointer('velocity', index),
        value.size,
        (learningRate * next) / (1 - product * next),
        (learningRate * (1 - this.#momentumAt(t))) / (1 - product),
        1 / (1 - power(beta2, t)),
        1 - beta1,
        1 - beta2,
        this.epsilon,
      );
  }
}

/** Options of `Lamb`. */
export interface LambOptions extends OptionsOf<typeof Lamb> {}

/** ‖x‖, the Euclidean norm of all elements. */
const norm = (x: Tensor): number => sqrt(sum(square(x))).item();

/**
 * Adam with steps whose length is learningRate times the norm of the variable's weights (You et al. 2020): at update t m ←
 * β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², u = m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + epsilon), w ← w − learningRate · ‖w‖ /
 * ‖u‖ · u, where the quotient is 1 if a norm is 0. For large batches. Keras: `Lamb`.
 *
 * @example new optimizers.Lamb({ learningRate: 1e-2, weightDecay: 0.01 })
 */
export class Lamb extends configurable(Optimizer, 'Lamb', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** How much of the mean gradient is kept, at least 0 and below 1. Default 0.9. */
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  /** How much of the mean square is kept, at least 0 and below 1. Default 0.999. */
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  /** Added to the root of the mean square. Default 1e-7. */
  epsilon: number({ default: 1e-7, min: 0 }),
}) {
  protected override createSlots(variables: readonly Variable[]): void {
    this.addSlots(variables, { momentum: 0, velocity: 0 });
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const momentum = this.slotAt('momentum', index);
    const velocity = this.slotAt('velocity', index);
    if (momentum === undefined || velocity === undefined) return;
    const { beta1, beta2, epsilon } = this;
    const t = this.iterations + 1;
    const moved = (mean: Tensor, x: Tensor, beta: number): Tensor =>
      add(mean, mul(sub(x, mean), 1 - beta));
    momentum.assign(moved(momentum.value, gradient, beta1));
    velocity.assign(moved(velocity.value, square(gradient), beta2));
    const root = add(sqrt(div(velocity.value, 1 - power(beta2, t))), epsilon);
    const update = div(div(momentum.value, 1 - power(beta1, t)), root);
    const [weights, step] = [norm(variable.value), norm(update)];
    const trust = weights > 0 && step > 0 ? weights / step : 1;
    variable.assign(sub(variable.value, mul(update, learningRate * trust)));
  }
}
