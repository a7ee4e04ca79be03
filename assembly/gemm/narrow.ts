// Products with few columns: packing A would cost as much as the product, so the tile reads A as it lies.
import { madd } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { MR, NR_BYTES } from './tile';

/**
 * What `gemm` does when B is a single panel, n <= NR: every tile is computed beside C and copied there.
 * `edge` is scratch for one tile; rows are split over threads.
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
  activation: i32,
  edge: usize,
): void {
  const end = shareEnd(m, thread, threads, MR);
  for (let i = shareBegin(m, thread, threads, MR); i < end; i += MR) {
    const rows = min(MR, end - i);
    const from = a + <usize>i * rowStride;
    const to = c + <usize>i * rowBytes;
    // Rows that are not there are the first one again, and not copied.
    gemmDirect3x12(edge, NR_BYTES, from, rows == MR ? rowStride : 0, sliceStride, panel, k);
    if (rows == 2) gemmDirect3x12(edge + NR_BYTES, 0, from + rowStride, 0, sliceStride, panel, k);
    if (bias || activation) epilogue(edge, NR_BYTES, rows, n, bias, activation);
    copyTile(to, rowBytes, edge, NR_BYTES, rows, n);
  }
}

/**
 * c[3,12] = A[3,k] · b[k,12]; b packed without gaps, A anywhere: `rowBytes` from row to row and `sliceBytes`
 * from k to k, so that A and its transpose are read by the same loop. `tileBytes` is from row to row of c.
 */
export function gemmDirect3x12(
  c: usize,
  tileBytes: usize,
  a: usize,
  rowBytes: usize,
  sliceBytes: usize,
  b: usize,
  k: i32,
): void {
  const c1 = c + tileBytes;
  const c2 = c1 + tileBytes;
  let c00 = f32x4.splat(0),
    c01 = c00,
    c02 = c00;
  let c10 = c00,
    c11 = c00,
    c12 = c00;
  let c20 = c00,
    c21 = c00,
    c22 = c00;
  for (const end = b + <usize>k * NR_BYTES; b < end; b += NR_BYTES, a += sliceBytes) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    const a1 = a + rowBytes;
    x = v128.load_splat<f32>(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    x = v128.load_splat<f32>(a1 + rowBytes);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c1, c10);
  v128.store(c1, c11, 16);
  v128.store(c1, c12, 32);
  v128.store(c2, c20);
  v128.store(c2, c21, 16);
  v128.store(c2, c22, 32);
}
