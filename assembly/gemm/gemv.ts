// Products with one row of A: packing B for one of them would cost more than the product, so B is read as it lies,
// or as panels where they are kept.
//
// A row of A is first reduced to what is not zero. Then 48 columns at a time stay in registers while the rows of B
// that are left go by:
//
//   as it lies:  12 columns │ the next 12 │ … one row after the other, so that reading jumps by whole rows
//   panels:      12 columns of all rows, then the next 12 of all rows, …, so that memory is read in four streams
//
// Scratch of one thread, for k elements of A:    values │ offsets │ edge: 48 floats
import { madd } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { addSparseRows, LIST_PADDING, listNonZero } from './sparse-rows';
import { NR, NR_BYTES } from './tile';

/**
 * Columns whose sums stay in registers: 12 vectors, which with the number of A, a vector of B and their product fill
 * the registers. Fewer are slower, as each row of B costs an offset and a number of A (measured).
 */
const COLUMNS: i32 = 48;

const EDGE_BYTES: usize = <usize>COLUMNS * 4;

// @ts-ignore: decorator
@inline
function scratchBytes(k: i32): usize {
  return <usize>(k + LIST_PADDING) * 8 + EDGE_BYTES;
}

/** Bytes of scratch that `gemv` needs. */
export function gemvScratchBytes(k: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(k);
}

/**
 * c[n] = activation(a[k] · B[k,n] + bias[n]); `bias` 0 for none. B is row-major without gaps or, if `packed`, packed
 * by gemmPackB and then has at least 48 columns. Rows of B whose element of A is zero are not read, so B must be
 * finite. Each element is one sum over k in order, starting at +0: the same bits as `gemm`. Split over columns.
 */
export function gemv(
  thread: i32,
  threads: i32,
  c: usize,
  a: usize,
  b: usize,
  packed: i32,
  bias: usize,
  n: i32,
  k: i32,
  activation: i32,
  scratch: usize,
): void {
  const values = scratch + <usize>thread * scratchBytes(k);
  const offsets = values + ((<usize>(k + LIST_PADDING)) << 2);
  const edge = offsets + ((<usize>(k + LIST_PADDING)) << 2);
  const begin = shareBegin(n, thread, threads, COLUMNS);
  const end = shareEnd(n, thread, threads, COLUMNS);
  // From a row to the next, and from 12 columns to the next 12.
  const rowBytes = packed ? NR_BYTES : (<usize>n) << 2;
  const groupBytes = packed ? <usize>k * NR_BYTES : NR_BYTES;
  const kept = listNonZero(values, offsets, a, k, 4, 0, rowBytes);
  const valuesEnd = values + ((<usize>kept) << 2);
  let j = begin;
  for (; j + COLUMNS <= end; j += COLUMNS) {
    const from = b + <usize>(j / NR) * groupBytes;
    sumColumns48(c + ((<usize>j) << 2), values, valuesEnd, offsets, from, groupBytes);
  }
  const rest = end - j;
  if (rest > 0) {
    const to = c + ((<usize>j) << 2);
    if (packed) {
      // The last four panels, of which some may have been computed: the rest is in them.
      const first = (n + NR - 1) / NR - COLUMNS / NR;
      const skipped = (<usize>(j - first * NR)) << 2;
      sumColumns48(edge, values, valuesEnd, offsets, b + <usize>first * groupBytes, groupBytes);
      copyTile(to, 0, edge + skipped, 0, 1, rest);
    } else {
      memory.fill(to, 0, (<usize>rest) << 2);
      addSparseRows(to, rest, values, offsets, kept, b + ((<usize>j) << 2));
    }
  }
  const at = (<usize>begin) << 2;
  if (bias || activation) epilogue(c + at, 0, 1, end - begin, bias ? bias + at : 0, activation);
}

/**
 * c[48] = Σ values[s] · b[offsets[s], 48], where 12 columns lie `groupBytes` after the 12 before them. Exported, so
 * that it stays a function of its own.
 */
export function sumColumns48(
  c: usize,
  values: usize,
  end: usize,
  offsets: usize,
  b: usize,
  groupBytes: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  let s8 = s0;
  let s9 = s0;
  let s10 = s0;
  let s11 = s0;
  for (; values < end; values += 4, offsets += 4) {
    const x = v128.load_splat<f32>(values);
    const row0 = b + <usize>load<u32>(offsets);
    s0 = madd(x, v128.load(row0), s0);
    s1 = madd(x, v128.load(row0, 16), s1);
    s2 = madd(x, v128.load(row0, 32), s2);
    const row1 = row0 + groupBytes;
    s3 = madd(x, v128.load(row1), s3);
    s4 = madd(x, v128.load(row1, 16), s4);
    s5 = madd(x, v128.load(row1, 32), s5);
    const row2 = row1 + groupBytes;
    s6 = madd(x, v128.load(row2), s6);
    s7 = madd(x, v128.load(row2, 16), s7);
    s8 = madd(x, v128.load(row2, 32), s8);
    const row3 = row2 + groupBytes;
    s9 = madd(x, v128.load(row3), s9);
    s10 = madd(x, v128.load(row3, 16), s10);
    s11 = madd(x, v128.load(row3, 32), s11);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
  v128.store(c, s4, 64);
  v128.store(c, s5, 80);
  v128.store(c, s6, 96);
  v128.store(c, s7, 112);
  v128.store(c, s8, 128);
  v128.store(c, s9, 144);
  v128.store(c, s10, 160);
  v128.store(c, s11, 176);
}
