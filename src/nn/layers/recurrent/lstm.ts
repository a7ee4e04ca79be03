import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { InitializerIdentifier } from '../../initializers/registry.js';
import { add, concat, dense, matmul, mul, split } from '../../../engine/ops/index.js';
import { ones } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { BuiltInCell, dropped, project } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import { CELL_FACTS, CELL_OPTIONS, LSTM_OPTIONS, useCudnn } from './cell-options.js';
import type { CellOutput } from './cell.js';
import { lstmSequence } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import { cellOptionsOf, giving, hasUsualGates, RecurrentLayer } from './recurrent-layer.js';
import type { FusedResults, RecurrentOutput } from './recurrent-layer.js';

/** Options of `LSTMCell`. */
export interface LSTMCellOptions extends OptionsOf<typeof LSTMCell> {}

/**
 * One step of `LSTM`. x is [batch, features], the states h and c and the output [batch, units]. Keras: `LSTMCell`.
 *
 * @example
 * const [y, [h, c]] = new layers.LSTMCell(4).apply([[1, 2]]);
 * y.shape; // [1, 4]
 */
export class LSTMCell extends configurable(BuiltInCell, 'LSTMCell', LSTM_OPTIONS) {
  /**
   * @param units length of the output and of each state
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: LSTMCellOptions = {}) {
    super(units, options);
  }

  /** The lengths of h and c, both `units`. */
  override get stateSize(): readonly [h: number, c: number] {
    return [this.units, this.units];
  }

  protected override get kernelCount(): number {
    return 4;
  }

  protected override get firstBias(): InitializerIdentifier {
    const { biasInitializer, unitForgetBias, units } = this;
    if (!unitForgetBias) return biasInitializer;
    return () =>
      concat([biasInitializer.apply([units]), ones([units]), biasInitializer.apply([2 * units])]);
  }

  protected override step(
    x: Tensor,
    [h, c]: readonly [Tensor, Tensor],
    masks: DropoutMasks,
  ): CellOutput {
    const [input, forget, candidate, output] = this.gates(x, h, masks) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const { activation, recurrentActivation } = this;
    const remembered = mul(recurrentActivation(forget), c);
    const added = mul(recurrentActivation(input), activation(candidate));
    const newC = add(remembered, added);
    const newH = mul(recurrentActivation(output), activation(newC));
    return [newH, [newH, newC]];
  }

  /** The gates and the candidate before their activations: input, forget, candidate, output. */
  protected gates(x: Tensor, h: Tensor, { input, state }: DropoutMasks): readonly Tensor[] {
    const { kernelCount } = this;
    const [kernel, recurrent] = [this.kernel.value, this.recurrentKernel.value];
    const bias = this.bias?.value ?? null;
    if (input.length <= 1 && state.length <= 1) {
      const fromInput = dense(dropped(x, input[0]), kernel, bias);
      return split(add(fromInput, matmul(dropped(h, state[0]), recurrent)), kernelCount, -1);
    }
    const fromState = project(h, state, recurrent, null, kernelCount);
    return project(x, input, kernel, bias, kernelCount).map((z, i) => add(z, fromState[i] ?? 0));
  }
}

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
  /** Whether to return the states h and c after the last step too: [output, h, c]. Default false. */
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
 * σ stands for `recurrentActivation`, tanh for `activation`. x is [batch, steps, features], the output is the last h
 * [batch, units], or with `returnSequences` every h [batch, steps, units]; float32. Keras: `LSTM`.
 *
 * Steps that do not count in a mask [batch, steps] change nothing. The output has no mask, as in Keras 3.16.
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
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
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
