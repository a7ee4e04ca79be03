import { power } from '../../config/elementary.js';
import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { add, div, mul, sqrt, square, sub, sum } from '../../engine/ops/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Lamb`. */
export interface LambOptions extends OptionsOf<typeof Lamb> {}

/** ‖x‖, the Euclidean norm of all elements. */
const norm = (x: Tensor): number => sqrt(sum(square(x))).item();

/**
 * Adam whose steps are as long, compared with the weights of a variable, as learningRate says (You et al. 2020): at update t
 * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², u = m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + epsilon),
 * w ← w − learningRate · ‖w‖ / ‖u‖ · u, where the quotient is 1 if a norm is 0. For large batches. Keras: `Lamb`.
 *
 * @example new optimizers.Lamb({ learningRate: 1e-2, weightDecay: 0.01 })
 */
export class Lamb extends configurable(Optimizer, 'Lamb', {
  /** A number of at least 0 or a schedule. Default 0.001. */
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
