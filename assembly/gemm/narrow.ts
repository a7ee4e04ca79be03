// Products with few columns: packing A would cost as much as the product, so the tile reads A as it lies.
import { Epilogue } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { MR } from '../tuning';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { gemmDirect3x12 } from './micro';
import { NR_BYTES } from './pack';

/**
 * What `gemm` does when B is a single panel, n <= NR: every tile is computed beside C and copied there.
 * `edge` is scratch for one tile; rows are split over threads.
 * @internal
 */
export function multiplyNarrow(
  thread: i32,
  threads: i32,
  c: usize,
  rowBytes: usize,
  a: usize,
  rowStride: usize,
  sliceStride: usize,
  panel: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  activation: Epilogue,
  edge: usize,
): void {
  const end = shareEnd(m, thread, threads, MR);
  for (let i = shareBegin(m, thread, threads, MR); i < end; i += MR) {
    const rows = min(MR, end - i);
    const from = a + <usize>i * rowStride;
    const to = c + <usize>i * rowBytes;
    // Rows that are not there are the first one again, and not copied.
    gemmDirect3x12(edge, NR_BYTES, from, rows == MR ? rowStride : 0, sliceStride, panel, k, 0);
    if (rows == 2)
      gemmDirect3x12(edge + NR_BYTES, 0, from + rowStride, 0, sliceStride, panel, k, 0);
    if (bias || activation) epilogue(edge, NR_BYTES, rows, n, bias, activation);
    copyTile(to, rowBytes, edge, NR_BYTES, rows, n);
  }
}
