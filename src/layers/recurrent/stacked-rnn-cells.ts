import { configurable, flattenNest } from '../../config/index.js';
import type { Option, OptionsOf, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { requireList } from '../../tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../tensor/index.js';
import type { CallOptions } from '../core/call-options.js';
import { isTensor } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import {
  cellOf,
  checkCellOutput,
  flatStates,
  isSequenceCell,
  outputSizeOf,
  outputStateOf,
  packStates,
  serializeCell,
  stateSizes,
  zeroStates,
} from './cell.js';
import type { CellArguments, CellOutput, CellStates, RNNCell } from './cell.js';

/** A list of cells. */
const cellsOption = (): Option<readonly (RNNCell | SerializedObject)[], readonly RNNCell[]> => ({
  check: (given, { label, name }) => {
    requireList(label, name, given);
    const cells = (given as readonly unknown[]).map((cell, i) =>
      cellOf(`${label}: ${name}[${i}]`, cell),
    );
    if (cells.length > 0) return cells;
    throw new ValueError(`${label}: ${name} is an empty list. Give at least one cell.`);
  },
  toConfig: (cells) => cells.map((cell) => serializeCell('getConfig', cell)),
});

/** Options of `StackedRNNCells`. */
export interface StackedRNNCellsOptions extends OptionsOf<typeof StackedRNNCells> {}

/**
 * Several cells as one: each gets the output of the one before. The states are a list with the list of states of each cell.
 * Keras: `StackedRNNCells`.
 *
 * @example new layers.RNN(new layers.StackedRNNCells([new layers.LSTMCell(8), new layers.GRUCell(4)]))
 */
export class StackedRNNCells
  extends configurable(
    Layer<Tensor, CellOutput, CellArguments>,
    'StackedRNNCells',
    {
      /** The cells, the first one for the input. */
      cells: cellsOption(),
    },
    { positional: ['cells'] },
  )
  implements RNNCell
{
  override readonly callArguments: readonly string[] = ['states'];

  /**
   * @param cells the cells, the first one for the input
   * @throws ValueError if one of them is no cell, or an option is unknown.
   */
  constructor(cells: readonly RNNCell[], options: StackedRNNCellsOptions = {}) {
    super(options, [cells]);
    this.inputSpec = {};
  }

  /** A list of the lengths of each cell's states. */
  get stateSize(): readonly (readonly number[])[] {
    return this.cells.map(stateSizes);
  }

  /** Length of the last cell's output. */
  get outputSize(): number {
    const last = this.cells.at(-1);
    return last === undefined ? 0 : outputSizeOf(last);
  }

  /** Index, among all states, of the one that is the last cell's output. @internal */
  get outputState(): number {
    const last = this.cells.at(-1);
    const count = (cells: readonly RNNCell[]): number => cells.flatMap(stateSizes).length;
    return count(this.cells.slice(0, -1)) + (last === undefined ? 0 : outputStateOf(last));
  }

  override build(inputShape: PartialShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      if (cell instanceof Layer && !cell.built) cell.build(shape);
      shape = [inputShape[0] ?? null, outputSizeOf(cell)];
    }
  }

  /** The states of each cell before the first step. */
  getInitialState(batchSize: number): CellStates {
    return this.cells.map((cell) =>
      flattenNest(cell.getInitialState?.(batchSize) ?? zeroStates(cell, batchSize), isTensor),
    );
  }

  override call(x: Tensor, options: CallOptions & CellArguments): CellOutput {
    const { states, training }: CallOptions & Partial<CellArguments> = options;
    const [batch = 0] = x.shape;
    const before =
      states === undefined
        ? this.getInitialState(batch)
        : packStates(
            this,
            flatStates(
              'states',
              states,
              this.cells.flatMap((cell) => stateSizes(cell).map((size) => [batch, size])),
            ),
          );
    let output = x;
    const after = this.cells.map((cell, i) => {
      const given = { training, mask: null, states: before[i] as CellStates };
      const [y, own] = checkCellOutput(`cells[${i}]`, cell.call(output, given));
      output = y;
      return flattenNest(own, isTensor);
    });
    return [output, after];
  }

  /** @internal */
  beginSequence(stepShape: Shape, training: boolean): void {
    let shape = stepShape;
    for (const cell of this.cells) {
      if (isSequenceCell(cell)) cell.beginSequence(shape, training);
      shape = [stepShape[0] ?? 0, outputSizeOf(cell)];
    }
  }

  /** @internal */
  endSequence(): void {
    for (const cell of this.cells) if (isSequenceCell(cell)) cell.endSequence();
  }

  override computeOutputShape([batch = null]: PartialShape): readonly [
    PartialShape,
    readonly (readonly PartialShape[])[],
  ] {
    const states = this.cells.map((cell) =>
      stateSizes(cell).map((size): PartialShape => [batch, size]),
    );
    return [[batch, this.outputSize], states];
  }
}
