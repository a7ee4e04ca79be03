// The k largest elements of every row of x [rows, cols], float32 or int32.

import { shareBegin, shareEnd } from '../split';
import { siftDown } from './heap';
import { orderKeyOf, slotOf } from './sort';

/**
 * out[rows, k] ← int32 positions of the k largest elements of each row, the largest first; of equal ones the first come
 * first, and NaN is the largest. 1 <= k <= cols. scratch: for each of min(rows, threads), 8 k bytes.
 *
 * A heap holds the k best so far, the worst of them at its root: most elements of a long row are compared with that
 * one and passed over. Items are | ~position (u32) | key (u32) | as u64: larger is better, of equal keys the earlier.
 * @cost 2 rows·cols
 */
export function topKRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
  k: i32,
  isFloat: bool,
  scratch: usize,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  let r = shareBegin(rows, thread, threads, 1);
  const heap = scratch + ((<usize>slotOf(thread, threads, rows, r) * k) << 3);
  for (; r < end; r++) {
    const row = x + ((<usize>r * cols) << 2);
    largestOfRow(out + ((<usize>r * k) << 2), row, cols, k, isFloat, heap);
  }
}

/** out[k] ← positions of the k largest elements of one row, as `topKRows` orders them. heap: 8 k bytes. */
export function largestOfRow(
  out: usize,
  row: usize,
  cols: i32,
  k: i32,
  isFloat: bool,
  heap: usize,
): void {
  for (let c = 0; c < k; c++) store<u64>(heap + ((<usize>c) << 3), itemAt(row, c, isFloat));
  for (let i = k >> 1; i > 0;) siftDown<u64>(heap, k, --i, false);
  for (let c = k; c < cols; c++) {
    const item = itemAt(row, c, isFloat);
    if (item > load<u64>(heap)) {
      store<u64>(heap, item);
      siftDown<u64>(heap, k, 0, false);
    }
  }
  // The worst of what is left goes to the end, again and again.
  for (let left = k - 1; left >= 0; left--) {
    store<u32>(out + ((<usize>left) << 2), ~load<u32>(heap));
    store<u64>(heap, load<u64>(heap + ((<usize>left) << 3)));
    siftDown<u64>(heap, left, 0, false);
  }
}

// @ts-ignore: decorator
@inline
function itemAt(row: usize, c: i32, isFloat: bool): u64 {
  const key = orderKeyOf(load<u32>(row + ((<usize>c) << 2)), isFloat, 0);
  return ((<u64>key) << 32) | ~(<u32>c);
}
