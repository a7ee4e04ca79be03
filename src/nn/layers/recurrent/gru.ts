import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, matmul, mul, slice, sub } from '../../../engine/ops/index.js';
import type { Shape, Tensor } from '../../../engine/tensor/index.js';
import { BuiltInCell, dropped, project } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import { CELL_FACTS, CELL_OPTIONS, GRU_OPTIONS, useCudnn } from './cell-options.js';
import type { CellOutput } from './cell.js';
import { gruSequence } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import { cellOptionsOf, giving, hasUsualGates, RecurrentLayer } from './recurrent-layer.js';
import type { FusedResults, RecurrentOutput } from './recurrent-layer.js';

/** Options of `GRUCell`. */
export interface GRUCellOptions extends OptionsOf<typeof GRUCell> {}

/**
 * One step of `GRU`. x is [batch, features], the state h and the output [batch, units]. Keras: `GRUCell`.
 *
 * @example
 * const [y, states] = new layers.GRUCell(4).apply([[1, 2]]);
 * y.shape; // [1, 4]
 */
export class GRUCell extends configurable(BuiltInCell, 'GRUCell', GRU_OPTIONS) {
  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: GRUCellOptions = {}) {
    super(units, options);
  }

  /** Length of the state: `units`. */
  override get stateSize(): number {
    return this.units;
  }

  protected override get kernelCount(): number {
    return 3;
  }

  protected override get biasShape(): Shape {
    return this.resetAfter ? [2, 3 * this.units] : [3 * this.units];
  }

  protected override step(x: Tensor, [h]: readonly [Tensor], masks: DropoutMasks): CellOutput {
    const { activation, recurrentActivation, resetAfter } = this;
    const bias = this.bias?.value ?? null;
    const inputBias = bias !== null && resetAfter ? slice(bias, 0) : bias;
    const [xUpdate, xReset, xNew] = project(x, masks.input, this.kernel.value, inputBias, 3) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const fromState = resetAfter
      ? this.#resetAfter(h, masks.state)
      : this.#resetBefore(h, masks.state);
    const update = recurrentActivation(add(xUpdate, fromState.update));
    const reset = recurrentActivation(add(xReset, fromState.reset));
    const candidate = activation(add(xNew, fromState.candidate(reset)));
    const after = add(mul(update, h), mul(sub(1, update), candidate));
    return [after, [after]];
  }

  #resetAfter(h: Tensor, masks: readonly Tensor[]): FromState {
    const bias = this.bias === null ? null : slice(this.bias.value, 1);
    const [update, reset, product] = project(h, masks, this.recurrentKernel.value, bias, 3) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    return { update, reset, candidate: (gate) => mul(gate, product) };
  }

  #resetBefore(h: Tensor, masks: readonly Tensor[]): FromState {
    const kernel = this.recurrentKernel.value;
    const gates = slice(kernel, ':', [0, 2 * this.units]);
    const [update, reset] = project(h, masks.slice(0, 2), gates, null, 2) as [Tensor, Tensor];
    const rest = slice(kernel, ':', [2 * this.units, 3 * this.units]);
    const state = dropped(h, masks[2]);
    return { update, reset, candidate: (gate) => matmul(mul(gate, state), rest) };
  }
}

/** What the state adds to the gates, and to the new state once the reset gate is known. */
interface FromState {
  readonly update: Tensor;
  readonly reset: Tensor;
  candidate(reset: Tensor): Tensor;
}

const Base = configurable(
  RecurrentLayer,
  'GRU',
  { ...CELL_OPTIONS, ...GRU_OPTIONS, useCudnn },
  CELL_FACTS,
);

/** Options of `GRU`. */
export interface GRUOptions<ReturnState extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'returnState'
> {
  /** Whether to return the state after the last step too: [output, state]. Default false. */
  readonly returnState?: ReturnState;
}

/**
 * Gated recurrent unit (Cho et al., 2014). For each step t, from h = 0, with kernels and biases in three parts:
 *
 * z = σ(x[:, t] · kernel_z + h · recurrentKernel_z + bias_z), and r likewise
 *
 * g = tanh(x[:, t] · kernel_g + bias_g + r · (h · recurrentKernel_g + recurrentBias_g))
 *
 * h ← z · h + (1 − z) · g
 *
 * Without `resetAfter` the last product is (r · h) · recurrentKernel_g, and there is one row of biases. σ stands for
 * `recurrentActivation`, tanh for `activation`. x is [batch, steps, features], the output is the last h [batch, units], or
 * with `returnSequences` every h [batch, steps, units]; float32. Keras: `GRU`.
 *
 * Steps that do not count in a mask [batch, steps] change nothing. The output has no mask, as in Keras 3.16.
 *
 * @example new layers.GRU(8, { inputShape: [20, 3] })
 */
export class GRU<const ReturnState extends boolean = false> extends giving(Base)<
  RecurrentOutput<ReturnState, [state: Tensor]>
> {
  declare readonly returnState: ReturnState;
  override readonly cell: GRUCell;

  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: GRUOptions<ReturnState> = {}) {
    super(options, [units]);
    this.inputSpec = { ndim: 3 };
    this.cell = new GRUCell(this.units, {
      ...cellOptionsOf(this, { ...CELL_OPTIONS, ...GRU_OPTIONS }),
      name: 'gru_cell',
      trainable: this.trainable,
    });
  }

  /** @internal */
  protected override fused(
    x: Tensor,
    [h]: readonly [Tensor],
    options: RecurrentOptions,
  ): FusedResults | undefined {
    const { cell } = this;
    const operands = hasUsualGates(cell) ? cell.operandsFor(x) : undefined;
    if (operands === undefined) return undefined;
    const [given, ...weights] = operands;
    return gruSequence(given, h, ...weights, { ...options, resetAfter: this.resetAfter });
  }
}
