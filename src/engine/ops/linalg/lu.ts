// What is computed of a factorization P · A = L · U: equations, inverses, determinants.
import { record, sever } from '../../autodiff/index.js';
import { arange, emptyTensor, eye, scoped, sizeOf } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, mul, neg, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { notEqual } from '../elementwise/compare.js';
import { tril, triu } from '../shapes/diagonals.js';
import { abs, sign } from '../elementwise/piecewise-linear.js';
import { prod } from '../reductions/prod.js';
import { broadcastTo, sum } from '../reductions/sum.js';
import { log } from '../elementwise/unary.js';
import { cholesky } from './cholesky.js';
import { diagonalOf, emptyMatrices, linalgRuntime, matricesOf, perMatrix, squareOf, timesTurned, turned, turnedTimes } from './matrices.js'; // prettier-ignore
import type { Matrices } from './matrices.js';
import { onRightSides } from './right-sides.js';
import { runSolve, solveHalf } from './solve-triangular.js';

/** A matrix's factors. */
interface Factors {
  readonly lu: Tensor;
  readonly pivots: Tensor;
}

function factorsOf({ x, batch, count, rows, columns }: Matrices): Factors {
  const lu = emptyMatrices(batch, rows, columns);
  const pivots = emptyTensor([...batch, Math.min(rows, columns)], 'int32');
  const runtime = linalgRuntime();
  const scratch = runtime.workspace(runtime.kernels.luScratchBytes(rows, runtime.threads));
  runtime.run('luFactor', lu.pointer, pivots.pointer, x.pointer, count, rows, columns, scratch);
  return { lu, pivots };
}

/** The rows of b as pivots say, or back, without gradients. */
function runSwaps(b: Tensor, pivots: Tensor, undo: boolean): Tensor {
  const batch = b.shape.slice(0, -2);
  const [n = 0, columns = 0] = b.shape.slice(-2);
  const out = emptyMatrices(batch, n, columns);
  linalgRuntime().run('swapByPivots', out.pointer, b.pointer, pivots.pointer, sizeOf(batch), n, columns, Number(undo)); // prettier-ignore
  return out;
}

/** The rows of b as pivots say, or back. */
function swapped(b: Tensor, pivots: Tensor, undo: boolean): Tensor {
  const out = runSwaps(b, pivots, undo);
  return record('luFactor', [b], out, [pivots], (dy, [swaps]) => [swapped(dy, swaps, !undo)]);
}

/** A⁻¹ · B, or A⁻ᵀ · B, without gradients. */
function solveBy({ lu, pivots }: Factors, b: Tensor, transposed: boolean): Tensor {
  const upper = (sides: Tensor): Tensor => runSolve(lu, sides, { lower: false, transposed }, false);
  const lower = (sides: Tensor): Tensor => runSolve(lu, sides, { lower: true, transposed }, true);
  return transposed
    ? runSwaps(lower(upper(b)), pivots, true)
    : upper(lower(runSwaps(b, pivots, false)));
}

/** A⁻¹ · B, or A⁻ᵀ · B, with gradients for A, whose factors they are, and for B. */
function solved(a: Tensor, b: Tensor, factors: Factors, transposed: boolean): Tensor {
  const out = solveBy(factors, b, transposed);
  const saved = [a, out, factors.lu, factors.pivots] as const;
  return record('solve', [a, b], out, saved, (dx, [matrix, x, lu, pivots], [needA]) => {
    const db = solved(matrix, dx, { lu, pivots }, !transposed);
    if (needA !== true) return [undefined, db];
    return [neg(transposed ? timesTurned(x, db) : timesTurned(db, x)), db];
  });
}

/**
 * x with a · x = b, for square matrices a [..., n, n] and b [..., n, columns], or [..., n] if b has one axis less than a. By LU with
 * pivots. A singular matrix gives infinities and NaN.
 *
 * @keras linalg.Solve
 * @throws ShapeError for matrices that are not square, and for a b that does not fit.
 * @example ops.solve([[2, 1], [1, 3]], [4, 7]) // [1, 2]
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() =>
    onRightSides('solve', a, b, (matrix, sides) =>
      solved(matrix, sides, factorsOf(matricesOf('solve', matrix)), false),
    ),
  );
}

/** A⁻ᵀ, with gradients. */
function turnedInverse(a: Tensor, factors: Factors): Tensor {
  return solved(a, broadcastTo(eye(a.shape.at(-1) ?? 0), a.shape), factors, true);
}

/**
 * The inverse of square matrices [..., n, n]. To solve equations, `solve` is faster and more exact. A singular matrix gives
 * infinities and NaN.
 *
 * @keras linalg.Inv
 * @throws ShapeError for matrices that are not square.
 * @example ops.inv([[2, 0], [0, 4]]) // [[0.5, 0], [0, 0.25]]
 */
