import { record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { broadcastShapes, emptyTensor, formatShape, scoped, sizeOf } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { mul } from '../elementwise/arithmetic.js';
import { gemm } from './products/gemm.js';
import { broadcastStrides } from '../../tensor/layout.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { sumTo } from '../reductions/sum.js';
import { moveAxis } from '../shapes/transpose.js';

const lengthFromEnd = (shape: Shape, i: number): number => shape[shape.length - i] ?? 1;

/**
 * The matrix product of a[…, m, k] and b[…, k, n] by NumPy's rules: leading axes broadcast, a vector on the left counts
 * as a row, a vector on the right as a column, and that axis is dropped afterwards.
 *
 * @keras numpy.Matmul
 * @method
 * @throws ShapeError if the inner lengths differ or an operand is a scalar.
 * @example ops.matmul([[1, 2], [3, 4]], [[1], [10]]) // [[21], [43]]
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toFloat(a), toFloat(b)];
    if (x.ndim === 0 || y.ndim === 0) {
      throw new ShapeError(
        `matmul: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)}: a scalar has no axis to ` +
          `multiply along. Use mul.`,
      );
    }
    const left = x.ndim === 1 ? reshape(x, [1, x.size]) : x;
    const right = y.ndim === 1 ? reshape(y, [y.size, 1]) : y;
    if (lengthFromEnd(left.shape, 1) !== lengthFromEnd(right.shape, 2)) {
      throw new ShapeError(
        `matmul: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)} do not fit: the last axis of ` +
          `the first (${lengthFromEnd(left.shape, 1)}) must be as long as the ` +
          `${y.ndim === 1 ? 'only' : 'last but one'} axis of the second ` +
          `(${lengthFromEnd(right.shape, 2)}). Transpose or reshape one of them.`,
      );
    }
    const out = product('matmul', left, right, false, false);
    const shape = [...out.shape];
    if (y.ndim === 1) shape.pop();
    if (x.ndim === 1) shape.splice(shape.length - (y.ndim === 1 ? 1 : 2), 1);
    return reshape(out, shape);
  });
}

/**
 * op(A)·op(B) of at least 2 axes, where op transposes the last two axes if asked to; leading axes
 * broadcast. Closed under differentiation: no gradient ever transposes a matrix in memory.
 */
export function product(
  op: string,
  a: Tensor,
  b: Tensor,
  transA: boolean,
  transB: boolean,
): Tensor {
  const m = lengthFromEnd(a.shape, transA ? 1 : 2);
  const k = lengthFromEnd(a.shape, transA ? 2 : 1);
  const n = lengthFromEnd(b.shape, transB ? 2 : 1);
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcastShapes(op, batchA, batchB);
  const out = emptyTensor([...batch, m, n], 'float32');

  const run = (first: number, second: number, index: number, rows: number): void => {
    gemm({
      c: out.pointer + index * m * n * 4,
      a: a.pointer + first * m * k * 4,
      b,
      bStart: second * k * n,
      m: rows,
      n,
      k,
      transA,
      transB,
    });
  };
  if (batchB.length === 0 && !transA) {
    // One B for all: the rows of all matrices of A are one tall matrix.
    run(0, 0, 0, m * sizeOf(batch));
  } else {
    const [stepsA, stepsB] = [broadcastStrides(batchA, batch), broadcastStrides(batchB, batch)];
    for (let index = 0; index < sizeOf(batch); index++) {
      run(offsetOf(index, batch, stepsA), offsetOf(index, batch, stepsB), index, m);
    }
  }
  return record(op, [a, b], out, [a, b], (dc, [p, q], [needA, needB]) => [
    needA === true ? sumTo(gradientA(op, dc, q, transA, transB), p.shape) : undefined,
    needB === true ? sumTo(gradientB(op, dc, p, q, transA, transB), q.shape) : undefined,
  ]);
}

/** Which matrix of a broadcast batch belongs to flat index `index` of the whole batch. */
function offsetOf(index: number, batch: Shape, steps: readonly number[]): number {
  let offset = 0;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const length = batch[axis] ?? 1;
    offset += (index % length) * (steps[axis] ?? 0);
    index = Math.floor(index / length);
  }
  return offset;
}

/** dA = dC·op(B)ᵀ, or its transpose. */
function gradientA(op: string, dc: Tensor, b: Tensor, transA: boolean, transB: boolean) {
  if (transA) return product(op, b, dc, transB, true);
  if (!transB && b.ndim === 2 && dc.ndim > 2) {
    return reshape(product(op, tall(dc), b, false, true), [
      ...dc.shape.slice(0, -1),
      b.shape[0] ?? 0,
    ]);
  }
  return product(op, dc, b, false, !transB);
}

/** dB = op(A)ᵀ·dC, or its transpose. */
function gradientB(op: string, dc: Tensor, a: Tensor, b: Tensor, transA: boolean, transB: boolean) {
  if (transB) return product(op, dc, a, true, transA);
  // One B for all: one product over the rows of all matrices sums over the batch by itself.
  if (!transA && b.ndim === 2 && a.ndim > 2) return product(op, tall(a), tall(dc), true, false);
  return product(op, a, dc, !transA, false);
}

function tall(x: Tensor): Tensor {
  return reshape(x, [sizeOf(x.shape.slice(0, -1)), lengthFromEnd(x.shape, 1)]);
}

/**
 * NumPy's dot: scalars are multiplied, vectors give their inner product, otherwise the sum runs over the last axis of a
 * and the second-to-last (or only) axis of b: dot(a, b)[i…, j…, l] = Σₖ a[i…, k] · b[j…, k, l].
 *
 * @keras numpy.Dot
 * @method
 * @throws ShapeError if these axes differ in length.
 * @example ops.dot([1, 2, 3], [4, 5, 6]) // 32
 */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toFloat(a), toFloat(b)];
    if (x.ndim === 0 || y.ndim === 0) return mul(x, y);
    const along = y.ndim === 1 ? 0 : y.ndim - 2;
    const [last, inner] = [x.shape[x.ndim - 1], y.shape[along]];
    if (last === undefined || last !== inner) {
      throw new ShapeError(
        `dot: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)} do not fit: the last axis of the ` +
          `first (${String(last)}) must be as long as the ${y.ndim === 1 ? 'only' : 'last but one'} axis ` +
          `of the second (${String(inner)}). Transpose or reshape one of them.`,
      );
    }
    if (y.ndim <= 2) return matmul(x, y);
    const moved = moveAxis(y, along, 0);
    // Lengths spelt out, since −1 is not defined where an axis has length 0.
    const matrix = reshape(moved, [inner, sizeOf(moved.shape.slice(1))]);
    const rows = reshape(x, [sizeOf(x.shape.slice(0, -1)), last]);
    return reshape(matmul(rows, matrix), [...x.shape.slice(0, -1), ...moved.shape.slice(1)]);
  });
}
