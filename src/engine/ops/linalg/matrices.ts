// What operations on matrices [..., rows, columns] share. float32; leading axes are a batch of matrices.
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { emptyTensor, eye, formatShape, sizeOf } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { linalg } from '../../wasm/generated/linalg.js';
import { mul } from '../elementwise/arithmetic.js';
import { diagonal } from '../shapes/diagonals.js';
import { product } from './matmul.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { swapAxes } from '../shapes/transpose.js';

/** A batch of matrices. */
export interface Matrices {
  readonly x: Tensor;
  /** The leading axes. */
  readonly batch: Shape;
  /** How many matrices there are. */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** A tensor as matrices. @throws ShapeError for fewer than two axes */
export function matricesOf(op: string, x: TensorLike): Matrices {
  const tensor = toFloat(x);
  const { shape } = tensor;
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new ShapeError(
      `${op}: takes a matrix, or a batch of them, [..., rows, columns], got shape ${formatShape(shape)}.`,
    );
  }
  const batch = shape.slice(0, -2);
  return { x: tensor, batch, count: sizeOf(batch), rows, columns };
}

/** A tensor as square matrices. @throws ShapeError for others */
export function squareOf(op: string, x: TensorLike): Matrices {
  const matrices = matricesOf(op, x);
  if (matrices.rows === matrices.columns) return matrices;
  throw new ShapeError(
    `${op}: takes square matrices, [..., n, n], got shape ${formatShape(matrices.x.shape)}.`,
  );
}

/** The runtime with the kernels of linear algebra. */
export const linalgRuntime = (): WorkingRuntime => currentRuntime().with(linalg);

/** A · B, of matrices that agree in their leading axes or broadcast. */
export const times = (a: Tensor, b: Tensor): Tensor => product('matmul', a, b, false, false);

/** Aᵀ · B. */
export const turnedTimes = (a: Tensor, b: Tensor): Tensor => product('matmul', a, b, true, false);

/** A · Bᵀ. */
export const timesTurned = (a: Tensor, b: Tensor): Tensor => product('matmul', a, b, false, true);

/** Aᵀ, of each matrix. */
export const turned = (x: Tensor): Tensor => swapAxes(x, -1, -2);

/** The numbers on the diagonal, [..., min(rows, columns)]. */
export const diagonalOf = (x: Tensor): Tensor => diagonal(x, 0, -2, -1);

/** Numbers [...], one for each matrix, as [..., 1, 1]. */
export const perMatrix = (x: Tensor): Tensor => reshape(x, [...x.shape, 1, 1]);

/** Matrices with numbers [..., n] on the diagonal, 0 elsewhere. */
export function diagonalMatrices(x: Tensor): Tensor {
  const n = x.shape.at(-1) ?? 0;
  return mul(expandDims(x, -1), eye(n));
}

/** Room for matrices. */
export function emptyMatrices(batch: Shape, rows: number, columns: number): Tensor {
  return emptyTensor([...batch, rows, columns], 'float32');
}