export function inv(x: TensorLike): Tensor {
  return scoped(() => {
    const matrices = squareOf('inv', x);
    const ones = broadcastTo(eye(matrices.rows), matrices.x.shape);
    return solved(matrices.x, ones, factorsOf(matrices), false);
  });
}

/** −1 for an odd number of swaps, else 1. */
function parityOf(pivots: Tensor): Tensor {
  const swaps = convert(notEqual(pivots, arange(pivots.shape.at(-1) ?? 0)), 'float32');
  return prod(sub(1, mul(swaps, 2)), -1);
}

/**
 * The determinant of square matrices [..., n, n], by LU. The gradient of a singular matrix is NaN.
 *
 * @keras linalg.Det
 * @throws ShapeError for matrices that are not square.
 * @example ops.det([[1, 2], [3, 4]]) // -2
 */
export function det(x: TensorLike): Tensor {
  return scoped(() => {
    const matrices = squareOf('det', x);
    const factors = factorsOf(matrices);
    const { lu, pivots } = factors;
    const out = mul(prod(diagonalOf(lu), -1), parityOf(pivots));
    return record('det', [matrices.x], out, [matrices.x, out, lu, pivots], (dy, saved) => {
      const [a, y, factor, swaps] = saved;
      const inverse = turnedInverse(a, { lu: factor, pivots: swaps });
      return [mul(perMatrix(mul(dy, y)), inverse)];
    });
  });
}

/**
 * The sign of the determinant of square matrices [..., n, n], and the logarithm of its size, which does not overflow. Of a singular
 * matrix 0 and −∞.
 *
 * @keras numpy.Slogdet
 * @throws ShapeError for matrices that are not square.
 * @example ops.slogdet([[1, 2], [3, 4]]) // [-1, 0.6931]
 */
export function slogdet(x: TensorLike): [sign: Tensor, logarithm: Tensor] {
  return scoped(() => {
    const matrices = squareOf('slogdet', x);
    const { lu, pivots } = factorsOf(matrices);
    const diagonal = diagonalOf(lu);
    const signs = mul(prod(sign(diagonal), -1), parityOf(pivots));
    const out = sum(log(abs(diagonal)), -1);
    const saved = [matrices.x, lu, pivots] as const;
    const logarithm = record('slogdet', [matrices.x], out, saved, (dy, [a, factor, swaps]) => [
      mul(perMatrix(dy), turnedInverse(a, { lu: factor, pivots: swaps })),
    ]);
    return [sever('the sign of slogdet', [matrices.x], signs), logarithm];
  });
}

/**
 * The logarithm of the determinant of symmetric matrices [..., n, n] that are positive definite, by `cholesky`; NaN for others.
 *
 * @keras math.Logdet
 * @throws ShapeError for matrices that are not square.
 * @example ops.logdet([[4, 0], [0, 1]]) // 1.3863
 */
export function logdet(x: TensorLike): Tensor {
  return scoped(() => mul(sum(log(diagonalOf(cholesky(x))), -1), 2));
}

/**
 * LU factors of matrices [..., m, n] with pivots: P · x = L · U. L is below the diagonal of the first result, with ones on its
 * diagonal, and U is on the diagonal and above. Row i was swapped with row pivots[i], in the order of i, int32. As LAPACK and Keras
 * give them. The gradient is that of square matrices.
 *
 * @keras linalg.LuFactor
 * @throws ShapeError for less than two axes, and in the gradient of matrices that are not square.
 * @example ops.luFactor([[1, 2], [4, 4]]) // [[[4, 4], [0.25, 1]], [1, 1]]
 */
export function luFactor(x: TensorLike): [lu: Tensor, pivots: Tensor] {
  return scoped(() => {
    const matrices = matricesOf('luFactor', x);
    const { x: a, rows: n } = matrices;
    const { lu, pivots } = factorsOf(matrices);
    // dA = Pᵀ · L⁻ᵀ · (lower half of Lᵀ · dL + upper half of dU · Uᵀ) · U⁻ᵀ.
    const out = record('luFactor', [a], lu, [lu, pivots], (dy, [factors, swaps]) => {
      squareOf('luFactor: the gradient', factors);
      const unit = eye(n);
      const lower = add(tril(factors, -1), unit);
      const upper = triu(factors);
      const inner = add(
        tril(turnedTimes(lower, tril(dy, -1)), -1),
        triu(timesTurned(triu(dy), upper)),
      );
      const left = solveHalf(lower, inner, { lower: true, transposed: true });
      const rows = turned(solveHalf(upper, turned(left), { lower: false, transposed: false }));
      return [swapped(rows, swaps, true)];
    });
    return [out, sever('the pivots of luFactor', [a], pivots)];
  });
}
