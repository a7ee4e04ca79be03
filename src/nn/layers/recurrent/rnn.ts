import { configurable } from '../../../config/index.js';
import type { Option, OptionsOf, SerializedObject } from '../../../config/index.js';
import { cellOf, serializeCell } from './cell.js';
import type { RNNCell, StatesOf } from './cell.js';
import { giving, RecurrentLayer } from './recurrent-layer.js';
import type { RecurrentOutput } from './recurrent-layer.js';
import { StackedRNNCells } from './stacked-rnn-cells.js';

/** A cell, or a list of cells to be stacked. */
const cellOption = (): Option<RNNCell | readonly RNNCell[] | SerializedObject, RNNCell> => ({
  check: (given, { label, name }) =>
    Array.isArray(given)
      ? new StackedRNNCells(given as readonly RNNCell[])
      : cellOf(`${label}: ${name}`, given),
  toConfig: (cell) => serializeCell('getConfig', cell),
});

const Base = configurable(
  RecurrentLayer,
  'RNN',
  {
    /** The cell that runs over the steps. */
    cell: cellOption(),
  },
  { positional: ['cell'] },
);

/** Options of `RNN`. */
export interface RNNOptions<ReturnState extends boolean = boolean> extends Omit<
  OptionsOf<typeof Base>,
  'returnState'
> {
  /** Whether to return the states after the last step too: [output, …states]. Default false. */
  readonly returnState?: ReturnState;
}

/**
 * A cell that runs over the steps of a sequence: `[output, states] = cell.call(x[:, t], { states })` for each step t. x is
 * [batch, steps, …], the output is that of the last step [batch, outputSize], or with `returnSequences` those of all steps
 * [batch, steps, outputSize]. The initial states are zeros, or those of the cell's `getInitialState`. Keras: `RNN`.
 *
 * Steps that do not count in a mask [batch, steps] change nothing. The output has no mask, as in Keras 3.16.
 *
 * @example new layers.RNN([new layers.LSTMCell(8), new layers.LSTMCell(4)], { inputShape: [20, 3] })
 * @example
 * const sums: layers.RNNCell = {
 *   stateSize: 2,
 *   call(x, { states: [before] }) {
 *     const after = x.add(before as Tensor);
 *     return [after, [after]];
 *   },
 * };
 * new layers.RNN(sums).apply([[[1, 2], [3, 4]]]); // [[4, 6]]
 * @example
 * class Decay extends layers.Layer<Tensor, layers.CellOutput, layers.CellArguments> {
 *   static override readonly className = 'Decay';
 *   readonly stateSize = 3;
 *   override call(x: Tensor, { states: [h] }: layers.CallOptions & layers.CellArguments): layers.CellOutput {
 *     const after = x.add((h as Tensor).mul(0.5));
 *     return [after, [after]];
 *   }
 * }
 * new layers.RNN(new Decay()).apply(zeros([2, 20, 3])).shape; // [2, 3]
 */
export class RNN<
  Cell extends RNNCell | readonly RNNCell[] = RNNCell,
  const ReturnState extends boolean = false,
> extends giving(Base)<RecurrentOutput<ReturnState, StatesOf<Cell>>> {
  declare readonly returnState: ReturnState;
  /**
   * @param cell the cell that runs over the steps; the cells of a list are stacked
   * @throws ValueError if `cell` is not a cell, or if an option is unknown or out of range.
   */
  constructor(cell: Cell, options: RNNOptions<ReturnState> = {}) {
    super(options, [cell]);
  }
}
