import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { areInRange, firstOutOfRange, gatherRows, wholeIndices } from './gather.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';

/**
 * Rows of table [rows, columns] at `indices`, whole numbers of any dtype and shape from 0 to rows − 1:
 * [...shape of indices, columns]. Unlike in `gather`, negative indices are an error and do not count from the end.
 *
 * @keras none
 * @param table [rows, columns]
 * @param indices whole numbers from 0 to rows − 1, in any shape
 * @throws ValueError naming an index out of range, DTypeError for indices with fractions.
 * @example ops.embedding([[1, 2], [3, 4], [5, 6]], [2, 0]) // [[5, 6], [1, 2]]
 */
export function embedding(table: TensorLike, indices: TensorLike): Tensor {
  return scoped(() => {
    const vectors = toFloat(table);
    if (vectors.ndim !== 2) {
      throw new ShapeError(
        `embedding: the table must have shape (rows, columns), got ${formatShape(vectors.shape)}.`,
      );
    }
    const [rows = 0, columns = 0] = vectors.shape;
    const whole = embeddedNumbers(indices, rows);
    return reshape(gatherRows(vectors, reshape(whole, [-1])), [...whole.shape, columns]);
  });
}

/** Whole numbers from 0 to rows − 1 as int32; anything else refused. */
export function embeddedNumbers(indices: TensorLike, rows: number): Tensor {
  const given = toTensor(indices);
  const whole = wholeIndices('embedding', given);
  if (areInRange(whole, rows)) return whole;
  const bad = firstOutOfRange(whole, rows);
  const row = Math.floor(bad / (given.size / (given.shape[0] ?? 1)));
  throw new ValueError(
    `embedding: index ${String(whole.data()[bad])} at position ${bad} (row ${row}) of input of shape ` +
      `${formatShape(given.shape)} is ` +
      `out of range for ${rows} embeddings (allowed: 0 … ${rows - 1}).`,
  );
}
