// Recurrent layers in float64, step by step, each by its definition.
import type { DenseArray } from './dense-array.js';

/** The variants of a walk. */
export interface WalkOptions {
  /** Whether step t of row r counts. */
  readonly counts?: ((row: number, time: number) => boolean) | undefined;
  readonly goBackwards?: boolean | undefined;
  readonly zeroOutputForMask?: boolean | undefined;
}

type Activation = (x: number) => number;

/** What a cell applies: to the new state tanh, to gates the sigmoid, unless it is told otherwise. */
export interface CellActivations {
  readonly activation?: Activation;
  readonly recurrentActivation?: Activation;
}

/** The states of a row after a step, the first of which is the output. */
type Step = (x: readonly number[], states: readonly (readonly number[])[]) => number[][];

const sigmoid: Activation = (x) => 1 / (1 + Math.exp(-x));

/** x · the columns of a matrix, from the column `first` on. */
function timesColumns(
  x: readonly number[],
  { shape, data }: DenseArray,
  first: number,
  count: number,
): number[] {
  const columns = shape[1]!;
  return Array.from({ length: count }, (_, j) =>
    x.reduce((sum, value, k) => sum + value * data[k * columns + first + j]!, 0),
  );
}

/** Row r of a matrix. */
function rowOf({ shape, data }: DenseArray, r: number): number[] {
  const columns = shape[1]!;
  return data.slice(r * columns, (r + 1) * columns);
}

/** The outputs in the order of the steps, then the states: [n, steps + states, units]. */
function walk(x: DenseArray, initial: readonly DenseArray[], step: Step, options: WalkOptions) {
  const { counts = () => true, goBackwards = false, zeroOutputForMask = false } = options;
  const [n, steps, inputs] = x.shape as [number, number, number];
  const units = initial[0]!.shape[1]!;
  const data: number[] = [];
  for (let row = 0; row < n; row++) {
    let states = initial.map((state) => rowOf(state, row));
    for (let s = 0; s < steps; s++) {
      const time = goBackwards ? steps - 1 - s : s;
      const start = (row * steps + time) * inputs;
      const isCounted = counts(row, time);
      if (isCounted) states = step(x.data.slice(start, start + inputs), states);
      data.push(
        ...(isCounted || !zeroOutputForMask ? states[0]! : new Array<number>(units).fill(0)),
      );
    }
    data.push(...states.flat());
  }
  return { shape: [n, steps + initial.length, units], data };
}

/** Operands: x, h, c, kernel, recurrent kernel, bias. */
export const lstm =
  (options: WalkOptions & CellActivations) =>
  (...[x, h, c, w, u, b]: DenseArray[]): DenseArray => {
    const { activation: f = Math.tanh, recurrentActivation: gate = sigmoid } = options;
    const units = h!.shape[1]!;
    const step: Step = (at, [before, cell]) => {
      const fromX = timesColumns(at, w!, 0, 4 * units);
      const fromH = timesColumns(before!, u!, 0, 4 * units);
      const z = (part: number, j: number): number => {
        const k = part * units + j;
        return fromX[k]! + fromH[k]! + (b?.data[k] ?? 0);
      };
      const cells = cell!.map((old, j) => gate(z(1, j)) * old + gate(z(0, j)) * f(z(2, j)));
      return [cells.map((value, j) => gate(z(3, j)) * f(value)), cells];
    };
    return walk(x!, [h!, c!], step, options);
  };

/** Operands: x, h, kernel, recurrent kernel, bias. */
export const gru =
  (resetAfter: boolean, options: WalkOptions & CellActivations) =>
  (...[x, h, w, u, b]: DenseArray[]): DenseArray => {
    const { activation: f = Math.tanh, recurrentActivation = sigmoid } = options;
    const units = h!.shape[1]!;
    const step: Step = (at, [before]) => {
      const fromX = timesColumns(at, w!, 0, 3 * units).map((value, k) => value + (b?.data[k] ?? 0));
      const fromH = timesColumns(before!, u!, 0, 3 * units).map(
        (value, k) => value + (resetAfter ? (b?.data[3 * units + k] ?? 0) : 0),
      );
      const gate = (g: number, j: number): number =>
        recurrentActivation(fromX[g * units + j]! + fromH[g * units + j]!);
      const reset = before!.map((value, j) => value * gate(1, j));
      const fromReset = timesColumns(reset, u!, 2 * units, units);
      return [
        before!.map((old, j) => {
          const k = 2 * units + j;
          const inner = resetAfter ? gate(1, j) * fromH[k]! : fromReset[j]!;
          return gate(0, j) * old + (1 - gate(0, j)) * f(fromX[k]! + inner);
        }),
      ];
    };
    return walk(x!, [h!], step, options);
  };

/** Operands: x, h, kernel, recurrent kernel, bias. */
export const simpleRnn =
  (activation: 'tanh' | 'relu' | Activation, options: WalkOptions) =>
  (...[x, h, w, u, b]: DenseArray[]): DenseArray => {
    const units = h!.shape[1]!;
    const named = { relu: (z: number) => Math.max(z, 0), tanh: Math.tanh };
    const f = typeof activation === 'string' ? named[activation] : activation;
    const step: Step = (at, [before]) => {
      const fromX = timesColumns(at, w!, 0, units);
      const fromH = timesColumns(before!, u!, 0, units);
      return [fromX.map((value, k) => f(value + fromH[k]! + (b?.data[k] ?? 0)))];
    };
    return walk(x!, [h!], step, options);
  };
