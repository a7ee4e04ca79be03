import { sever } from '../autodiff/index.js';
import { checkNumber } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, formatShape, scoped, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { rowsOf } from './along-axis.js';
import { convert } from './cast.js';
import { takeAlongRows } from './take-along.js';

/**
 * The k largest elements along the last axis and their int32 indices, the largest first, as Keras's top_k. Of equal
 * elements the first come first; NaN counts as larger than every number. The gradient of the values goes to where
 * they came from.
 *
 * @throws ShapeError for a scalar, ValueError unless 1 ≤ k ≤ the length of the last axis.
 * @example tensor([1, 9, 4]).topK(2) // [[9, 4], [1, 2]]
 */
export function topK(x: TensorLike, k: number): [values: Tensor, indices: Tensor] {
  return scoped(() => {
    const given = toTensor(x);
    if (given.ndim === 0) {
      throw new ShapeError('topK: needs a tensor of at least 1 dimension, got a scalar.');
    }
    const { rows, columns } = rowsOf(given);
    checkNumber(`topK of shape ${formatShape(given.shape)}`, 'k', k, {
      min: 1,
      max: columns,
      integer: true,
    });
    const input = given.dtype === 'float32' ? given : convert(given, 'int32');
    const indices = emptyTensor([...input.shape.slice(0, -1), k], 'int32');
    const runtime = currentRuntime();
    runtime.withScratch(Math.min(rows, runtime.threads) * k * 8, (scratch) => {
      runtime.run(
        'topKRows',
        indices.pointer,
        input.pointer,
        rows,
        columns,
        k,
        Number(input.dtype === 'float32'),
        scratch,
      );
    });
    return [takeAlongRows(given, indices), sever('the indices of topK', [given], indices)];
  });
}
