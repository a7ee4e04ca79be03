import { record } from '../../autodiff/index.js';
import { checkBoolean } from '../../../config/index.js';
import { eye, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { tril } from '../shapes/diagonals.js';
import { emptyMatrices, linalgRuntime, squareOf, timesTurned, turned, turnedTimes } from './matrices.js'; // prettier-ignore
import { solveHalf } from './solve-triangular.js';

/**
 * The lower triangular L with L · Lᵀ = x, of symmetric matrices [..., n, n] that are positive definite; or with `upper` the upper
 * triangular Lᵀ. x is read on the diagonal and below it. Where x is not positive definite, the result has NaN. The gradient is
 * symmetric.
 *
 * @keras linalg.Cholesky upper=false
 * @throws ShapeError for matrices that are not square; ValueError for an option that is no boolean.
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
 * the upper triangular one. The other half of a is not read.
 *
 * @keras linalg.CholeskyInverse upper=false
 * @throws ShapeError for matrices that are not square; ValueError for an option that is no boolean.
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
