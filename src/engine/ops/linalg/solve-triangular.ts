import { record } from '../../autodiff/index.js';
import { checkBoolean } from '../../../config/index.js';
import { scoped, sizeOf } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { broadcastTo } from '../reductions/sum.js';
import { neg } from '../elementwise/arithmetic.js';
import { tril, triu } from '../shapes/diagonals.js';
import { emptyMatrices, linalgRuntime, timesTurned } from './matrices.js';
import { onRightSides } from './right-sides.js';

/** Which half of a matrix is read, and whether the transpose of that half is meant. */
export interface Half {
  readonly lower: boolean;
  readonly transposed: boolean;
}

/** The solution for half a matrix, without gradients; with `unit` the diagonal is 1. b has the same leading axes. */
export function runSolve(a: Tensor, b: Tensor, half: Half, unit: boolean): Tensor {
  const batch = a.shape.slice(0, -2);
  const [n = 0, columns = 0] = b.shape.slice(-2);
  const out = emptyMatrices(batch, n, columns);
  const flags = [half.lower, unit, half.transposed].map(Number) as [number, number, number];
  const { pointer } = out;
  linalgRuntime().run('solveTriangular', pointer, a.pointer, b.pointer, sizeOf(batch), n, columns, ...flags); // prettier-ignore
  return out;
}

/**
 * x with a · x = b, where a [..., n, n] is upper triangular, or with `lower` lower triangular: the other half is not read. b is
 * [..., n, columns], or [..., n] if it has one axis less than a. A zero on the diagonal gives infinities and NaN.
 *
 * @keras linalg.SolveTriangular lower=false
 * @throws ShapeError for matrices that are not square, and for a b that does not fit; ValueError for an option that is no boolean.
 * @example ops.solveTriangular([[2, 0], [1, 4]], [2, 9], true) // [1, 2]
 */
export function solveTriangular(a: TensorLike, b: TensorLike, lower = false): Tensor {
  checkBoolean('solveTriangular', 'lower', lower);
  return scoped(() =>
    onRightSides('solveTriangular', a, b, (matrix, sides) =>
      solveHalf(matrix, sides, { lower, transposed: false }),
    ),
  );
}

/** A⁻¹ · B, or A⁻ᵀ · B, for half a matrix [..., n, n]. B is [..., n, columns] with the same leading axes, or without any. */
export function solveHalf(a: Tensor, b: Tensor, half: Half): Tensor {
  const { lower, transposed } = half;
  const sides = broadcastTo(b, [...a.shape.slice(0, -2), ...b.shape.slice(-2)]);
  const out = runSolve(a, sides, half, false);
  return record('solveTriangular', [a, sides], out, [a, out], (dx, [matrix, x], [needA]) => {
    const db = solveHalf(matrix, dx, { lower, transposed: !transposed });
    if (needA !== true) return [undefined, db];
    // dA = −db · xᵀ in the half that is read, or its transpose.
    const [left, right] = transposed ? [x, db] : [db, x];
    return [neg((lower ? tril : triu)(timesTurned(left, right))), db];
  });
}
