import { ShapeError } from '../errors.js';
import { formatShape, scoped, sizeOf } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { mul } from './arithmetic.js';
import { matmul } from './matmul.js';
import { toFloat } from './operands.js';
import { reshape } from './reshape.js';
import { moveAxis } from './transpose.js';

/**
 * NumPy's dot: scalars multiply, vectors give their inner product, otherwise the sum runs over the
 * last axis of a and the last but one (or only) of b: dot(a, b)[i…, j…, l] = Σₖ a[i…, k] · b[j…, k, l].
 *
 * @throws ShapeError if those axes differ in length.
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
