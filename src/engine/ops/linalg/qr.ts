import { record } from '../../autodiff/index.js';
import { oneOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { formatShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, sub } from '../elementwise/arithmetic.js';
import { tril } from '../shapes/diagonals.js';
import { emptyMatrices, linalgRuntime, matricesOf, times, timesTurned, turned, turnedTimes } from './matrices.js'; // prettier-ignore
import type { Matrices } from './matrices.js';
import { solveHalf } from './solve-triangular.js';

/** Q and R of matrices, without gradients. */
export function orthogonalFactors(matrices: Matrices, isComplete: boolean): [q: Tensor, r: Tensor] {
  const { batch, rows, columns } = matrices;
  const q = emptyMatrices(batch, rows, isComplete ? rows : Math.min(rows, columns));
  return [q, triangularFactor(matrices, isComplete, q)];
}

/** R of matrices without gradients, and Q where there is room for it. */
export function triangularFactor(
  { x, batch, count, rows, columns }: Matrices,
  isComplete: boolean,
  q?: Tensor,
): Tensor {
  const r = emptyMatrices(batch, isComplete ? rows : Math.min(rows, columns), columns);
  const runtime = linalgRuntime();
  const bytes = runtime.kernels.qrScratchBytes(rows, columns, runtime.threads);
  const flag = Number(isComplete);
  runtime.withScratch(bytes, (scratch) => {
    runtime.run('qr', q?.pointer ?? 0, r.pointer, x.pointer, count, rows, columns, flag, scratch);
  });
  return r;
}

/**
 * Matrices [..., m, n] as q · r: the columns of q are orthonormal, r is upper triangular. With k = min(m, n), q is [..., m, k] and
 * r [..., k, n]; with mode `'complete'` q is [..., m, m] and r [..., m, n]. By reflections, with LAPACK's signs. The gradient is that of
 * m ≥ n, and of `'complete'` where m = n, of matrices with independent columns.
 *
 * @keras linalg.Qr mode="reduced"
 * @throws ShapeError for less than two axes; ValueError for another mode, and in a gradient that does not exist.
 * @example const [q, r] = ops.qr([[3, 1], [4, 2]]); // q: [[-0.6, -0.8], [-0.8, 0.6]]
 */
export function qr(
  x: TensorLike,
  mode: 'reduced' | 'complete' = 'reduced',
): [q: Tensor, r: Tensor] {
  oneOf('qr', 'mode', mode, ['reduced', 'complete']);
  return scoped(() => {
    const matrices = matricesOf('qr', x);
    const { x: a, rows, columns } = matrices;
    const isComplete = mode === 'complete';
    const [q, r] = orthogonalFactors(matrices, isComplete);
    // dA = (dQ + Q · C) · R⁻ᵀ, where C is M = R · dRᵀ − dQᵀ · Q with its lower half in both halves. Each result has its part.
    const back = (first: Tensor, factor: Tensor, m: Tensor, dq?: Tensor): Tensor => {
      if (rows < columns || (isComplete && rows > columns)) {
        throw new ValueError(
          `qr: matrices of shape ${formatShape(a.shape)} have no gradient with mode '${mode}'. It takes at least as many rows as ` +
            `columns, and as many for 'complete'.`,
        );
      }
      const copied = add(tril(m), turned(tril(m, -1)));
      const inner = times(first, copied);
      const total = dq === undefined ? inner : add(dq, inner);
      return turned(solveHalf(factor, turned(total), { lower: false, transposed: false }));
    };
    return [
      record('qr', [a], q, [q, r], (dy, [first, factor]) => [
        back(first, factor, sub(0, turnedTimes(dy, first)), dy),
      ]),
      record('qr', [a], r, [q, r], (dy, [first, factor]) => [
        back(first, factor, timesTurned(factor, dy)),
      ]),
    ];
  });
}
