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
import { Epilogue } from '../codes';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { GEMV_COLUMNS, NR } from '../tuning';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { LIST_PADDING, nextOffsets, offsetsFrom } from './compress';
import { NR_BYTES } from './pack';
import { addColumns48, addSparseRows, listNonZero } from './sparse-rows';

const EDGE_BYTES: usize = <usize>GEMV_COLUMNS * 4;

// @ts-ignore: decorator
@inline
function scratchBytes(k: i32): usize {
  return scratchStride(<usize>(k + LIST_PADDING) * 8 + EDGE_BYTES);
}

/**
 * Bytes of scratch that `gemv` needs.
 * @module core
 */
export function gemvScratchBytes(k: i32, threads: i32): usize {
  return <usize>threads * scratchBytes(k);
}

/**
 * c[n] = activation(a[k] · B[k,n] + bias[n]); `bias` 0 for none. B is row-major without gaps or, if `packed`, packed
 * by gemmPackB and then has at least 48 columns. Rows of B whose element of A is zero are not read, so B must be
 * finite. Each element is one sum over k in order, starting at +0: the same bits as `gemm`. Split over columns.
 * @cost 0.1 n·k
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
  activation: Epilogue,
  scratch: usize,
): void {
  const values = scratch + <usize>thread * scratchBytes(k);
  const offsets = values + ((<usize>(k + LIST_PADDING)) << 2);
  const edge = offsets + ((<usize>(k + LIST_PADDING)) << 2);
  const begin = shareBegin(n, thread, threads, GEMV_COLUMNS);
  const end = shareEnd(n, thread, threads, GEMV_COLUMNS);
  // From a row to the next, and from 12 columns to the next 12.
  const rowBytes = packed ? NR_BYTES : (<usize>n) << 2;
  const groupBytes = packed ? <usize>k * NR_BYTES : NR_BYTES;
  const first = offsetsFrom(0, rowBytes);
  const valuesEnd = values + listNonZero(values, offsets, a, k, first, nextOffsets(rowBytes));
  const at = (<usize>begin) << 2;
  memory.fill(c + at, 0, (<usize>(end - begin)) << 2);
  let j = begin;
  for (; j + GEMV_COLUMNS <= end; j += GEMV_COLUMNS) {
    const from = b + <usize>(j / NR) * groupBytes;
    addColumns48(c + ((<usize>j) << 2), values, valuesEnd, offsets, from, groupBytes);
  }
  const rest = end - j;
  if (rest > 0) {
    const to = c + ((<usize>j) << 2);
    if (packed) {
      // The last four panels, of which some may have been computed: the rest is in them.
      const first = (n + NR - 1) / NR - GEMV_COLUMNS / NR;
      const skipped = (<usize>(j - first * NR)) << 2;
      memory.fill(edge, 0, EDGE_BYTES);
      addColumns48(edge, values, valuesEnd, offsets, b + <usize>first * groupBytes, groupBytes);
      copyTile(to, 0, edge + skipped, 0, 1, rest);
    } else {
      addSparseRows(to, 0, 1, rest, values, valuesEnd, offsets, b + ((<usize>j) << 2), 0);
    }
  }
  if (bias || activation) epilogue(c + at, 0, 1, end - begin, bias ? bias + at : 0, activation);
}
