// The loops around the register tile. A thread takes neighbouring panels of MR rows, MC rows at a time (or, if there are too
// few, columns), as optimizers take neighbouring weights: the gradient that it has written is in its cache when it updates
// the weights. Blocks in turn would even out their numbers of zeros, but cost 7 % of a step on two threads (measured).
//
// Scratch of one thread:
//
//   A values: MC × KC floats │ offsets: MC/MR × KC words │ counts: MC/MR words │ edge tile: MR × NR floats
import { Epilogue } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';
import { EDGE_COLUMNS, KC, LARGE_PANELS, MC, MR, NR } from '../tuning';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { gemmTile3x12, gemmTile3x12Sparse, gemmTile3x8, gemmTile3x8Sparse } from './micro';
import { multiplyNarrow } from './narrow';
import {
  dropZeros,
  flagsOf,
  MR_BYTES,
  NR_BYTES,
  packRows,
  packSideBySide,
  packSlices,
} from './pack';

const PANELS: i32 = MC / MR;
const VALUES_BYTES: usize = <usize>MC * <usize>KC * 4;
const OFFSETS_BYTES: usize = <usize>PANELS * <usize>KC * 4;
const COUNTS_BYTES: usize = <usize>PANELS * 4;
const EDGE_BYTES: usize = <usize>MR * NR_BYTES;
const SCRATCH_BYTES: usize = (VALUES_BYTES + OFFSETS_BYTES + COUNTS_BYTES + EDGE_BYTES + 127) & ~63;

/**
 * Bytes of scratch that `gemm` needs with this many threads.
 * @module core
 */
export function gemmScratchBytes(threads: i32): usize {
  return <usize>threads * SCRATCH_BYTES;
}

/**
 * c[m,n] = activation(A[m,k] · B[k,n] + bias[n]).
 *
 * A is row-major with `lda` floats from row to row, or, if `transposed`, its transpose [k,m] is.
 * B is packed by gemmPackB. `bias` 0 for none. Every element of c is one sum over k in order,
 * starting at +0, so its bits depend neither on the blocking nor on the number of threads.
 * @cost 0.05 m·n·k
 */
export function gemm(
  thread: i32,
  threads: i32,
  c: usize,
  a: usize,
  packed: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  lda: i32,
  ldc: i32,
  transposed: i32,
  activation: Epilogue,
  scratch: usize,
): void {
  const keepZeros = anyFlag(flagsOf(packed, k, n), (n + NR - 1) / NR);
  const rowStride: usize = transposed ? 4 : (<usize>lda) << 2;
  const sliceStride: usize = transposed ? (<usize>lda) << 2 : 4;
  const cBytes = (<usize>ldc) << 2;
  scratch += <usize>thread * SCRATCH_BYTES;

  if (n <= NR) {
    multiplyNarrow(
      thread,
      threads,
      c,
      cBytes,
      a,
      rowStride,
      sliceStride,
      packed,
      bias,
      m,
      n,
      k,
      activation,
      scratch,
    );
    return;
  }

  // Too few row blocks to go round: share out columns instead, and every thread packs all of A.
  const byColumns = threads > 1 && (m + MC - 1) / MC < threads;
  // Blocks of the same depth: a short one at the end would read and write C for little.
  const blocks = max(1, (k + KC - 1) / KC);
  const blockDepth = (k + blocks - 1) / blocks;
  const lastRow = byColumns ? m : shareEnd(m, thread, threads, MR);
  const firstRow = byColumns ? 0 : shareBegin(m, thread, threads, MR);
  const columnStep = byColumns ? NR * threads : NR;
  const firstColumn = byColumns ? thread * NR : 0;

  // Slices of a transposed A lie far from each other: a block of them is looked through in the order of memory, and meets
  // all rows while it is in the second-level cache. So does a block of a B that the cache cannot hold, unless C is larger still.
  const isLarge = m <= k && <i64>k * n > LARGE_PANELS;
  const turn = transposed || isLarge ? blockDepth : k;
  let seen: u32 = 0;
  let start = 0;
  do {
    const stop = min(start + turn, k);
    if (transposed) {
      const first = a + <usize>firstRow * 4 + <usize>start * sliceStride;
      seen |= touchRows(first, stop - start, sliceStride, (<usize>(lastRow - firstRow)) << 2);
    }
    for (let i = firstRow; i < lastRow; i += MC) {
      const rows = min(MC, lastRow - i);
      let p = start;
      do {
        const depth = min(blockDepth, stop - p);
        const block = a + <usize>i * rowStride + <usize>p * sliceStride;
        packBlock(scratch, block, rows, depth, rowStride, sliceStride, keepZeros);
        const last = p + depth >= k;
        for (let j = firstColumn; j < n; j += columnStep) {
          const panel = packed + (<usize>(j / NR) * <usize>k + <usize>p) * NR_BYTES;
          // The first rows meet a panel that may come from memory, faster than the tile would ask for it.
          if (i == firstRow) seen |= touch(panel, panel + <usize>depth * NR_BYTES, LINE);
          const tile = c + <usize>i * cBytes + ((<usize>j) << 2);
          const columns = min(NR, n - j);
          multiplyBlock(scratch, tile, cBytes, panel, rows, columns, depth, i32(p > 0));
          if (last && (bias || activation)) {
            const biasHere = bias ? bias + ((<usize>j) << 2) : 0;
            epilogue(tile, cBytes, rows, columns, biasHere, activation);
          }
        }
        p += depth;
      } while (p < stop);
    }
    start = stop;
  } while (start < k);
  store<u32>(scratch, seen);
}

