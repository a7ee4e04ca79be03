import { currentRuntime } from '../../../runtime/index.js';
import { sizeOf, Tensor, writtenTensor } from '../../../tensor/index.js';
import { bytesOf } from '../../../../config/dtype.js';
import type { Value } from '../../../tensor/index.js';
import { allFinite, PackedMatrix } from './packed-matrix.js';

/** Entries `first` … `first + count` of x along its first axis, where they lie. */
export function neighbouringRows<V extends Value>(x: V, first: number, count: number): V {
  if (!(x instanceof Tensor)) return x.rows(first, count) as V;
  const row = x.shape.slice(1);
  return x.view([count, ...row], first * sizeOf(row)) as V;
}

/**
 * The entries of x at `order[first … first + count)` (int32, in range). Images of bytes [n, …] become float32 on
 * the way. Not differentiable: it makes batches of data. They are gathered when they are first read, so x and `order` must
 * stay until then.
 */
export function orderedRows<V extends Value>(x: V, order: Tensor, first: number, count: number): V {
  if (!(x instanceof Tensor)) {
    return x.gather(neighbouringRows(order, first, count).data()) as V;
  }
  const row = x.shape.slice(1);
  const columns = sizeOf(row);
  const indices = order.pointer + first * bytesOf(order.dtype);
  const shape = [count, ...row];
  if (x.dtype === 'uint8' && x.ndim > 1) {
    return writtenTensor(shape, 'float32', (to) => {
      currentRuntime().run('gatherRowsU8ToF32', to, x.pointer, indices, count, columns, 1);
    }) as V;
  }
  const bytes = columns * bytesOf(x.dtype);
  return writtenTensor(shape, x.dtype, (to) => {
    currentRuntime().run('gatherRows', to, x.pointer, indices, count, bytes);
  }) as V;
}

/** The first entry of x along its first axis that holds NaN or infinity; undefined if none does. */
export function firstNonFiniteRow(x: Value): number | undefined {
  const [rows = 1] = x.shape;
  if (x.dtype !== 'float32' || x.size === 0) return undefined;
  const columns = x.size / rows;
  const view = { pointer: x.pointer, k: rows, n: columns, transposed: false };
  // What it finds is kept until the numbers change: 47 million take 30 ms (measured).
  if (PackedMatrix.of(x, view).isFinite) return undefined;
  let row = 0;
  while (allFinite(x.pointer + row * columns * bytesOf(x.dtype), columns)) row++;
  return row;
}
