import { checkLength, oneOf } from '../../../config/index.js';
import { normalizeAxis, requireRoom, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { INTERPOLATIONS } from '../image/interpolation.js';
import type { Interpolation } from '../image/interpolation.js';
import { resizeAxis } from '../image/resize.js';
import { ownResult } from '../neural/logits.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { broadcastTo } from '../reductions/sum.js';

/**
 * x with each entry along `axis` made `size` entries, float32: repeated (`nearest`), or computed of the neighbours, where
 * output j lies at (j + ½) / size − ½: on the straight line between two (`bilinear`), by Keys' cubic of four (`bicubic`),
 * by Lanczos' windowed sinc of six or ten (`lanczos3`, `lanczos5`).
 *
 * @keras none
 * @throws ShapeError for an axis out of range; ValueError for a size that is no whole number of at least 1, or another
 * interpolation; OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.upSample([[1, 2]], 1, 2) // [[1, 1, 2, 2]]
 */
export function upSample(
  x: TensorLike,
  axis: number,
  size: number,
  interpolation: Interpolation = 'nearest',
): Tensor {
  return scoped(() => {
    const kind = oneOf('upSample', 'interpolation', interpolation, INTERPOLATIONS);
    const input = toFloat(x);
    const along = normalizeAxis('upSample', axis, input.ndim);
    checkLength('upSample', 'size', size);
    if (size === 1) return ownResult(input, x);
    const length = input.shape[along] ?? 0;
    const longer = input.shape.with(along, length * size);
    requireRoom(longer, 'float32', () => `upSample: size ${size}`);
    if (length === 0) return reshape(input, longer);
    if (kind !== 'nearest') return resizeAxis('upSample', input, along, length * size, kind);
    const apart = reshape(input, input.shape.toSpliced(along + 1, 0, 1));
    return reshape(broadcastTo(apart, input.shape.toSpliced(along + 1, 0, size)), longer);
  });
}