/** Looks through the first `bytes` of each row. */
function touchRows(from: usize, rows: i32, rowBytes: usize, bytes: usize): u32 {
  let any: u32 = 0;
  for (; rows > 0; rows--, from += rowBytes) any |= touch(from, from + bytes, LINE);
  return any;
}

/** Whether any panel of B has its flag set. */
export function anyFlag(flags: usize, count: i32): i32 {
  let any = 0;
  for (let i = 0; i < count; i++, flags += 4) any |= load<i32>(flags);
  return any;
}

/** Packs `rows` × `depth` of A, panel by panel, and writes down how many slices each panel lists. */
export function packBlock(
  scratch: usize,
  a: usize,
  rows: i32,
  depth: i32,
  rowStride: usize,
  sliceStride: usize,
  keepZeros: i32,
): void {
  let values = scratch;
  let offsets = scratch + VALUES_BYTES;
  let counts = offsets + OFFSETS_BYTES;
  const areSideBySide = rowStride == 4 && sliceStride != 4 && depth > 0;
  if (areSideBySide) packSideBySide(values, a, rows / MR, depth, sliceStride);
  for (let i = 0; i < rows; i += MR) {
    const height = rows - i;
    if (!areSideBySide || height < MR) {
      // Rows that are not there are the first one again, and not copied to C.
      const row1 = height > 1 ? a + rowStride : a;
      const row2 = height > 2 ? a + 2 * rowStride : a;
      if (sliceStride == 4) packRows(values, a, row1, row2, depth);
      else packSlices(values, a, row1, row2, depth, sliceStride);
    }
    const listed = keepZeros ? depth : dropZeros(values, offsets, depth);
    store<i32>(counts, listed);
    values += <usize>depth * MR_BYTES;
    offsets += (<usize>depth) << 2;
    counts += 4;
    a += <usize>MR * rowStride;
  }
}

/** c[rows,columns] (+)= packed block of A · one panel of B. */
export function multiplyBlock(
  scratch: usize,
  c: usize,
  rowBytes: usize,
  panel: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  accumulate: i32,
): void {
  let values = scratch;
  let offsets = scratch + VALUES_BYTES;
  let counts = offsets + OFFSETS_BYTES;
  const edge = counts + COUNTS_BYTES;
  for (let i = 0; i < rows; i += MR) {
    const height = min(MR, rows - i);
    const listed = load<i32>(counts);
    const whole = height == MR && (columns == NR || columns == EDGE_COLUMNS);
    const tile = whole ? c : edge;
    const tileBytes = whole ? rowBytes : NR_BYTES;
    if (!whole && accumulate) copyTile(edge, NR_BYTES, c, rowBytes, height, columns);
    if (columns <= EDGE_COLUMNS) {
      if (listed == depth) gemmTile3x8(tile, tileBytes, values, panel, depth, accumulate);
      else gemmTile3x8Sparse(tile, tileBytes, values, panel, offsets, listed, accumulate);
    } else if (listed == depth) gemmTile3x12(tile, tileBytes, values, panel, depth, accumulate);
    else gemmTile3x12Sparse(tile, tileBytes, values, panel, offsets, listed, accumulate);
    if (!whole) copyTile(c, rowBytes, edge, NR_BYTES, height, columns);
    values += <usize>depth * MR_BYTES;
    offsets += (<usize>depth) << 2;
    counts += 4;
    c += <usize>MR * rowBytes;
  }
}
