import { ShapeError } from '../../../errors.js';
import { formatShape, requireRoom, broadcastShapes, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { sub } from '../elementwise/arithmetic.js';
import { equal } from '../elementwise/compare.js';
import { expandDims } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { sum } from '../reductions/sum.js';
import { sqrt, square } from '../elementwise/unary.js';
import { where } from '../elementwise/where.js';

/**
 * The Euclidean distances of points, each of one list to each of another: d[i, j] = √Σₖ (x[i, k] − y[j, k])². x[..., m, d], y[..., n, d] →
 * float32 [..., m, n]; batches broadcast. The gradient at equal points is 0.
 *
 * @keras math.CDist
 * @throws ShapeError for less than two axes and for points with different numbers of coordinates; OutOfMemoryError if the differences,
 * [..., m, n, d], are larger than a block of memory.
 * @example ops.cdist([[0, 0], [1, 1]], [[1, 0], [0, 1]]) // [[1, 1], [1, 1]]
 */
export function cdist(x: TensorLike, y: TensorLike): Tensor {
  return scoped(() => {
    const [from, to] = [toFloat(x), toFloat(y)];
    if (from.ndim < 2 || to.ndim < 2 || from.shape.at(-1) !== to.shape.at(-1)) {
      throw new ShapeError(
        `cdist: takes points [..., m, d] and [..., n, d], got shapes ${formatShape(from.shape)} and ${formatShape(to.shape)}. ` +
          `Points of both must have as many coordinates.`,
      );
    }
    const [a, b] = [expandDims(from, -2), expandDims(to, -3)];
    requireRoom(broadcastShapes('cdist', a.shape, b.shape), 'float32', 'cdist');
    const squares = sum(square(sub(a, b)), -1);
    // The root of 0 has no slope.
    const isEqual = equal(squares, 0);
    return where(isEqual, 0, sqrt(where(isEqual, 1, squares)));
  });
}
