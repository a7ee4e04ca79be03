import { describeValue } from '../../../config/describe-value.js';
import {
  checkLength,
  flattenNest,
  isSerializedObject,
  mapNest,
  naming,
} from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, sameShape, zeros } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';
import type { CallOptions } from '../core/layer-options.js';
import { isTensor } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import { deserializeLayer, serializeLayer } from '../registry.js';

/** The states of a cell: a list of tensors [batch, …], or for `StackedRNNCells` a list of such lists. */
export type CellStates = readonly (Tensor | readonly Tensor[])[];

/** The states of a cell: as many tensors as `stateSize` has lengths, where its type says how many. */
export type StatesOf<Cell> = Cell extends { readonly cells: unknown }
  ? CellStates
  : Cell extends { readonly stateSize: infer Size }
    ? Size extends number
      ? [state: Tensor]
      : Size extends readonly StateLengths[]
        ? { -readonly [Index in keyof Size]: Tensor }
        : CellStates
    : CellStates;

/**
 * The arguments of a cell in addition to the step's input.
 *
 * @typeParam States the states, such as `readonly [Tensor]` for a single state
 */
export interface CellArguments<States extends CellStates = CellStates> {
  /** The states before the step, as described by `stateSize`. */
  readonly states: States;
}

/** The result of a cell: the output of the step [batch, outputSize] and the states after it. */
export type CellOutput = readonly [output: Tensor, states: CellStates];

/** The length of a state [batch, length], or the lengths of a state [batch, …]. */
export type StateLengths = number | readonly number[];

/**
 * Lengths of the states: a number for a single state [batch, length], a list for several states. The entry for a state
 * [batch, 2, 3] is `[2, 3]`: `[[2, 3]]` means that it is the only state. For `StackedRNNCells`, a list with the list of each
 * cell.
 */
export type StateSize = number | readonly StateLengths[] | readonly (readonly StateLengths[])[];

/** A cell that `RNN` runs over the steps of a sequence: an object, or your own layer. */
export interface RNNCell {
  /** Lengths of the states. */
  readonly stateSize: StateSize;
  /** Length of the output [batch, length], or lengths of the output [batch, …]. Default: those of the first state. */
  readonly outputSize?: StateLengths | undefined;
  /** The output of a step and the states after it. `x` is [batch, …], the step's input. */
  call(x: Tensor, options: CallOptions & CellArguments): CellOutput;
  /**
   * The states before the first step. Default: zeros.
   *
   * @param batchSize number of samples
   */
  getInitialState?(batchSize: number): CellStates;
}

/** A cell that draws which elements it drops once for a whole sequence. */
export interface SequenceCell {
  /** Draws for steps whose input has that shape; the choice holds until `endSequence`. */
  beginSequence(stepShape: Shape, training: boolean): void;
  /** Forgets the choice. */
  endSequence(): void;
}

