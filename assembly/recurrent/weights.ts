// Gradients of the kernels of recurrent layers: sums over all rows and steps, of which there are many, where the results
// are small. The product of gemm/macro.ts would write all of B in panels and read them again for each block of rows of A.
// Here a piece of B is packed, and meets all rows of both left operands while it is in the second-level cache.
//
// Scratch of one thread:
//
//   scratch of gemm │ packed B: WEIGHTS_PANELS panels of KC rows, and their flags
import { apart, shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';
import { KC, MC, NR, WEIGHTS_PANELS } from '../tuning';
import { clearRow, isZeroRow } from './rows';
import { anyFlag, gemmScratchBytes, multiplyBlock, packBlock } from '../gemm/macro';
import { flagsOf, gemmPackB, gemmPackedBytes, NR_BYTES } from '../gemm/pack';

function scratchBytes(): usize {
  return gemmScratchBytes(1) + apart(gemmPackedBytes(KC, WEIGHTS_PANELS * NR));
}

/**
 * Bytes of scratch that `sumOuterProducts` needs with this many threads.
 * @part recurrent
 */
export function outerProductsScratchBytes(threads: i32): usize {
  return <usize>threads * scratchBytes();
}

/**
 * c[m,n] = A[k,m]ᵀ · B[k,n] and c2[m2,n] = A2[k,m2]ᵀ · B[k,n]; m or m2 may be 0. All matrices are row-major, B with `ldb`
 * floats from row to row, c and c2 with `ldc`. Every element is one sum over k in order, starting at +0, as in `gemm`: the
 * bits are the same. Split over columns.
 * @cost 0.1 m·n·k
 * @part recurrent
 */
export function sumOuterProducts(
  thread: i32,
  threads: i32,
  c: usize,
  c2: usize,
  a: usize,
  a2: usize,
  b: usize,
  m: i32,
  m2: i32,
  n: i32,
  k: i32,
  ldb: i32,
  ldc: i32,
  scratch: usize,
): void {
  scratch += <usize>thread * scratchBytes();
  const packed = scratch + gemmScratchBytes(1);
  const panels = (n + NR - 1) / NR;
  const end = shareEnd(panels, thread, threads, 1);
  const blocks = max(1, (k + KC - 1) / KC);
  const blockDepth = (k + blocks - 1) / blocks;
  for (let first = shareBegin(panels, thread, threads, 1); first < end; first += WEIGHTS_PANELS) {
    const count = min(WEIGHTS_PANELS, end - first);
    const column = (<usize>(first * NR)) << 2;
    const columns = min(count * NR, n - first * NR);
    let isBegun = false;
    for (let block = 0; block < k; block += blockDepth) {
      // Rows of zeros at the ends of a block, where gradients have vanished, add nothing. Whole rows are looked at, so that
      // what is passed over does not depend on the number of threads.
      let p = block;
      let stop = min(block + blockDepth, k);
      while (p < stop && isZeroRow(rowAt(b, p, ldb), n)) p++;
      while (p < stop && isZeroRow(rowAt(b, stop - 1, ldb), n)) stop--;
      if (p == stop) continue;
      const depth = stop - p;
      // Panels read pieces of rows far from each other, which are not foreseen.
      let any: u32 = 0;
      for (let row = p; row < stop; row++) {
        const from = rowAt(b, row, ldb) + column;
        any |= touch(from, from + ((<usize>columns) << 2), LINE);
      }
      store<u32>(scratch, any);
      gemmPackB(0, 1, packed, rowAt(b, p, ldb) + column, depth, columns, ldb, 0);
      const keepZeros = anyFlag(flagsOf(packed, depth, columns), count);
      const from = rowAt(a, p, m);
      addProducts(c + column, from, m, ldc, depth, packed, columns, isBegun, keepZeros, scratch);
      const from2 = rowAt(a2, p, m2);
      addProducts(c2 + column, from2, m2, ldc, depth, packed, columns, isBegun, keepZeros, scratch);
      isBegun = true;
    }
    if (isBegun) continue;
    clearColumns(c + column, m, ldc, columns);
    clearColumns(c2 + column, m2, ldc, columns);
  }
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

/** c[m, columns] (+)= A[depth, m]ᵀ · packed B; c has `ldc` floats from row to row. */
function addProducts(
  c: usize,
  a: usize,
  m: i32,
  ldc: i32,
  depth: i32,
  packed: usize,
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
    let panel = packed;
    let tile = c + <usize>i * rowBytes;
    for (let j = 0; j < columns; j += NR) {
      const wide = min(NR, columns - j);
      multiplyBlock(scratch, tile, rowBytes, block, 4, panel, rows, wide, depth, i32(accumulate));
      panel += <usize>depth * NR_BYTES;
      tile += NR_BYTES;
    }
  }
}
