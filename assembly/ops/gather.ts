// Rows picked by index, and their gradient. Indices are int32 and in range: `firstOutOfRange` tells beforehand.

import { BinaryOp } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';
import { rowF32 } from './binary';
import { bytesToFloats } from './cast';
import { copyBytes } from './strided';

/**
 * Row i of out = row indices[i] of x, for i < count; a row is `rowBytes` bytes.
 * @cost 0.08 count·rowBytes
 */
export function gatherRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  indices: usize,
  count: i32,
  rowBytes: i32,
): void {
  const begin = shareBegin(count, thread, threads, 1);
  const end = shareEnd(count, thread, threads, 1);
  const isShort = rowBytes > 0 && rowBytes <= SHORT_ROW;
  const block = isShort ? SHORT_ROWS / rowBytes : end - begin;
  for (let i = begin; i < end;) {
    const last = min(end, i + block);
    const step = isShort ? LINE : PAGE_BYTES;
    touchRows(out + <usize>i * rowBytes, x, indices, i, last, rowBytes, step);
    if (rowBytes == 4) {
      for (; i < last; i++) {
        store<u32>(out + ((<usize>i) << 2), load<u32>(x + ((<usize>indexAt(indices, i)) << 2)));
      }
    }
    for (; i < last; i++) {
      copyBytes(out + <usize>i * rowBytes, x + <usize>indexAt(indices, i) * rowBytes, rowBytes);
    }
  }
}

/**
 * out[i][c] = x[indices[i]][c] * scale: x is bytes [?, columns], out is float32 [count, columns].
 * @cost 0.2 count·columns
 */
export function gatherRowsU8ToF32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  indices: usize,
  count: i32,
  columns: i32,
  scale: f32,
): void {
  const begin = shareBegin(count, thread, threads, 1);
  const end = shareEnd(count, thread, threads, 1);
  touchRows(out + ((<usize>begin * columns) << 2), x, indices, begin, end, columns, PAGE_BYTES);
  for (let i = begin; i < end; i++) {
    const row = x + <usize>indexAt(indices, i) * columns;
    bytesToFloats(out + ((<usize>i * columns) << 2), row, columns, scale);
  }
}

/**
 * out[indices[i]] += dy[i] for i = 0, 1 … in this order: dy is float32 [count, columns], out is float32
 * [?, columns]. An index may come more than once, so threads share the columns, not the rows.
 * @cost 0.3 count·columns
 * @inPlace
 */
export function scatterAddRows(
  thread: i32,
  threads: i32,
  out: usize,
  dy: usize,
  indices: usize,
  count: i32,
  columns: i32,
): void {
  const begin = shareBegin(columns, thread, threads, 16);
  const width = shareEnd(columns, thread, threads, 16) - begin;
  if (width <= 0) return;
  for (let i = 0; i < count; i++) {
    const row = out + ((<usize>indexAt(indices, i) * columns + begin) << 2);
    rowF32(BinaryOp.Add, row, row, dy + ((<usize>i * columns + begin) << 2), width, 1, 1);
  }
}

/** A page of memory, the smallest there is. */
const PAGE_BYTES: usize = 4096;

/** Rows of up to so many bytes, as an embedding has them, are touched line by line. */
const SHORT_ROW: i32 = 2048;

/** So many bytes of short rows are touched before they are copied: they stay in the first-level cache until then. */
const SHORT_ROWS: i32 = 8192;

/**
 * Reads a byte in every `step` bytes of the rows indices[begin] … indices[end − 1], before they are copied. Rows picked at
 * random are on pages that the processor has no addresses for; copying row by row it finds them one after the other,
 * while reads that wait for nothing find many at once. `scratch` is where the copy will begin: what is read goes there
 * until then.
 */
function touchRows(
  scratch: usize,
  x: usize,
  indices: usize,
  begin: i32,
  end: i32,
  rowBytes: i32,
  step: usize,
): void {
  if (begin >= end || rowBytes <= 0) return;
  let any: u32 = 0;
  for (let i = begin; i < end; i++) {
    const row = x + <usize>indexAt(indices, i) * rowBytes;
    const last = row + rowBytes - 1;
    any |= touch(row, last, step) | load<u8>(last);
  }
  store<u8>(scratch, <u8>any);
}

// @ts-ignore: decorator
@inline
function indexAt(indices: usize, i: i32): i32 {
  return load<i32>(indices + ((<usize>i) << 2));
}
