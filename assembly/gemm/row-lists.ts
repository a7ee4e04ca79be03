// What is not zero in each row of A, for `gemmListed`:
//
//   counts: m words, in bytes of a list │ values: m × (k + LIST_PADDING) floats │ offsets: as many words
//
// The offset of a value is where its row of a panel of B starts.
import { loadVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { LISTED_COLUMNS, LISTED_SAMPLES } from '../tuning';
import { append, LIST_PADDING, nextOffsets, nonZeroLanes, offsetsFrom } from './compress';

/** Bytes of a row of the panels that lists are made for. */
export const PANEL_ROW_BYTES: usize = 4 * LISTED_COLUMNS;

/** Bytes of a list of values, or of offsets, of one row. */
// @ts-ignore: decorator
@inline
export function listBytes(k: i32): usize {
  return (<usize>(k + LIST_PADDING)) << 2;
}

/** Where the lists of values begin. */
// @ts-ignore: decorator
@inline
export function listValues(lists: usize, m: i32): usize {
  return lists + ((<usize>m) << 2);
}

/**
 * Bytes of the lists of A[m,k].
 * @part core
 */
export function rowListsBytes(m: i32, k: i32): usize {
  return <usize>m * (4 + 2 * listBytes(k));
}

/**
 * lists = the row lists of A[m,k], row-major without gaps. Split over rows.
 * @cost 0.4 m·k
 */
export function listRows(thread: i32, threads: i32, lists: usize, a: usize, m: i32, k: i32): void {
  const end = shareEnd(m, thread, threads, 1);
  const bytes = listBytes(k);
  const first = offsetsFrom(0, PANEL_ROW_BYTES);
  for (let i = shareBegin(m, thread, threads, 1); i < end; i++) {
    const list = listValues(lists, m) + <usize>i * bytes;
    const whole = a + ((<usize>i * <usize>k + <usize>(k & ~3)) << 2);
    let values = list;
    let offsets = list + <usize>m * bytes;
    let offset = first;
    let from = a + ((<usize>i * <usize>k) << 2);
    while (from < whole) {
      if (from + 64 <= whole) {
        // Zeros come in runs (the border of an image): sixteen are passed over at once.
        const half = v128.or(v128.load(from), v128.load(from, 16));
        const any = v128.or(half, v128.or(v128.load(from, 32), v128.load(from, 48)));
        if (!v128.any_true(i32x4.shl(any, 1))) {
          from += 64;
          offset = i32x4.add(offset, nextOffsets(4 * PANEL_ROW_BYTES));
          continue;
        }
      }
      for (const stop = min(whole, from + 64); from < stop; from += 16) {
        const more = append(values, offsets, v128.load(from), offset);
        values += more;
        offsets += more;
        offset = i32x4.add(offset, nextOffsets(PANEL_ROW_BYTES));
      }
    }
    values += append(values, offsets, loadVector(from, k & 3), offset);
    store<u32>(lists + ((<usize>i) << 2), <u32>(values - list));
  }
}

/**
 * How many elements of A[m,k] are not zero, and how many are in a slice of three rows that is not all zero, in a
 * sample of rows: elements in the upper 16 bits, a third of the others in the lower.
 * @part core
 */
export function sampleRows(a: usize, m: i32, k: i32): u32 {
  const rowBytes = (<usize>k) << 2;
  let elements = 0;
  let slices = 0;
  for (let s = 0; s < LISTED_SAMPLES; s++) {
    const row = a + <usize>((<i64>(m - 3) * s) / (LISTED_SAMPLES - 1)) * rowBytes;
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const count = <i32>((rowBytes - at) >> 2);
      const x = nonZeroLanes(loadVector(row + at, count));
      const y = nonZeroLanes(loadVector(row + rowBytes + at, count));
      const z = nonZeroLanes(loadVector(row + 2 * rowBytes + at, count));
      elements += popcnt(x) + popcnt(y) + popcnt(z);
      slices += popcnt(x | y | z);
    }
  }
  return ((<u32>elements) << 16) | (<u32>slices);
}
