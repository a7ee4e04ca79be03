import { power } from '../../config/elementary.js';
import { boolean, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { add, div, expandDims, mean, mul, sqrt, square, sub } from '../../engine/ops/index.js';
import { full } from '../../engine/tensor/index.js';
import type { Shape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { Optimizer } from './optimizer.js';
import { rate } from './optimizer-options.js';

/** Options of `Adafactor`. */
export interface AdafactorOptions extends OptionsOf<typeof Adafactor> {}

/** The root of the mean square of all elements. */
const rootMeanSquare = (x: Tensor): number => sqrt(mean(square(x))).item();

/**
 * Adam with less memory (Shazeer and Stern 2018): the mean squares of a matrix are estimated from those of its rows and columns.
 * At update t, with β = 1 − t^beta2Decay and G = g² + epsilon1, v ← β v + (1 − β) G, or of a matrix r ← β r + (1 − β) (means of
 * the rows of G), c ← β c + (1 − β) (means of its columns), v = r cᵀ / mean(r). With u = g / √v, w ← w − α u / max(1, rms(u) /
 * clipThreshold), α = max(epsilon2, rms(w)) · min(learningRate, 1 / √t). Default learning rate 0.001. Keras: `Adafactor`.
 *
 * @example new optimizers.Adafactor({ learningRate: 1e-2 })
 */
export class Adafactor extends configurable(Optimizer, 'Adafactor', {
  /** A number ≥ 0 or a schedule. Default 0.001. */
  learningRate: rate(0.001),
  /** The exponent by which the share of the mean square that is kept grows, at most 0. Default −0.8. */
  beta2Decay: number({ default: -0.8, max: 0 }),
  /** Added to the squared gradient, at least 0. Default 1e-30. */
  epsilon1: number({ default: 1e-30, min: 0 }),
  /** A lower limit for rms(w) in the step size, at least 0. Default 0.001. */
  epsilon2: number({ default: 1e-3, min: 0 }),
  /** The largest root mean square of an update, above 0. Default 1. */
  clipThreshold: number({ default: 1, above: 0 }),
  /** Only kept for Keras's configs. It changes nothing: the learning rate is at most 1 / √t either way. Default true. */
  relativeStep: boolean({ default: true }),
}) {
  /** Of each matrix the mean squares of its rows and of its columns; of each variable all of them. */
  readonly #means: (readonly [rows: Variable, columns: Variable] | undefined)[] = [];
  readonly #velocities: Variable[] = [];

  protected override createSlots(variables: readonly Variable[]): void {
    for (const { name, path, shape } of variables) {
      const state = (of: Shape, called: string, dtype: DType = 'float32'): Variable =>
        this.addState(full(of, 0, dtype), called);
      if (shape.length < 2) {
        // Keras has whole numbers in their place, which stand in its files.
        state([], name, 'int32');
        state([], name, 'int32');
        this.#means.push(undefined);
      } else {
        const rows = state(shape.slice(0, -1), name);
        this.#means.push([rows, state([...shape.slice(0, -2), ...shape.slice(-1)], name)]);
      }
      this.#velocities.push(state(shape, `${path.replaceAll('/', '_')}_velocity`));
    }
  }

  protected override updateStep(
    gradient: Tensor,
    variable: Variable,
    learningRate: number,
    index: number,
  ): void {
    const velocity = this.#velocities[index];
    if (velocity === undefined) return;
    const t = this.iterations + 1;
    const beta = 1 - power(t, this.beta2Decay);
    const squares = add(square(gradient), this.epsilon1);
    const move = (state: Variable, x: Tensor): void =>
      state.assign(add(mul(state.value, beta), mul(x, 1 - beta)));
    const means = this.#means[index];
    if (means === undefined) {
      move(velocity, squares);
    } else {
      const [rows, columns] = means;
      move(rows, mean(squares, -1));
      move(columns, mean(squares, -2));
      const shares = div(rows.value, mean(rows.value, -1, true));
      velocity.assign(mul(expandDims(shares, -1), expandDims(columns.value, -2)));
    }
    const update = div(gradient, sqrt(velocity.value));
    const limited = Math.max(1, rootMeanSquare(update) / this.clipThreshold);
    const step = Math.max(this.epsilon2, rootMeanSquare(variable.value));
    const length = (step * Math.min(learningRate, 1 / Math.sqrt(t))) / limited;
    variable.assign(sub(variable.value, mul(update, length)));
  }
}
