import { describeValue } from '../../config/describe-value.js';
import {
  checkLength,
  flattenNest,
  isSerializedObject,
  mapNest,
  naming,
} from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { formatShape, sameShape, zeros } from '../../tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../tensor/index.js';
import type { CallOptions } from '../core/call-options.js';
import { isTensor } from '../core/layer-checks.js';
import { Layer } from '../core/layer.js';
import { deserializeLayer, serializeLayer } from '../registry.js';

/** The states of a cell: a list of tensors [batch, size], of `StackedRNNCells` a list of such lists. */
export type CellStates = readonly (Tensor | readonly Tensor[])[];

/** The states of a cell: as many tensors as `stateSize` has lengths, where its type says how many. */
export type StatesOf<Cell> = Cell extends { readonly stateSize: infer Size }
  ? Size extends number
    ? [state: Tensor]
    : Size extends readonly number[]
      ? { -readonly [Index in keyof Size]: Tensor }
      : CellStates
  : CellStates;

/** What a cell takes beside the step's input. */
export interface CellArguments {
  /** The states before the step, as `stateSize` says. */
  readonly states: CellStates;
}

/** What a cell gives: the output of the step [batch, outputSize], and the states after it. */
export type CellOutput = readonly [output: Tensor, states: CellStates];

/** Lengths of the states: of one state a number, of several a list; of `StackedRNNCells` a list of lists. */
export type StateSize = number | readonly (number | readonly number[])[];

/** What `RNN` runs over the steps of a sequence: an object, or a layer of your own. */
export interface RNNCell {
  /** Lengths of the states. */
  readonly stateSize: StateSize;
  /** Length of the output. Default: that of the first state. */
  readonly outputSize?: number | undefined;
  /** The output of a step and the states after it. `x` is [batch, …], the step's input. */
  call(x: Tensor, options: CallOptions & CellArguments): CellOutput;
  /** The states before the first step. Default: zeros. */
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

/** The lengths of a cell's states, as a list. */
export function stateSizes({ stateSize }: Pick<RNNCell, 'stateSize'>): number[] {
  return flattenNest(stateSize, isNumber);
}

/** Length of a cell's output. */
export function outputSizeOf({ outputSize, stateSize }: RNNCell): number {
  return outputSize ?? flattenNest(stateSize, isNumber)[0] ?? 0;
}

/** A cell of cells, which knows the state that its output is. */
interface OutputState {
  /** Index among all states. */
  readonly outputState: number;
}

/** Which of a cell's states is taken for its output: the first, where there are lists of states that of the last list. */
export function outputStateOf(cell: RNNCell & Partial<OutputState>): number {
  const { outputState, stateSize } = cell;
  if (outputState !== undefined) return outputState;
  const isFlat = isNumber(stateSize) || isNumber(stateSize[0]);
  return isFlat ? 0 : stateSizes(cell).length - flattenNest(stateSize.at(-1), isNumber).length;
}

/** What there is one of for each state, in the structure in which a cell takes its states. */
export function packStates<T>(
  { stateSize }: Pick<RNNCell, 'stateSize'>,
  states: readonly T[],
): readonly (T | readonly T[])[] {
  let next = 0;
  const structure = isNumber(stateSize) ? [stateSize] : stateSize;
  return mapNest(structure, isNumber, () => states[next++] as T) as readonly (T | readonly T[])[];
}

/** Zeros for each state of a cell. */
export function zeroStates(cell: Pick<RNNCell, 'stateSize'>, batchSize: number): CellStates {
  return packStates(
    cell,
    stateSizes(cell).map((size) => zeros([batchSize, size])),
  );
}

/**
 * States as a list.
 *
 * @param owner what messages call the argument: "LSTM layer 'lstm': initialState"
 * @param shapes the shapes that they must have, null where any length will do
 * @throws ShapeError for another number of states, or another shape of one; ValueError for what is no tensor.
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

/** @throws ShapeError for another number of states, or another shape of one. */
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
 * @param owner what messages call the cell
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
export function checkCell(owner: string, cell: unknown): RNNCell {
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
        `a list with one for each state.`,
    );
  }
  mapNest(
    stateSize,
    isNumber,
    (size) => checkLength(owner, 'stateSize', size),
    (value) => checkLength(owner, 'stateSize', value),
  );
  if (outputSize !== undefined) checkLength(owner, 'outputSize', outputSize);
  return known as RNNCell;
}

/** A cell of a config, or the cell itself. */
export function cellOf(owner: string, given: unknown): RNNCell {
  const isConfig = isSerializedObject(given) && !(given instanceof Layer);
  return checkCell(owner, isConfig ? naming(owner, () => deserializeLayer(given)) : given);
}

/** A cell as Keras writes it. @throws ValueError for an object that is no layer. */
export function serializeCell(owner: string, cell: RNNCell): unknown {
  if (cell instanceof Layer) return serializeLayer(cell);
  throw new ValueError(
    `${owner}: the cell ${describeValue(cell)} is a plain object, which cannot be saved. Make it a class that extends ` +
      `layers.Layer, and make that known with layers.registerLayer.`,
  );
}
