// What is not zero in each row of A, for `gemmListed`. A may be the transpose of a matrix in memory: then the lists are those of
// its columns.
//
//   spans: m times where a list begins and ends │ m × (k + LIST_PADDING) pairs of a value and an offset
//
// The offset of a value is where its row of a panel of B starts. The lists of a thread's rows follow one another without gaps,
// so that the processor sees one stream.
import { loadVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { LISTED_COLUMNS, LISTED_MAX_DEPTH, LISTED_SAMPLES } from '../tuning';
import { appendPairs, LIST_PADDING, nextOffsets, nonZeroLanes, offsetsFrom } from './compress';

/** Bytes of a row of the panels that lists are made for. */
export const PANEL_ROW_BYTES: usize = 4 * LISTED_COLUMNS;

/** Bytes of the longest list of a row. */
// @ts-ignore: decorator
@inline
function listBytes(k: i32): usize {
  return (<usize>(k + LIST_PADDING)) << 3;
}

/** Bytes of where a list begins and ends. */
export const SPAN_BYTES: usize = 8;

/** Where the first list begins; spans count from here. */
// @ts-ignore: decorator
@inline
export function listStart(lists: usize, m: i32): usize {
  return lists + <usize>m * SPAN_BYTES;
}

/**
 * Bytes of the lists of A[m,k].
 * @module core
 */
export function rowListsBytes(m: i32, k: i32): usize {
  return <usize>m * (SPAN_BYTES + listBytes(k));
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
  const stride = (<usize>lda) << 2;
  const start = listStart(lists, m);
  let i = shareBegin(m, thread, threads, grain);
  let list = start + <usize>i * bytes;
  for (; i < end; i += grain) {
    const spans = lists + <usize>i * SPAN_BYTES;
    if (transposed) {
      const from = a + ((<usize>i) << 2);
      list = listColumns(spans, start, list, bytes, from, stride, min(4, end - i), k);
    } else {
      store<u32>(spans, <u32>(list - start));
      list = listRow(list, a + <usize>i * stride, k);
      store<u32>(spans, <u32>(list - start), 4);
    }
  }
}

/** The list of a row; returns its end. */
function listRow(list: usize, from: usize, k: i32): usize {
  const whole = from + ((<usize>(k & ~3)) << 2);
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
      list += appendPairs(list, v128.load(from), offset);
      offset = i32x4.add(offset, nextOffsets(PANEL_ROW_BYTES));
    }
  }
  return list + appendPairs(list, loadVector(from, k & 3), offset);
}

/**
 * The lists of 1 to 4 neighbouring columns, of which the first begins at `list`; returns the end of the last. Spans count from
 * `start`. 4×4 blocks are turned in registers. The length of a list is not known yet while those behind it are written, so
 * these are written `bytes` after one another, and then moved to where the list before ends.
 */
function listColumns(
  spans: usize,
  start: usize,
  list: usize,
  bytes: usize,
  from: usize,
  stride: usize,
  columns: i32,
  k: i32,
): usize {
  const whole = columns == 4 ? k & ~3 : 0;
  let end0 = list;
  let end1 = end0 + bytes;
  let end2 = end1 + bytes;
  let end3 = end2 + bytes;
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
    end0 += appendPairs(end0, i64x2.shuffle(ab01, cd01, 0, 2), offset);
    end1 += appendPairs(end1, i64x2.shuffle(ab01, cd01, 1, 3), offset);
    end2 += appendPairs(end2, i64x2.shuffle(ab23, cd23, 0, 2), offset);
    end3 += appendPairs(end3, i64x2.shuffle(ab23, cd23, 1, 3), offset);
    offset = i32x4.add(offset, nextOffsets(PANEL_ROW_BYTES));
  }
  let written = list;
  for (let j = 0; j < columns; j++, written += bytes, row += 4, spans += SPAN_BYTES) {
    let end = j == 0 ? end0 : j == 1 ? end1 : j == 2 ? end2 : end3;
    let x = row;
    for (let p = whole; p < k; p++, x += stride) {
      const bits = load<i32>(x);
      store<i32>(end, bits);
      store<i32>(end, p * <i32>PANEL_ROW_BYTES, 4);
      // Shifting the sign out makes −0 count as zero.
      end += (<usize>(bits << 1 != 0)) << 3;
    }
    const last = list + (end - written);
    store<u32>(spans, <u32>(list - start));
    store<u32>(spans, <u32>(last - start), 4);
    // What is copied beyond the end lies before what is moved next.
    if (j > 0)
      for (let at = written; at < end; at += 16, list += 16) v128.store(list, v128.load(at));
    list = last;
  }
  return list;
}

/**
 * How many elements of A[m,k] are not zero, and how many slices of three rows are not all zero, in a sample: elements in the
 * upper 16 bits, slices in the lower. A is row-major without gaps. Of a row at most LISTED_MAX_DEPTH numbers are looked at.
 * @module core
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
 * @module core
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
