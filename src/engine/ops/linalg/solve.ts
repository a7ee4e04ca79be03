import { ShapeError } from '../../../errors.js';
import {
  arange,
  broadcastShapes,
  emptyTensor,
  eye,
  formatShape,
  scoped,
  sizeOf,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { broadcastTo, sum } from '../reductions/sum.js';
import {
  diagonalOf,
  emptyMatrices,
  linalgRuntime,
  matricesOf,
  perMatrix,
  squareOf,
  times,
  timesTurned,
  turned,
  turnedTimes,
} from './matrices.js';
import { record, sever } from '../../autodiff/index.js';
import { checkBoolean, checkNumber } from '../../../config/index.js';
import { add, mul, neg, sub } from '../elementwise/arithmetic.js';
import { tril, triu } from '../shapes/diagonals.js';
import { convert } from '../elementwise/cast.js';
import { notEqual } from '../elementwise/compare.js';
import { abs, sign } from '../elementwise/piecewise-linear.js';
import { prod } from '../reductions/cumulative.js';
import { log } from '../elementwise/unary.js';
import type { Matrices } from './matrices.js';
import { zerosLike } from '../shapes/creation.js';

/**
 * Calls a function with square matrices and the right sides [..., n, columns] of equations, whose leading axes are broadcast. b may be
 * [..., n] with one axis less than a, and then so is the result.
 *
 * @throws ShapeError for right sides that do not fit.
 */
function onRightSides(
  op: string,
  a: TensorLike,
  b: TensorLike,
  solve: (matrix: Tensor, sides: Tensor) => Tensor,
): Tensor {
  const { x: matrix, rows: n, batch } = squareOf(op, a);
  const given = toFloat(b);
  const isVector = given.ndim === matrix.ndim - 1;
  const sides = isVector ? reshape(given, [...given.shape, 1]) : given;
  const [length, columns] = sides.shape.slice(-2);
  if (sides.ndim < 2 || length !== n || columns === undefined) {
    throw new ShapeError(
      `${op}: a of shape ${formatShape(matrix.shape)} takes b of shape [..., ${n}, columns], or [..., ${n}] with one axis less ` +
        `than a, got ${formatShape(given.shape)}.`,
    );
  }
  const common = broadcastShapes(op, batch, sides.shape.slice(0, -2));
  const out = solve(
    broadcastTo(matrix, [...common, n, n]),
    broadcastTo(sides, [...common, n, columns]),
  );
  return isVector ? reshape(out, out.shape.slice(0, -1)) : out;
}

/** Which half of a matrix is read, and whether the transpose of that half is meant. */
interface Half {
  readonly lower: boolean;
  readonly transposed: boolean;
}

/** The solution for half a matrix, without gradients; with `unit` the diagonal is 1. b has the same leading axes. */
function runSolve(a: Tensor, b: Tensor, half: Half, unit: boolean): Tensor {
  const batch = a.shape.slice(0, -2);
  const [n = 0, columns = 0] = b.shape.slice(-2);
  const out = emptyMatrices(batch, n, columns);
  const flags = [half.lower, unit, half.transposed].map(Number) as [number, number, number];
  const { pointer } = out;
  linalgRuntime().run('solveTriangular', pointer, a.pointer, b.pointer, sizeOf(batch), n, columns, ...flags); // prettier-ignore
  return out;
}

/**
 * x with a · x = b, where a [..., n, n] is upper triangular, or with `lower` lower triangular; the other half is not read. b is [...,
 * n, columns], or [..., n] if it has one axis less than a. A zero on the diagonal results in infinities and NaN.
 *
 * @keras linalg.SolveTriangular lower=false
 * @param a [..., n, n]
 * @param b [..., n, columns], or [..., n]
 * @param lower whether a is lower triangular. Default false: upper triangular
 * @throws ShapeError for matrices that are not square, and for a b that does not match; ValueError for an option that is not a
 * boolean.
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

/**
 * The lower triangular L with L · Lᵀ = x, for symmetric positive definite matrices [..., n, n], or with `upper` the upper
 * triangular Lᵀ. x is read on the diagonal and below it. If x is not positive definite, the result contains NaN. The gradient is
 * symmetric.
 *
 * @keras linalg.Cholesky upper=false
 * @throws ShapeError for matrices that are not square; ValueError for an option that is not a boolean.
 * @example ops.cholesky([[4, 2], [2, 5]]) // [[2, 0], [1, 2]]
 */
export function cholesky(x: TensorLike, upper = false): Tensor {
  checkBoolean('cholesky', 'upper', upper);
  return scoped(() => {
    const factor = lowerFactor(x);
    return upper ? turned(factor) : factor;
  });
}

function lowerFactor(given: TensorLike): Tensor {
  const { x, batch, count, rows: n } = squareOf('cholesky', given);
  const out = emptyMatrices(batch, n, n);
  const runtime = linalgRuntime();
  const scratch = runtime.workspace(runtime.kernels.choleskyScratchBytes(n, runtime.threads));
  runtime.run('cholesky', out.pointer, x.pointer, count, n, scratch);
  // dA = (S + Sᵀ) / 2 with S = L⁻ᵀ · Φ(Lᵀ · dL) · L⁻¹, where Φ takes the lower half, with half of the diagonal.
  return record('cholesky', [x], out, [out], (dy, [l]) => {
    const m = turnedTimes(l, dy);
    const half = mul(add(tril(m), tril(m, -1)), 0.5);
    const left = solveHalf(l, half, { lower: true, transposed: true });
    const s = turned(solveHalf(l, turned(left), { lower: true, transposed: true }));
    return [mul(add(s, turned(s)), 0.5)];
  });
}

/**
 * The inverse of a · aᵀ, where a [..., n, n] is the lower triangular factor of `cholesky`; or with `upper` that of aᵀ · a, where a is
 * the upper triangular factor. The other half of a is not read.
 *
 * @keras linalg.CholeskyInverse upper=false
 * @throws ShapeError for matrices that are not square; ValueError for an option that is not a boolean.
 * @example ops.choleskyInverse([[2, 0], [1, 2]]) // [[0.3125, -0.125], [-0.125, 0.25]]
 */
export function choleskyInverse(x: TensorLike, upper = false): Tensor {
  checkBoolean('choleskyInverse', 'upper', upper);
  return scoped(() => {
    const { x: a, rows: n } = squareOf('choleskyInverse', x);
    const inverse = solveHalf(a, eye(n), { lower: !upper, transposed: false });
    return upper ? timesTurned(inverse, inverse) : turnedTimes(inverse, inverse);
  });
}

// What is computed of a factorization P · A = L · U: equations, inverses, determinants.

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
 * x with a · x = b, for square matrices a [..., n, n] and b [..., n, columns], or [..., n] if b has one axis less than a. Computed
 * by LU factorization with pivots. A singular matrix results in infinities and NaN.
 *
 * @keras linalg.Solve
 * @throws ShapeError for matrices that are not square, and for a b that does not match.
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
 * The inverse of square matrices [..., n, n]. To solve equations, `solve` is faster and more accurate. A singular matrix
 * results in infinities and NaN.
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
 * The determinant of square matrices [..., n, n], by LU factorization. The gradient of a singular matrix is NaN.
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
 * The sign of the determinant of square matrices [..., n, n], and the logarithm of its absolute value, which does not overflow; 0
 * and −∞ for a singular matrix.
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
 * The logarithm of the determinant of symmetric positive definite matrices [..., n, n], by `cholesky`; NaN for others.
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
 * diagonal, and U is on the diagonal and above. Row i was swapped with row pivots[i], in the order of i, int32. This is the format
 * of LAPACK and Keras. The gradient exists for square matrices.
 *
 * @keras linalg.LuFactor
 * @throws ShapeError for fewer than two axes, and for the gradient of matrices that are not square.
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

/**
 * Square matrices [..., n, n] to a whole power, by repeated squaring: 0 gives the identity, a negative power a power of the
 * inverse.
 *
 * @keras linalg.MatrixPower n
 * @param x square matrices [..., n, n]
 * @param n the power, a whole number
 * @throws ShapeError for matrices that are not square; ValueError for a power that is not whole.
 * @example ops.matrixPower([[1, 1], [0, 1]], 3) // [[1, 3], [0, 1]]
 */
export function matrixPower(x: TensorLike, n: number): Tensor {
  const power = checkNumber('matrixPower', 'n', n, { integer: true });
  return scoped(() => {
    const { x: given, rows } = squareOf('matrixPower', x);
    if (power === 0) {
      const out = broadcastTo(eye(rows), given.shape);
      return record('matrixPower', [given], out, [], (dy) => [zerosLike(dy)]);
    }
    let square = power < 0 ? inv(given) : given;
    let product: Tensor | undefined;
    for (let left = Math.abs(power); ; left = Math.floor(left / 2)) {
      if (left % 2 === 1) product = product === undefined ? square : times(product, square);
      if (left <= 1) return product ?? square;
      square = times(square, square);
    }
  });
}
