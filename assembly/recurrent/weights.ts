// Gradients of the kernels of recurrent layers: sums over all rows and steps, of which there are many, where the results
// are small. The product of gemm/macro.ts would write all of B in panels and read them again for each block of rows of A.
// Here a piece of B is packed, and meets all rows of both left operands while it is in the second-level cache.
//
// Scratch of one thread:
//
//   scratch of gemm │ packed B: WEIGHTS_PANELS panels of KC rows, and their flags
import { apart, shareBegin, shareEnd } from '../split';
import { KC, MC, NR, WEIGHTS_PANELS } from '../tuning';
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
 * c[m,n] = A[k,m]ᵀ · B[k,n] and c2[m2,n] = A2[k,m2]ᵀ · B[k,n]; m2 may be 0. All matrices are row-major. Every element is one
 * sum over k in order, starting at +0, as in `gemm`: the bits are the same. Split over columns.
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
    let p = 0;
    do {
      const depth = min(blockDepth, k - p);
      const from = b + ((<usize>p * <usize>n) << 2) + column;
      gemmPackB(0, 1, packed, from, depth, columns, n, 0);
      const keepZeros = anyFlag(flagsOf(packed, depth, columns), count);
      addProducts(c + column, a, m, n, p, depth, packed, columns, keepZeros, scratch);
      addProducts(c2 + column, a2, m2, n, p, depth, packed, columns, keepZeros, scratch);
      p += depth;
    } while (p < k);
  }
}

/** c[m, columns] (+)= rows p … p + depth of A[k,m], transposed, times packed B; c has n floats from row to row. */
function addProducts(
  c: usize,
  a: usize,
  m: i32,
  n: i32,
  p: i32,
  depth: i32,
  packed: usize,
  columns: i32,
  keepZeros: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>n) << 2;
  const sliceBytes = (<usize>m) << 2;
  for (let i = 0; i < m; i += MC) {
    const rows = min(MC, m - i);
    const block = a + <usize>p * sliceBytes + ((<usize>i) << 2);
    packBlock(scratch, block, rows, depth, 4, sliceBytes, keepZeros);
    let panel = packed;
    let tile = c + <usize>i * rowBytes;
    for (let j = 0; j < columns; j += NR) {
      multiplyBlock(scratch, tile, rowBytes, panel, rows, min(NR, columns - j), depth, i32(p > 0));
      panel += <usize>depth * NR_BYTES;
      tile += NR_BYTES;
    }
  }
}
