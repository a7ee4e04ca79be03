import { log10 } from '../../../config/elementary.js';
import { checkNumber } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, sameShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { mul, sub } from '../elementwise/arithmetic.js';
import { mean } from '../reductions/reduce.js';
import { toFloat } from '../elementwise/operands.js';
import { log, square } from '../elementwise/unary.js';

/**
 * The peak signal-to-noise ratio in decibels, 20 log₁₀ maxVal − 10 log₁₀ mean((x1 − x2)²), a float32 number: infinite for equal
 * images, and about 30 to 50 for images that were compressed.
 *
 * @keras nn.PSNR max_val
 * @throws ShapeError for images of different shapes, ValueError if `maxVal` is no positive number.
 * @example ops.psnr([0, 1, 2, 3], [0, 1, 2, 5], 10) // 20
 */
export function psnr(x1: TensorLike, x2: TensorLike, maxVal: number): Tensor {
  return scoped(() => {
    checkNumber('psnr', 'maxVal', maxVal, { above: 0 });
    const [first, second] = [toFloat(x1), toFloat(x2)];
    if (!sameShape(first.shape, second.shape)) {
      throw new ShapeError(
        `psnr: the images must have the same shape, got ${formatShape(first.shape)} and ${formatShape(second.shape)}.`,
      );
    }
    const error = mean(square(sub(first, second)));
    return sub(20 * log10(maxVal), mul(log(error), 10 / Math.LN10));
  });
}
