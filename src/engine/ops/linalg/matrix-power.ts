import { record } from '../../autodiff/index.js';
import { checkNumber } from '../../../config/index.js';
import { eye, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { zerosLike } from '../shapes/fill-like.js';
import { broadcastTo } from '../reductions/sum.js';
import { inv } from './lu.js';
import { squareOf, times } from './matrices.js';

/**
 * Square matrices [..., n, n] to a whole power, by repeated squaring: 0 gives the identity, a power below 0 one of the inverse.
 *
 * @keras linalg.MatrixPower n
 * @throws ShapeError for matrices that are not square; ValueError for a power that is not whole.
 * @example ops.matrixPower([[1, 1], [0, 1]], 3) // [[1, 3], [0, 1]]
 */
export function matrixPower(x: TensorLike, n: number): Tensor {
  const power = checkNumber('matrixPower', 'n', n, { integer: true });
  return scoped(() => {
    const { x: given, rows } = squareOf('matrixPower', x);
    if (power === 0) {
      const out = broadcastTo(eye(rows), given.shape);
      return record('matrixPower', [given], out, [], (dy) => [zerosLike(dy)]);
    }
    let square = power < 0 ? inv(given) : given;
    let product: Tensor | undefined;
    for (let left = Math.abs(power); ; left = Math.floor(left / 2)) {
      if (left % 2 === 1) product = product === undefined ? square : times(product, square);
      if (left <= 1) return product ?? square;
      square = times(square, square);
    }
  });
}
