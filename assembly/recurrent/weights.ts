// Gradients of the kernels of recurrent layers: sums over all rows and steps, of which there are many, where the results
// are small. The product of gemm/macro.ts would write all of B in panels and read them again for each block of rows of A.
// Here a piece of B is packed, and meets all rows of both left operands while it is in the second-level cache.
//
// Scratch of one thread:
//
//   scratch of gemm │ packed B: WEIGHTS_PANELS panels of KC rows, and their flags
import { scratchStride, shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';
import { KC, MC, NR, WEIGHTS_PANELS } from '../tuning';
import { clearRow, isZeroRow } from './rows';
import { anyFlag, gemmScratchBytes, multiplyBlock, packBlock } from '../gemm/macro';
import { flagsOf, gemmPackB, gemmPackedBytes, NR_BYTES } from '../gemm/pack';

function scratchBytes(): usize {
  return gemmScratchBytes(1) + scratchStride(gemmPackedBytes(KC, WEIGHTS_PANELS * NR));
}

/**
 * Bytes of scratch that `sumOuterProducts` needs with this many threads.
 * @module recurrent
 */
export function outerProductsScratchBytes(threads: i32): usize {
  return <usize>threads * scratchBytes();
}

/**
 * c[m,n] = A[k,m]ᵀ · B[k,n] and c2[m2,n] = A2[k,m2]ᵀ · B[k,n], but for the last `own` columns of c2, which are
 * A3[k,m2]ᵀ · B3[k,own]; m, m2 and `own` may be 0. All matrices are row-major, B with `ldb` floats from row to row, B3 with
 * `ldb3`, c and c2 with `ldc`. Every element is one sum over k in order, starting at +0, as in `gemm`: the bits are the same.
 * Split over columns.
 * @cost 0.1 m·n·k
 * @module recurrent
 */
export function sumOuterProducts(
  thread: i32,
  threads: i32,
  c: usize,
  c2: usize,
  a: usize,
  a2: usize,
  a3: usize,
  b: usize,
  b3: usize,
  m: i32,
  m2: i32,
  n: i32,
  own: i32,
  k: i32,
  ldb: i32,
  ldb3: i32,
  ldc: i32,
  scratch: usize,
): void {
  scratch += <usize>thread * scratchBytes();
  const shared = n - own;
  const ofShared = panelsOf(shared);
  const panels = ofShared + panelsOf(own);
  const isSeparate = b3 != b + ((<usize>shared) << 2) || ldb3 != ldb;
  const blocks = max(1, (k + KC - 1) / KC);
  const blockDepth = (k + blocks - 1) / blocks;
  const end = shareEnd(panels, thread, threads, 1);
  let first = shareBegin(panels, thread, threads, 1);
  while (first < end) {
    const isOwn = first >= ofShared;
    const count = min(WEIGHTS_PANELS, (isOwn ? end : min(end, ofShared)) - first);
    const ownColumn = (first - ofShared) * NR;
    const column = isOwn ? shared + ownColumn : first * NR;
    const columns = min(count * NR, (isOwn ? n : shared) - column);
    const at = (<usize>column) << 2;
    let isBegun = false;
    for (let block = 0; block < k; block += blockDepth) {
      // Rows of zeros at the ends of a block, where gradients have vanished, add nothing. Whole rows are looked at, so that
      // what is passed over does not depend on the number of threads.
      let p = block;
      let stop = min(block + blockDepth, k);
      while (p < stop && isZeroRow(rowAt(b, p, ldb), n) && isZeroRow(rowAt(b3, p, ldb3), own)) p++;
      while (
        p < stop &&
        isZeroRow(rowAt(b, stop - 1, ldb), n) &&
        isZeroRow(rowAt(b3, stop - 1, ldb3), own)
      ) {
        stop--;
      }
      if (p == stop) continue;
      const depth = stop - p;
      let keepZeros = packPiece(rowAt(b, p, ldb) + at, columns, depth, ldb, scratch);
      const rows = rowAt(a, p, m);
      addProducts(c + at, rows, m, ldc, depth, columns, isBegun, keepZeros, scratch);
      if (isOwn && isSeparate) {
        const piece = rowAt(b3, p, ldb3) + ((<usize>ownColumn) << 2);
        keepZeros = packPiece(piece, columns, depth, ldb3, scratch);
      }
      const rows2 = rowAt(isOwn ? a3 : a2, p, m2);
      addProducts(c2 + at, rows2, m2, ldc, depth, columns, isBegun, keepZeros, scratch);
      isBegun = true;
    }
    if (!isBegun) {
      clearColumns(c + at, m, ldc, columns);
      clearColumns(c2 + at, m2, ldc, columns);
    }
    first += count;
  }
}

/** Panels of n columns. */
function panelsOf(n: i32): i32 {
  return (n + NR - 1) / NR;
}

/** Packs `columns` of `depth` rows of B. Returns whether zeros of the left operand have to be kept. */
function packPiece(b: usize, columns: i32, depth: i32, ldb: i32, scratch: usize): i32 {
  const packed = scratch + gemmScratchBytes(1);
  // Panels read pieces of rows far from each other, which are not foreseen.
  let any: u32 = 0;
  for (let row = 0; row < depth; row++) {
    const from = rowAt(b, row, ldb);
    any |= touch(from, from + ((<usize>columns) << 2), LINE);
  }
  store<u32>(scratch, any);
  gemmPackB(0, 1, packed, b, depth, columns, ldb, 0);
  return anyFlag(flagsOf(packed, depth, columns), panelsOf(columns));
}

/** The row p of a matrix with n columns. */
// @ts-ignore: decorator
@inline
function rowAt(matrix: usize, p: i32, n: i32): usize {
  return matrix + ((<usize>p * <usize>n) << 2);
}

/** c[m, columns] = 0; c has `ldc` floats from row to row. */
function clearColumns(c: usize, m: i32, ldc: i32, columns: i32): void {
  for (let row = 0; row < m; row++) clearRow(rowAt(c, row, ldc), columns);
}

/** c[m, columns] (+)= A[depth, m]ᵀ · the piece of B that is packed; c has `ldc` floats from row to row. */
function addProducts(
  c: usize,
  a: usize,
  m: i32,
  ldc: i32,
  depth: i32,
  columns: i32,
  accumulate: bool,
  keepZeros: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>ldc) << 2;
  const sliceBytes = (<usize>m) << 2;
  for (let i = 0; i < m; i += MC) {
    const rows = min(MC, m - i);
    const block = a + ((<usize>i) << 2);
    packBlock(scratch, block, rows, depth, 4, sliceBytes, keepZeros);
    let panel = scratch + gemmScratchBytes(1);
    let tile = c + <usize>i * rowBytes;
    for (let j = 0; j < columns; j += NR) {
      const wide = min(NR, columns - j);
      multiplyBlock(scratch, tile, rowBytes, panel, rows, wide, depth, i32(accumulate));
      panel += <usize>depth * NR_BYTES;
      tile += NR_BYTES;
    }
  }
}
