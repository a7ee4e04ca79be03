import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { gruSequence } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { CELL_FACTS, CELL_OPTIONS, GRU_OPTIONS, useCudnn } from './cell-options.js';
import { GRUCell } from './gru-cell.js';
import { cellOptionsOf, giving, hasUsualGates, RecurrentLayer } from './recurrent-layer.js';
import type { FusedResults, RecurrentOutput } from './recurrent-layer.js';

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
  /** Whether the state after the last step is given too: [output, state]. Default false. */
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
 * Without `resetAfter` it is (r · h) · recurrentKernel_g, and there is one row of biases. σ stands for
 * `recurrentActivation`, tanh for `activation`. x is [batch, steps, features], the output the last h [batch, units], or with
 * `returnSequences` all of them [batch, steps, units]; float32. Keras: `GRU`.
 *
 * A step that a mask [batch, steps] leaves out changes nothing. The mask ends here, as in Keras 3.16: the output has none.
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
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of range.
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
