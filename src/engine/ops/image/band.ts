// Matrices whose rows are zero but for a run of neighbours, and what they make of an axis.
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { decideBy, emptyTensor, requireRoom, sizeOf, tensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { images } from '../../wasm/generated/images.js';

/** Numbers that stand side by side in a row, from the column `first` on. */
export interface Run {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A matrix [rows, columns] of zeros but for a run in each row. */
export interface Band {
  readonly columns: number;
  readonly rows: readonly Run[];
}

/** A row of zeros. */
export const EMPTY: Run = { first: 0, weights: [] };

/** The transpose; between the numbers of a column there may be zeros. */
function transposed({ columns, rows }: Band): Band {
  const firsts = new Array<number>(columns).fill(0);
  const runs = Array.from({ length: columns }, (): number[] => []);
  rows.forEach(({ first, weights }, row) => {
    weights.forEach((weight, i) => {
      const run = runs[first + i] ?? [];
      if (run.length === 0) firsts[first + i] = row;
      while ((firsts[first + i] ?? 0) + run.length < row) run.push(0);
      run.push(weight);
    });
  });
  return {
    columns: rows.length,
    rows: runs.map((weights, i) => ({ first: firsts[i] ?? 0, weights })),
  };
}

/**
 * A matrix [rows, columns] times float32 x along `axis`, which is as long as the matrix has columns: out[…, j, …] = Σₖ
 * band[j, k] · x[…, k, …].
 *
 * @param band makes the matrix, where there are numbers to multiply
 * @throws OutOfMemoryError if the result is larger than a block of memory.
 */
export function alongBand(
  op: string,
  x: Tensor,
  axis: number,
  rows: number,
  band: () => Band,
): Tensor {
  const shape = x.shape.with(axis, rows);
  requireRoom(shape, 'float32', op);
  const out = emptyTensor(shape, 'float32');
  // A file may ask for many large images, of which nothing is known but shapes while it is read.
  const hasElements = decideBy(x, () => true, false);
  if (hasElements && out.size > 0) runBand(out, x, axis, band());
  return record(op, [x], out, [], (dy) => [
    alongBand(op, dy, axis, x.shape[axis] ?? 0, () => transposed(band())),
  ]);
}

function runBand(out: Tensor, x: Tensor, axis: number, { columns, rows }: Band): void {
  const weights = new Float32Array(rows.reduce((sum, run) => sum + run.weights.length, 0));
  let taps = 0;
  const runs = rows.map((run) => {
    weights.set(run.weights, taps);
    taps += run.weights.length;
    return { first: run.first, count: run.weights.length };
  });
  runRuns(out, x, axis, columns, runs, tensor(weights));
}

/**
 * Writes into out what a matrix makes of x along `axis`.
 *
 * @param columns how long the axis of x is
 * @param runs where the numbers of each row begin and how many there are
 * @param weights the numbers of all rows, one row after the other
 * @internal
 */
export function runRuns(
  out: Tensor,
  x: Tensor,
  axis: number,
  columns: number,
  runs: readonly { readonly first: number; readonly count: number }[],
  weights: Tensor,
): void {
  const table = new Int32Array(2 * runs.length);
  let taps = 0;
  runs.forEach(({ first, count }, j) => {
    table.set([first, taps], 2 * j);
    taps += count;
  });
  const tableOf = tensor(table);
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const pointers = [out.pointer, x.pointer, tableOf.pointer, weights.pointer] as const;
  const runtime = currentRuntime().with(images);
  runtime.run('weightedRows', ...pointers, outer, columns, runs.length, inner, taps);
}
