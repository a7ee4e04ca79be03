import { isRecording, record } from '../../autodiff/index.js';
import { emptyTensor, eye, formatShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { expandDims } from '../shapes/reshape.js';
import {
  diagonalMatrices,
  emptyMatrices,
  linalgRuntime,
  matricesOf,
  squareOf,
  times,
  timesTurned,
  turned,
  turnedTimes,
} from './matrices.js';
import { checkBoolean, oneOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { tril } from '../shapes/diagonals.js';
import type { Matrices } from './matrices.js';
import { solveHalf } from './solve.js';
import { concat } from '../shapes/concat.js';
import { slice } from '../indexing/slice.js';
import { square } from '../elementwise/unary.js';

// prettier-ignore

/**
 * Eigenvalues w [..., n], ascending, and eigenvectors v [..., n, n], the columns, of symmetric matrices [..., n, n]: x = v · diag(w) · vᵀ.
 * x is read on the diagonal and below it. The sign of an eigenvector is arbitrary. The gradient is symmetric; for eigenvectors of equal
 * eigenvalues it does not exist, and is infinite or NaN. If a matrix contains NaN or infinity, all of its results are NaN.
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

/** x / gaps off the diagonal, 0 on it, where the gaps are 0. */
function overGaps(x: Tensor, gaps: Tensor, n: number): Tensor {
  const unit = eye(n);
  return mul(div(x, add(gaps, unit)), sub(1, unit));
}

/** Q and R of matrices, without gradients. */
function orthogonalFactors(matrices: Matrices, isComplete: boolean): [q: Tensor, r: Tensor] {
  const { batch, rows, columns } = matrices;
  const q = emptyMatrices(batch, rows, isComplete ? rows : Math.min(rows, columns));
  return [q, triangularFactor(matrices, isComplete, q)];
}

/** R of matrices without gradients, and Q where there is room for it. */
function triangularFactor(
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
 * Factors matrices [..., m, n] as q · r: the columns of q are orthonormal, and r is upper triangular. With k = min(m, n), q is [..., m,
 * k] and r [..., k, n]; with mode `'complete'` q is [..., m, m] and r [..., m, n]. Computed by Householder reflections, with LAPACK's
 * signs. The gradient exists for matrices with independent columns if m ≥ n, with `'complete'` if m = n.
 *
 * @keras linalg.Qr mode="reduced"
 * @param x matrices [..., m, n]
 * @param mode `'reduced'` for min(m, n) columns of q, `'complete'` for m. Default `'reduced'`
 * @throws ShapeError for fewer than two axes; ValueError for an unknown mode, and for a gradient that does not exist.
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

/** U, the singular values, and Vᵀ. */
interface SingularVectors {
  readonly u: Tensor;
  readonly s: Tensor;
  readonly vh: Tensor;
}

/** The singular values alone, without gradients. */
export function singularValues(matrices: Matrices): Tensor {
  const { x, rows, columns } = matrices;
  if (rows < columns) return singularValues(matricesOf('svd', turned(x)));
  if (rows > columns) return singularValues(matricesOf('svd', triangularFactor(matrices, false)));
  return runSvd(matrices);
}

/** The singular values of square matrices, and their vectors where there is room for them. */
function runSvd({ x, batch, count, rows }: Matrices, u?: Tensor, vh?: Tensor): Tensor {
  const s = emptyTensor([...batch, rows], 'float32');
  const runtime = linalgRuntime();
  const pointers = [u?.pointer ?? 0, s.pointer, vh?.pointer ?? 0, x.pointer] as const;
  runtime.withScratch(runtime.kernels.svdScratchBytes(rows, runtime.threads), (scratch) => {
    runtime.run('svd', ...pointers, count, rows, scratch);
  });
  return s;
}

/** U, the singular values, and Vᵀ, without gradients. */
export function singularVectors(matrices: Matrices, isFull: boolean): SingularVectors {
  const { x, batch, rows, columns } = matrices;
  if (rows < columns) {
    const { u, s, vh } = singularVectors(matricesOf('svd', turned(x)), isFull);
    return { u: turned(vh), s, vh: turned(u) };
  }
  if (rows > columns) {
    // Of x = Q · R it is enough to take R apart. The columns of Q behind those of R stay as they are.
    const [q, r] = orthogonalFactors(matrices, isFull);
    const top = slice(r, '...', [0, columns], ':');
    const { u, s, vh } = singularVectors(matricesOf('svd', top), isFull);
    if (!isFull) return { u: times(q, u), s, vh };
    const first = times(slice(q, '...', ':', [0, columns]), u);
    return { u: concat([first, slice(q, '...', ':', [columns, rows])], -1), s, vh };
  }
  const u = emptyMatrices(batch, rows, rows);
  const vh = emptyMatrices(batch, rows, rows);
  return { u, s: runSvd(matrices, u, vh), vh };
}

/**
 * Factors matrices [..., m, n] as u · diag(s) · vh, with orthonormal columns of u, orthonormal rows of vh and the singular values s in
 * descending order. With k = min(m, n), s is [..., k], u [..., m, m] and vh [..., n, n]; without `fullMatrices` u is [..., m, k] and
 * vh [..., k, n]; without `computeUv` the result is s alone. The common sign of a column of u and the row of vh is arbitrary.
 * Gradients of u and vh exist if all singular values are different and none is 0, for square matrices or without `fullMatrices`. If a
 * matrix contains NaN or infinity, all of its results are NaN.
 *
 * @keras linalg.SVD full_matrices=true compute_uv=true
 * @param x matrices [..., m, n]
 * @param fullMatrices whether to return square u and vh. Default true
 * @param computeUv whether to compute u and vh; otherwise the result is s. Default true
 * @throws ShapeError for fewer than two axes; ValueError for an option that is not a boolean, and for a gradient that does not exist.
 * @example const [u, s, vh] = ops.svd([[0, 2], [1, 0]]); // s: [2, 1]
 */
export function svd(x: TensorLike, fullMatrices: boolean | undefined, computeUv: false): Tensor;
export function svd(
  x: TensorLike,
  fullMatrices?: boolean,
  computeUv?: true,
): [u: Tensor, s: Tensor, vh: Tensor];
export function svd(
  x: TensorLike,
  fullMatrices = true,
  computeUv = true,
): Tensor | [u: Tensor, s: Tensor, vh: Tensor] {
  checkBoolean('svd', 'fullMatrices', fullMatrices);
  checkBoolean('svd', 'computeUv', computeUv);
  return scoped(() => {
    const matrices = matricesOf('svd', x);
    const { x: a, rows, columns } = matrices;
    const k = Math.min(rows, columns);
    // The gradient needs the vectors.
    if (!computeUv && !isRecording()) return singularValues(matrices);
    const { u, s, vh } = singularVectors(matrices, fullMatrices && computeUv);
    const refuse = (what: string): void => {
      if (u.shape.at(-1) === vh.shape.at(-2)) return;
      throw new ValueError(
        `svd: ${what} of matrices of shape ${formatShape(a.shape)} has no gradient with all of its vectors. Leave those out that ` +
          `have no singular value: fullMatrices = false.`,
      );
    };
    // Those of singular values.
    const left = k === u.shape.at(-1) ? u : slice(u, '...', ':', [0, k]);
    const right = k === vh.shape.at(-2) ? vh : slice(vh, '...', [0, k], ':');
    const saved = [left, s, right] as const;
    record('svd', [a], u, saved, (du, parts) => {
      refuse('u');
      return [leftGradient(du, ...parts)];
    });
    record('svd', [a], vh, saved, (dvh, [first, values, last]) => {
      refuse('vh');
      // Of the transpose, whose left vectors are these.
      return [turned(leftGradient(turned(dvh), turned(last), values, turned(first)))];
    });
    record('svd', [a], s, saved, (ds, [first, , last]) => [
      times(first, mul(expandDims(ds, -1), last)),
    ]);
    return computeUv ? [u, s, vh] : s;
  });
}

/**
 * What the gradient of U gives: U · (J + Jᵀ) · S · Vᵀ + (1 − U · Uᵀ) · dU · S⁻¹ · Vᵀ with J = Uᵀ · dU / (s² of the column − s² of the row),
 * 0 on the diagonal.
 */
function leftGradient(du: Tensor, u: Tensor, s: Tensor, vh: Tensor): Tensor {
  const squares = square(s);
  const gaps = sub(expandDims(squares, -2), expandDims(squares, -1));
  const inner = turnedTimes(u, du);
  const j = overGaps(inner, gaps, s.shape.at(-1) ?? 0);
  const within = times(times(u, mul(add(j, turned(j)), expandDims(s, -2))), vh);
  const [rows, k] = u.shape.slice(-2);
  if (rows === k) return within;
  const outside = sub(du, times(u, inner));
  return add(within, times(div(outside, expandDims(s, -2)), vh));
}
