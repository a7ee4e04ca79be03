import { currentRuntime } from '../runtime/index.js';
import { bytesOf, emptyTensor, sizeOf } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Storage } from '../tensor/storage.js';
import { allFinite } from './finite.js';

/** Entries `first` … `first + count` of x along its first axis, where they lie. */
export function neighbouringRows(x: Tensor, first: number, count: number): Tensor {
  const row = x.shape.slice(1);
  return x.view([count, ...row], first * sizeOf(row));
}

/**
 * The entries of x at `order[first … first + count)` (int32, in range). Images of bytes [n, …] become float32 on
 * the way. Not differentiable: it makes batches of data.
 */
export function orderedRows(x: Tensor, order: Tensor, first: number, count: number): Tensor {
  const row = x.shape.slice(1);
  const columns = sizeOf(row);
  const indices = order.pointer + first * bytesOf(order.dtype);
  const runtime = currentRuntime();
  if (x.dtype === 'uint8' && x.ndim > 1) {
    const out = emptyTensor([count, ...row], 'float32');
    runtime.run('gatherRowsU8ToF32', out.pointer, x.pointer, indices, count, columns, 1);
    return out;
  }
  const out = emptyTensor([count, ...row], x.dtype);
  runtime.run('gatherRows', out.pointer, x.pointer, indices, count, columns * bytesOf(x.dtype));
  return out;
}

/** Samples of so many numbers are looked through once, until they change: 47 million take 30 ms (measured). */
const REMEMBERED_SIZE = 1e6;

/** What was looked through last of a block, at which version of it. */
const knownFinite = new WeakMap<Storage, { readonly version: number; readonly place: string }>();

/** The first entry of x along its first axis that holds NaN or infinity; undefined if none does. */
export function firstNonFiniteRow(x: Tensor): number | undefined {
  if (x.dtype !== 'float32' || isKnownFinite(x)) return undefined;
  if (allFinite(x.pointer, x.size)) {
    const { version } = x.storage;
    if (x.size >= REMEMBERED_SIZE) knownFinite.set(x.storage, { version, place: placeOf(x) });
    return undefined;
  }
  const size = x.size / (x.shape[0] ?? 1);
  let row = 0;
  while (allFinite(x.pointer + row * size * bytesOf(x.dtype), size)) row++;
  return row;
}

function isKnownFinite(x: Tensor): boolean {
  if (x.size < REMEMBERED_SIZE) return false;
  const known = knownFinite.get(x.storage);
  return known?.version === x.storage.version && known.place === placeOf(x);
}

function placeOf({ pointer, size }: Tensor): string {
  return `${pointer}+${size}`;
}
