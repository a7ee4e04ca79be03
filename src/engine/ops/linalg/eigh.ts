import { record } from '../../autodiff/index.js';
import { emptyTensor, eye, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { expandDims } from '../shapes/reshape.js';
import { diagonalMatrices, emptyMatrices, linalgRuntime, squareOf, times, timesTurned, turned, turnedTimes } from './matrices.js'; // prettier-ignore

/**
 * Eigenvalues w [..., n], ascending, and eigenvectors v [..., n, n], the columns, of symmetric matrices [..., n, n]: x = v · diag(w) · vᵀ.
 * x is read on the diagonal and below it. The sign of an eigenvector means nothing. The gradient is symmetric; that of eigenvectors of
 * equal eigenvalues does not exist, and is infinite or NaN. NaN and infinity in a matrix make all of its results NaN.
 *
 * @keras linalg.Eigh
 * @throws ShapeError for matrices that are not square.
 * @example const [w, v] = ops.eigh([[2, 1], [1, 2]]); // w: [1, 3]
 */
export function eigh(x: TensorLike): [w: Tensor, v: Tensor] {
  return scoped(() => {
    const { x: a, batch, count, rows: n } = squareOf('eigh', x);
    const w = emptyTensor([...batch, n], 'float32');
    const v = emptyMatrices(batch, n, n);
    const runtime = linalgRuntime();
    const bytes = runtime.kernels.eighScratchBytes(n, runtime.threads);
    runtime.withScratch(bytes, (scratch) => {
      runtime.run('eigh', w.pointer, v.pointer, a.pointer, count, n, scratch);
    });
    const symmetric = (vectors: Tensor, inner: Tensor): Tensor => {
      const gradient = timesTurned(times(vectors, inner), vectors);
      return mul(add(gradient, turned(gradient)), 0.5);
    };
    return [
      record('eigh', [a], w, [v], (dw, [vectors]) => [symmetric(vectors, diagonalMatrices(dw))]),
      // V · (F ∘ Vᵀ · dV) · Vᵀ with F = 1 / (w of the column − w of the row), and 0 on the diagonal.
      record('eigh', [a], v, [w, v], (dv, [values, vectors]) => {
        const gaps = sub(expandDims(values, -2), expandDims(values, -1));
        return [symmetric(vectors, overGaps(turnedTimes(vectors, dv), gaps, n))];
      }),
    ];
  });
}

/** x / gaps beside the diagonal, 0 on it, where the gaps are 0. */
export function overGaps(x: Tensor, gaps: Tensor, n: number): Tensor {
  const unit = eye(n);
  return mul(div(x, add(gaps, unit)), sub(1, unit));
}
