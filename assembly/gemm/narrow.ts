// Products with few columns: packing A would cost as much as the product, so the tile reads A as it lies.
import { Epilogue } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { EDGE_COLUMNS, MR } from '../tuning';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { gemmDirect3x12, gemmDirect3x8 } from './micro';
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
    tile(n, edge, NR_BYTES, from, rows == MR ? rowStride : 0, sliceStride, panel, k);
    if (rows == 2) tile(n, edge + NR_BYTES, 0, from + rowStride, 0, sliceStride, panel, k);
    if (bias || activation) epilogue(edge, NR_BYTES, rows, n, bias, activation);
    copyTile(to, rowBytes, edge, NR_BYTES, rows, n);
  }
}

/** c[3,n], n <= NR, by the tile that is wide enough. */
function tile(
  n: i32,
  c: usize,
  cBytes: usize,
  a: usize,
  rowBytes: usize,
  sliceBytes: usize,
  b: usize,
  k: i32,
): void {
  if (n > EDGE_COLUMNS) gemmDirect3x12(c, cBytes, a, rowBytes, sliceBytes, b, k, 0);
  else gemmDirect3x8(c, cBytes, a, rowBytes, sliceBytes, b, k, 0);
}