export function isSequenceCell(cell: object): cell is SequenceCell {
  return 'beginSequence' in cell && 'endSequence' in cell;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

/** A cell, as far as it says what its states are. */
type Sized = Pick<RNNCell, 'stateSize'>;

/** A cell of cells, which knows the state that its output is. */
interface CellOfCells {
  readonly stateSize: readonly (readonly StateLengths[])[];
  /** Index among all states. */
  readonly outputState: number;
}

const isOfCells = (cell: Sized): cell is CellOfCells => 'outputState' in cell;

/** The shapes of a cell's states for a batch of that size. */
export function stateShapesOf<Batch extends number | null>(
  cell: Sized,
  batch: Batch,
): (readonly (number | Batch)[])[] {
  const { stateSize } = cell;
  const lengths = isOfCells(cell) ? cell.stateSize.flat(1) : [stateSize].flat(1);
  return (lengths as readonly StateLengths[]).map((each) => [
    batch,
    ...(isNumber(each) ? [each] : each),
  ]);
}

/** The shape of a cell's output, without the batch. */
export function outputShapeOf(cell: RNNCell): readonly number[] {
  const { outputSize } = cell;
  return outputSize === undefined
    ? (stateShapesOf(cell, 0)[0]?.slice(1) ?? [])
    : [outputSize].flat();
}

/** Which of a cell's states is taken for its output: the first, of stacked cells that of the last one. */
export const outputStateOf = (cell: RNNCell): number => (isOfCells(cell) ? cell.outputState : 0);

/** What there is one of for each state, in the structure in which a cell takes its states. */
export function packStates<T>(cell: Sized, states: readonly T[]): readonly (T | readonly T[])[] {
  if (!isOfCells(cell)) return states;
  let next = 0;
  return cell.stateSize.map((list) => list.map(() => states[next++] as T));
}

/** Zeros for each state of a cell. */
export function zeroStates(cell: Sized, batchSize: number): CellStates {
  const shapes = stateShapesOf(cell, batchSize);
  return packStates(
    cell,
    shapes.map((shape) => zeros(shape)),
  );
}

/**
 * States as a list.
 *
 * @param owner the name of the argument in messages: "LSTM layer 'lstm': initialState"
 * @param shapes the required shapes; null stands for any length
 * @throws ShapeError for a wrong number of states, or a state of a wrong shape; ValueError for anything but tensors.
 */
export function flatStates(
  owner: string,
  states: unknown,
  shapes: readonly PartialShape[],
): Tensor[] {
  const found = flattenNest(states, isTensor);
  mapNest(
    states,
    isTensor,
    (tensor) => tensor,
    (value) => {
      throw new ValueError(
        `${owner} must be a tensor or a list of tensors, got ${describeValue(value)}.`,
      );
    },
  );
  checkStateShapes(owner, found, shapes);
  return found;
}

/** @throws ShapeError for a wrong number of states, or a state of a wrong shape. */
export function checkStateShapes(
  owner: string,
  states: readonly { readonly shape: PartialShape }[],
  shapes: readonly PartialShape[],
): void {
  const wanted = (): string =>
    shapes.length === 1
      ? `one tensor of shape ${formatShape(shapes[0] ?? [])}`
      : `${shapes.length} tensors of shapes ${shapes.map(formatShape).join(', ')}`;
  if (states.length !== shapes.length) {
    const came = states.map(({ shape }) => formatShape(shape)).join(', ') || 'none';
    throw new ShapeError(
      `${owner} must be ${wanted()}, got ${states.length} tensor${states.length === 1 ? '' : 's'} (${came}).`,
    );
  }
  states.forEach(({ shape }, i) => {
    const expected = shapes[i] ?? [];
    const fits =
      shape.length === expected.length &&
      shape.every((length, axis) => {
        const other = expected[axis] ?? null;
        return length === null || other === null || length === other;
      });
    if (fits || sameShape(shape, expected)) return;
    throw new ShapeError(
      `${owner} must be ${wanted()}, got shape ${formatShape(shape)}${shapes.length > 1 ? ` for state ${i}` : ''}.`,
    );
  });
}

/**
 * What a cell has given, checked.
 *
 * @param owner the name of the cell in messages
 */
export function checkCellOutput(owner: string, result: unknown): CellOutput {
  if (Array.isArray(result) && result.length === 2 && isTensor(result[0])) {
    const [output, states] = result as unknown as readonly [Tensor, unknown];
    if (isTensor(states)) return [output, [states]];
    if (Array.isArray(states)) return [output, states as CellStates];
  }
  throw new ValueError(
    `call() of ${owner} must return [output, states], a tensor and a list of tensors, it returned ${describeValue(result)}.`,
  );
}

/** @throws ValueError unless `cell` has `call` and a `stateSize` of lengths. */
function checkCell(owner: string, cell: unknown): RNNCell {
  const known = (typeof cell === 'object' && cell !== null ? cell : {}) as Partial<RNNCell>;
  if (typeof known.call !== 'function') {
    throw new ValueError(
      `${owner} must be a cell: a layer such as layers.LSTMCell, or an object { stateSize, call(x, { states }) }, got ` +
        `${describeValue(cell)}.`,
    );
  }
  const { stateSize, outputSize } = known;
  const sizes = flattenNest(stateSize, isNumber);
  if (sizes.length === 0) {
    throw new ValueError(
      `${owner}: ${describeValue(cell)} has no stateSize. A cell says by stateSize how long its states are: a whole number, or ` +
        `a list with one for each state, or with a list of lengths for a state of several axes.`,
    );
  }
  // What lies deeper than the lengths of a state is no length.
  const depth = isOfCells(known as RNNCell) ? 3 : 2;
  for (const size of [stateSize].flat(depth)) checkLength(owner, 'stateSize', size);
  for (const size of [outputSize ?? []].flat(1)) checkLength(owner, 'outputSize', size);
  return known as RNNCell;
}

/** A cell of a config, or the cell itself. */
export function cellOf(owner: string, given: unknown): RNNCell {
  const isConfig = isSerializedObject(given) && !(given instanceof Layer);
  return checkCell(owner, isConfig ? naming(owner, () => deserializeLayer(given)) : given);
}

/** A cell as Keras writes it. @throws ValueError for an object that is not a layer. */
export function serializeCell(owner: string, cell: RNNCell): unknown {
  if (cell instanceof Layer) return serializeLayer(cell);
  throw new ValueError(
    `${owner}: the cell ${describeValue(cell)} is a plain object, which cannot be saved. Make it a class that extends ` +
      `layers.Layer, and register it with layers.registerLayer.`,
  );
}
