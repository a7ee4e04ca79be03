import { checkLength, oneOf } from '../config/index.js';
import { normalizeAxis, requireRoom, scoped, tensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { add, mul } from './arithmetic.js';
import { concat } from './concat.js';
import { ownResult } from './logits.js';
import { toFloat } from './shared/operands.js';
import { reshape } from './reshape.js';
import { slice } from './slice.js';
import type { SliceSpec } from './shared/slice-range.js';
import { broadcastTo } from './sum.js';

/** How up-sampling fills in. */
export const INTERPOLATIONS = ['nearest', 'bilinear'] as const;

/** An interpolation of up-sampling. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

/**
 * x with each entry along `axis` made `size` entries, float32: repeated (`nearest`), or on the straight line
 * between the neighbours (`bilinear`), where output j lies at (j + ½) / size − ½ and the ends are held.
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
    if (kind === 'nearest') {
      const apart = reshape(input, input.shape.toSpliced(along + 1, 0, 1));
      return reshape(broadcastTo(apart, input.shape.toSpliced(along + 1, 0, size)), longer);
    }
    if (length === 0) return reshape(input, longer);
    const part = (range: SliceSpec): Tensor =>
      slice(input, ...input.shape.map((_, i) => (i === along ? range : ':')));
    const before = concat([part([0, 1]), part([0, length - 1])], along);
    const after = concat([part([1, length]), part([length - 1, length])], along);
    const apart = (entries: Tensor): Tensor =>
      reshape(entries, input.shape.toSpliced(along + 1, 0, 1));
    // Numbers for the outputs j = first … last − 1 of each entry, on the new axis.
    const along1 = (first: number, last: number, f: (distance: number) => number): Tensor =>
      tensor(
        Float32Array.from({ length: last - first }, (_, i) =>
          f(Math.abs((first + i + 0.5) / size - 0.5)),
        ),
        { shape: [last - first, ...input.shape.slice(along + 1).fill(1)] },
      );
    const towards = (neighbour: Tensor, first: number, last: number): Tensor =>
      add(
        mul(
          apart(input),
          along1(first, last, (distance) => 1 - distance),
        ),
        mul(
          apart(neighbour),
          along1(first, last, (distance) => distance),
        ),
      );
    const half = Math.floor(size / 2);
    const phases = [towards(before, 0, half), towards(after, half, size)];
    return reshape(concat(phases, along + 1), longer);
  });
}
