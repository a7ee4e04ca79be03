import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError, ops, tensor } from '../../../src/index.js';
import { refuses } from '../refusals.js';

/** By loops in float64. */
function expected(
  yTrue: readonly number[],
  yPred: readonly number[],
  weights: readonly number[],
): number[][] {
  const n = Math.max(...yTrue, ...yPred) + 1;
  const matrix = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  yTrue.forEach((row, k) => {
    const counts = matrix[row] ?? [];
    counts[yPred[k] ?? 0] = (counts[yPred[k] ?? 0] ?? 0) + (weights[k] ?? 0);
  });
  return matrix;
}

describe('confusionMatrix', () => {
  const yTrue = [0, 1, 2, 2, 1, 0, 3, 2];
  const yPred = [0, 2, 2, 1, 1, 0, 2, 2];
  const counts = expected(yTrue, yPred, new Array<number>(8).fill(1));

  it('counts', () => {
    const matrix = ops.confusionMatrix(yTrue, yPred);
    expect(matrix.dtype).toBe('int32');
    expect(matrix.toArray()).toEqual(counts);
    expect(ops.confusionMatrix([[0], [1]], [[1], [1]], { numClasses: 3 }).toArray()).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(ops.confusionMatrix([], []).toArray()).toEqual([[0]]);
  });

  it('adds weights', () => {
    const weights = [0.5, 1, 2, 0.25, 1, 1.5, 3, 4];
    const matrix = ops.confusionMatrix(yTrue, yPred, { weights });
    expect(matrix.dtype).toBe('float32');
    expect(matrix.toArray()).toEqual(expected(yTrue, yPred, weights));
  });

  it('gives shares of rows, of columns or of all', () => {
    const sumOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
    const column = (j: number): number[] => counts.map((row) => row[j] ?? 0);
    const share = (part: number, all: number): number => Math.fround(all === 0 ? 0 : part / all);
    const rows = counts.map((row) => row.map((value) => share(value, sumOf(row))));
    const columns = counts.map((row) => row.map((value, j) => share(value, sumOf(column(j)))));
    expect(ops.confusionMatrix(yTrue, yPred, { normalize: 'true' }).toArray()).toEqual(rows);
    expect(ops.confusionMatrix(yTrue, yPred, { normalize: 'pred' }).toArray()).toEqual(columns);
    expect(ops.confusionMatrix(yTrue, yPred, { normalize: 'all' }).sum().item()).toBeCloseTo(1, 6);
  });

  refuses(ShapeError, {
    'yTrue has the shape (2,) and yPred (2, 3). Of probabilities take ops.argmax': () =>
      ops.confusionMatrix([0, 1], tensor([1, 0, 0, 0, 1, 0], { shape: [2, 3] })),
    'and weights (1,)': () => ops.confusionMatrix([0, 1], [0, 1], { weights: [1] }),
  });
  refuses(ValueError, {
    'yTrue has the class 3 at position 1. Classes are whole numbers from 0 to 2': () =>
      ops.confusionMatrix([0, 3], [0, 1], { numClasses: 3 }),
    'yPred has the class -1 at position 0': () => ops.confusionMatrix([0], [-1]),
    "normalize must be 'true', 'pred', 'all' or null": () =>
      ops.confusionMatrix([0], [0], { normalize: 'rows' as never }),
    "unknown option 'numClass'. Did you mean 'numClasses'": () =>
      ops.confusionMatrix([0], [0], { numClass: 2 } as never),
  });
});
