import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { lstmSequence } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { CELL_FACTS, CELL_OPTIONS, LSTM_OPTIONS, useCudnn } from './cell-options.js';
import { LSTMCell } from './lstm-cell.js';
import { cellOptionsOf, giving, hasUsualGates, RecurrentLayer } from './recurrent-layer.js';
import type { FusedResults, RecurrentOutput } from './recurrent-layer.js';

const Base = configurable(
  RecurrentLayer,
  'LSTM',
  { ...CELL_OPTIONS, ...LSTM_OPTIONS, useCudnn },
  CELL_FACTS,
);

/** Options of `LSTM`. */
export interface LSTMOptions<ReturnState extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'returnState'
> {
  /** Whether the states h and c after the last step are given too: [output, h, c]. Default false. */
  readonly returnState?: ReturnState;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997). For each step t, from h = c = 0:
 *
 * i, f, g, o = x[:, t] · kernel + h · recurrentKernel + bias, in four parts
 *
 * c ← σ(f) · c + σ(i) · tanh(g)
 *
 * h ← σ(o) · tanh(c)
 *
 * σ stands for `recurrentActivation`, tanh for `activation`. x is [batch, steps, features], the output the last h [batch,
 * units], or with `returnSequences` all of them [batch, steps, units]; float32. Keras: `LSTM`.
 *
 * A step that a mask [batch, steps] leaves out changes nothing. The mask ends here, as in Keras 3.16: the output has none.
 *
 * @example
 * const layer = new layers.LSTM(8, { returnSequences: true, returnState: true });
 * const [y, h, c] = layer.apply(zeros([2, 20, 3]));
 * y.shape; // [2, 20, 8]
 */
export class LSTM<const ReturnState extends boolean = false> extends giving(Base)<
  RecurrentOutput<ReturnState, [h: Tensor, c: Tensor]>
> {
  declare readonly returnState: ReturnState;
  override readonly cell: LSTMCell;

  /**
   * @param units length of the output and of each state
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of range.
   */
  constructor(units: number, options: LSTMOptions<ReturnState> = {}) {
    super(options, [units]);
    this.inputSpec = { ndim: 3 };
    this.cell = new LSTMCell(this.units, {
      ...cellOptionsOf(this, { ...CELL_OPTIONS, ...LSTM_OPTIONS }),
      name: 'lstm_cell',
      trainable: this.trainable,
    });
  }

  /** @internal */
  protected override fused(
    x: Tensor,
    [h, c]: readonly [Tensor, Tensor],
    options: RecurrentOptions,
  ): FusedResults | undefined {
    const { cell } = this;
    const operands = hasUsualGates(cell) ? cell.operandsFor(x) : undefined;
    if (operands === undefined) return undefined;
    const [given, ...weights] = operands;
    return lstmSequence(given, h, c, ...weights, options);
  }
}
