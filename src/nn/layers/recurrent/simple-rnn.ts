import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, dense, matmul } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { BuiltInCell, dropped } from './built-in-cell.js';
import type { DropoutMasks } from './built-in-cell.js';
import type { CellOutput } from './cell.js';
import { relu, tanh } from '../../../engine/ops/generated/public-operations.js';
import { simpleRnnSequence } from '../../../engine/ops/neural/recurrent/recurrent.js';
import type { RecurrentOptions } from '../../../engine/ops/neural/recurrent/recurrent.js';
import { seed } from '../core/layer-options.js';
import { CELL_FACTS, CELL_OPTIONS } from './cell-options.js';
import { cellOptionsOf, giving, RecurrentLayer } from './recurrent-layer.js';
import type { FusedResults, RecurrentOutput } from './recurrent-layer.js';

/** Options of `SimpleRNNCell`. */
export interface SimpleRNNCellOptions extends OptionsOf<typeof SimpleRNNCell> {}

/**
 * One step of `SimpleRNN`: h′ = activation(x · kernel + h · recurrentKernel + bias). x is [batch, features], the state h and
 * the output [batch, units]. Keras: `SimpleRNNCell`.
 *
 * @example
 * const [y, states] = new layers.SimpleRNNCell(4).apply([[1, 2]]);
 * y.shape; // [1, 4]
 */
export class SimpleRNNCell extends configurable(BuiltInCell, 'SimpleRNNCell') {
  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: SimpleRNNCellOptions = {}) {
    super(units, options);
  }

  /** Length of the state: `units`. */
  override get stateSize(): number {
    return this.units;
  }

  protected override get kernelCount(): number {
    return 1;
  }

  protected override step(
    x: Tensor,
    [h]: readonly [Tensor],
    { input, state }: DropoutMasks,
  ): CellOutput {
    const fromInput = dense(dropped(x, input[0]), this.kernel.value, this.bias?.value ?? null);
    const fromState = matmul(dropped(h, state[0]), this.recurrentKernel.value);
    const output = this.activation(add(fromInput, fromState));
    return [output, [output]];
  }
}

// Keras 3.16 reads it and does not write it.
const unwrittenSeed: ReturnType<typeof seed> = {
  ...seed(),
  toConfig: (value) => value ?? undefined,
};

const Base = configurable(
  RecurrentLayer,
  'SimpleRNN',
  {
    ...CELL_OPTIONS,
    /** Seed of the dropout. Default: derived from the global seed. */
    seed: unwrittenSeed,
  },
  CELL_FACTS,
);

/** Options of `SimpleRNN`. */
export interface SimpleRNNOptions<ReturnState extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'returnState'
> {
  /** Whether to return the state after the last step too: [output, state]. Default false. */
  readonly returnState?: ReturnState;
}

/**
 * A recurrent layer: h ← activation(x[:, t] · kernel + h · recurrentKernel + bias) for each step t, from h = 0. x is [batch,
 * steps, features], the output is the last h [batch, units], or with `returnSequences` every h [batch, steps, units];
 * float32. Keras: `SimpleRNN`.
 *
 * Steps that do not count in a mask [batch, steps] change nothing. The output has no mask, as in Keras 3.16.
 *
 * @example new layers.SimpleRNN(8, { returnSequences: true, inputShape: [20, 3] })
 */
export class SimpleRNN<const ReturnState extends boolean = false> extends giving(Base)<
  RecurrentOutput<ReturnState, [state: Tensor]>
> {
  declare readonly returnState: ReturnState;
  override readonly cell: SimpleRNNCell;

  /**
   * @param units length of the output and of the state
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: SimpleRNNOptions<ReturnState> = {}) {
    super(options, [units]);
    this.inputSpec = { ndim: 3 };
    this.cell = new SimpleRNNCell(this.units, {
      ...cellOptionsOf(this, CELL_OPTIONS),
      name: 'simple_rnn_cell',
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
    const activation =
      cell.activation === tanh ? 'tanh' : cell.activation === relu ? 'relu' : undefined;
    const operands = activation === undefined ? undefined : cell.operandsFor(x);
    if (activation === undefined || operands === undefined) return undefined;
    const [given, ...weights] = operands;
    return simpleRnnSequence(given, h, ...weights, { ...options, activation });
  }
}
