import { configurable, flattenNest } from '../../../config/index.js';
import type { Option, OptionsOf, SerializedObject } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { requireList } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/layer-options.js';
import { isTensor } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import {
  cellOf,
  checkCellOutput,
  flatStates,
  isSequenceCell,
  outputShapeOf,
  outputStateOf,
  packStates,
  serializeCell,
  stateShapesOf,
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
 * Several cells as one: each cell gets the output of the one before. The states are a list with the list of states of each
 * cell. Keras: `StackedRNNCells`.
 *
 * @example new layers.RNN(new layers.StackedRNNCells([new layers.LSTMCell(8), new layers.GRUCell(4)]))
 */
export class StackedRNNCells
  extends configurable(
    Layer<Tensor, CellOutput, CellArguments>,
    'StackedRNNCells',
    {
      /** The cells, in order. */
      cells: cellsOption(),
    },
    { positional: ['cells'] },
  )
  implements RNNCell
{
  override readonly callArguments: readonly string[] = ['states'];

  /**
   * @param cells the cells, in order
   * @throws ValueError if one of them is not a cell, or an option is unknown.
   */
  constructor(cells: readonly RNNCell[], options: StackedRNNCellsOptions = {}) {
    super(options, [cells]);
    this.inputSpec = {};
  }

  /** A list of the lengths of each cell's states. */
  get stateSize(): readonly (readonly (number | readonly number[])[])[] {
    return this.cells.map((cell) =>
      stateShapesOf(cell, 0).map(([, ...lengths]) => withoutList(lengths)),
    );
  }

  /** Length of the last cell's output, or its lengths. */
  get outputSize(): number | readonly number[] {
    const last = this.cells.at(-1);
    return last === undefined ? 0 : withoutList(outputShapeOf(last));
  }

  /** Index, among all states, of the one that is the last cell's output. @internal */
  get outputState(): number {
    const last = this.cells.at(-1);
    const before = this.cells.slice(0, -1).flatMap((cell) => stateShapesOf(cell, 0));
    return before.length + (last === undefined ? 0 : outputStateOf(last));
  }

  override build(inputShape: PartialShape): void {
    let shape = inputShape;
    for (const cell of this.cells) {
      if (cell instanceof Layer && !cell.built) cell.build(shape);
      shape = [inputShape[0] ?? null, ...outputShapeOf(cell)];
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
              this.cells.flatMap((cell) => stateShapesOf(cell, batch)),
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
      shape = [stepShape[0] ?? 0, ...outputShapeOf(cell)];
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
    const states = this.cells.map((cell) => stateShapesOf(cell, batch));
    return [[batch, ...outputShapeOf(this)], states];
  }
}

/** One length by itself. */
function withoutList(lengths: readonly number[]): number | readonly number[] {
  const [only] = lengths;
  return only !== undefined && lengths.length === 1 ? only : lengths;
}
