import { isRecording, record } from '../../autodiff/index.js';
import { checkBoolean } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { emptyTensor, formatShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { concat } from '../shapes/concat.js';
import { expandDims } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { square } from '../elementwise/unary.js';
import { overGaps } from './eigh.js';
import { emptyMatrices, linalgRuntime, matricesOf, times, turned, turnedTimes } from './matrices.js'; // prettier-ignore
import type { Matrices } from './matrices.js';
import { orthogonalFactors, triangularFactor } from './qr.js';

/** U, the singular values, and Vᵀ. */
export interface SingularVectors {
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
 * Matrices [..., m, n] as u · diag(s) · vh, with orthonormal columns of u and rows of vh and the singular values s, descending. With
 * k = min(m, n), s is [..., k], u [..., m, m] and vh [..., n, n]; without `fullMatrices` u is [..., m, k] and vh [..., k, n]; without
 * `computeUv` the result is s alone. The sign of a column of u, with that of the row of vh, means nothing. Gradients of u and vh exist
 * where singular values differ and none is 0, for square matrices or without `fullMatrices`. NaN and infinity in a matrix make all of
 * its results NaN.
 *
 * @keras linalg.SVD full_matrices=true compute_uv=true
 * @throws ShapeError for less than two axes; ValueError for an option that is no boolean, and in a gradient that does not exist.
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
