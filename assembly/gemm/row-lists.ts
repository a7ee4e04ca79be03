// What is not zero in each row of A, for `gemmListed`. A may be the transpose of a matrix in memory: then the lists are those of
// its columns.
//
//   counts: m words, in bytes of a list │ values: m × (k + LIST_PADDING) floats │ offsets: as many words
//
// The offset of a value is where its row of a panel of B starts.
import { loadVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { LISTED_COLUMNS, LISTED_MAX_DEPTH, LISTED_SAMPLES } from '../tuning';
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
 * lists = the row lists of A[m,k], which is row-major with `lda` floats from row to row, or, if `transposed`, its transpose
 * [k,m] is. Split over rows of A.
 * @cost 0.4 m·k
 */
export function listRows(
  thread: i32,
  threads: i32,
  lists: usize,
  a: usize,
  m: i32,
  k: i32,
  lda: i32,
  transposed: i32,
): void {
  const grain = transposed ? 4 : 1;
  const end = shareEnd(m, thread, threads, grain);
  const bytes = listBytes(k);
  const toOffsets = <usize>m * bytes;
  const stride = (<usize>lda) << 2;
  for (let i = shareBegin(m, thread, threads, grain); i < end; i += grain) {
    const list = listValues(lists, m) + <usize>i * bytes;
    const ends = lists + ((<usize>i) << 2);
    if (transposed) {
      const from = a + ((<usize>i) << 2);
      listColumns(ends, list, bytes, toOffsets, from, stride, min(4, end - i), k);
    } else {
      const count = listRow(list, list + toOffsets, a + <usize>i * stride, k);
      store<u32>(ends, <u32>count);
    }
  }
}

/** The list of a row; returns how many bytes its values take. */
function listRow(list: usize, offsets: usize, from: usize, k: i32): usize {
  const whole = from + ((<usize>(k & ~3)) << 2);
  let values = list;
  let offset = offsetsFrom(0, PANEL_ROW_BYTES);
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
  return values - list;
}

/**
 * The lists of 1 to 4 neighbouring columns, of which the first begins at `list` and the others `bytes` after one another; how
 * many bytes their values take is written to `ends`. 4×4 blocks are turned in registers.
 */
function listColumns(
  ends: usize,
  list: usize,
  bytes: usize,
  toOffsets: usize,
  from: usize,
  stride: usize,
  columns: i32,
  k: i32,
): void {
  const whole = columns == 4 ? k & ~3 : 0;
  let values0 = list;
  let values1 = values0 + bytes;
  let values2 = values1 + bytes;
  let values3 = values2 + bytes;
  let offset = offsetsFrom(0, PANEL_ROW_BYTES);
  let row = from;
  for (let p = 0; p < whole; p += 4, row += stride << 2) {
    const a = v128.load(row);
    const b = v128.load(row + stride);
    const c = v128.load(row + 2 * stride);
    const d = v128.load(row + 3 * stride);
    const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
    values0 += append(values0, values0 + toOffsets, i64x2.shuffle(ab01, cd01, 0, 2), offset);
    values1 += append(values1, values1 + toOffsets, i64x2.shuffle(ab01, cd01, 1, 3), offset);
    values2 += append(values2, values2 + toOffsets, i64x2.shuffle(ab23, cd23, 0, 2), offset);
    values3 += append(values3, values3 + toOffsets, i64x2.shuffle(ab23, cd23, 1, 3), offset);
    offset = i32x4.add(offset, nextOffsets(PANEL_ROW_BYTES));
  }
  for (let j = 0; j < columns; j++, ends += 4, list += bytes, row += 4) {
    let values = j == 0 ? values0 : j == 1 ? values1 : j == 2 ? values2 : values3;
    let x = row;
    for (let p = whole; p < k; p++, x += stride) {
      const bits = load<i32>(x);
      store<i32>(values, bits);
      store<i32>(values + toOffsets, p * <i32>PANEL_ROW_BYTES);
      // Shifting the sign out makes −0 count as zero.
      values += (<usize>(bits << 1 != 0)) << 2;
    }
    store<u32>(ends, <u32>(values - list));
  }
}

/**
 * How many elements of A[m,k] are not zero, and how many slices of three rows are not all zero, in a sample: elements in the
 * upper 16 bits, slices in the lower. A is row-major without gaps. Of a row at most LISTED_MAX_DEPTH numbers are looked at.
 * @part core
 */
export function sampleRows(a: usize, m: i32, k: i32): u32 {
  const rowBytes = (<usize>k) << 2;
  const bytes = (<usize>min(k, LISTED_MAX_DEPTH)) << 2;
  let elements = 0;
  let slices = 0;
  for (let s = 0; s < LISTED_SAMPLES; s++) {
    const row = a + <usize>sampled(s, m - 3, LISTED_SAMPLES) * rowBytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const count = <i32>((bytes - at) >> 2);
      const x = nonZeroLanes(loadVector(row + at, count));
      const y = nonZeroLanes(loadVector(row + rowBytes + at, count));
      const z = nonZeroLanes(loadVector(row + 2 * rowBytes + at, count));
      elements += popcnt(x) + popcnt(y) + popcnt(z);
      slices += popcnt(x | y | z);
    }
  }
  return ((<u32>elements) << 16) | (<u32>slices);
}

/**
 * Counts as `sampleRows` does, in an A whose transpose [k,m] is row-major without gaps and has four columns or more. Of as many
 * rows of the transpose the first three of each four columns are looked at, up to LISTED_MAX_DEPTH.
 * @part core
 */
export function sampleColumns(a: usize, m: i32, k: i32): u32 {
  const rowBytes = (<usize>m) << 2;
  const bytes = (<usize>(min(m, LISTED_MAX_DEPTH) & ~3)) << 2;
  let elements = 0;
  let slices = 0;
  for (let s = 0; s < 3 * LISTED_SAMPLES; s++) {
    const row = a + <usize>sampled(s, k - 1, 3 * LISTED_SAMPLES) * rowBytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      const lanes = nonZeroLanes(v128.load(row + at)) & 7;
      elements += popcnt(lanes);
      slices += i32(lanes != 0);
    }
  }
  return ((<u32>elements) << 16) | (<u32>slices);
}

/** The row that is looked at in turn s of so many: the first is 0, the last is `last`. */
function sampled(s: i32, last: i32, turns: i32): i32 {
  return <i32>((<i64>last * s) / (turns - 1));
}
