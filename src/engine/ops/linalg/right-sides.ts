import { ShapeError } from '../../../errors.js';
import { broadcastShapes, formatShape } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { broadcastTo } from '../reductions/sum.js';
import { squareOf } from './matrices.js';

/**
 * Calls a function with square matrices and the right sides [..., n, columns] of equations, whose leading axes are broadcast. b may be
 * [..., n] with one axis less than a, and then so is the result.
 *
 * @throws ShapeError for right sides that do not fit.
 */
export function onRightSides(
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
