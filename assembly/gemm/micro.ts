// The register tile: 3 rows × 12 columns of C stay in 9 vector registers while k runs. One body, of which each way of
// reading A is a copy: the flags are constants.
// Exported, so that the optimizer keeps each a function of its own: inlined into the loops around
// it, the tile spills. Not unrolled: the scheduler hoists loads, then spills (measured).
import { madd } from '../lanes';
import { MR_BYTES, NR_BYTES } from './pack';

/** How the tile reads A: packed without gaps, packed without the slices that are zero, or as it lies. */
const enum Reading {
  Dense,
  Sparse,
  Direct,
}

/**
 * c[3,12] (+)= a[3,k] · b[k,12]; `a` and `b` packed without gaps.
 * @module core
 */
export function gemmTile3x12(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(3, Reading.Dense, c, rowBytes, a, 0, MR_BYTES, b, 0, k, accumulate);
}

/**
 * The tile over the listed slices only: slice s of `a` meets the row of `b` at byte offset offsets[s].
 * Bit-identical to the dense tile, because an accumulator is never −0 and x + ±0 = x.
 * @module core
 */
export function gemmTile3x12Sparse(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  offsets: usize,
  count: i32,
  accumulate: i32,
): void {
  multiplyTile(3, Reading.Sparse, c, rowBytes, a, 0, MR_BYTES, b, offsets, count, accumulate);
}

/**
 * c[3,12] (+)= A[3,k] · b[k,12]; b packed without gaps, A anywhere: `rowBytes` from row to row and `sliceBytes`
 * from k to k, so that A and its transpose are read by the same loop. `tileBytes` is from row to row of c.
 * @module core
 */
export function gemmDirect3x12(
  c: usize,
  tileBytes: usize,
  a: usize,
  rowBytes: usize,
  sliceBytes: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(3, Reading.Direct, c, tileBytes, a, rowBytes, sliceBytes, b, 0, k, accumulate);
}

/**
 * The first eight columns of `gemmTile3x12`, for the last panel of b.
 * @module core
 */
export function gemmTile3x8(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(2, Reading.Dense, c, rowBytes, a, 0, MR_BYTES, b, 0, k, accumulate);
}

/**
 * The first eight columns of `gemmTile3x12Sparse`.
 * @module core
 */
export function gemmTile3x8Sparse(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  offsets: usize,
  count: i32,
  accumulate: i32,
): void {
  multiplyTile(2, Reading.Sparse, c, rowBytes, a, 0, MR_BYTES, b, offsets, count, accumulate);
}

/**
 * The first eight columns of `gemmDirect3x12`.
 * @module core
 */
export function gemmDirect3x8(
  c: usize,
  tileBytes: usize,
  a: usize,
  rowBytes: usize,
  sliceBytes: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(2, Reading.Direct, c, tileBytes, a, rowBytes, sliceBytes, b, 0, k, accumulate);
}

/**
 * `gemmTile3x12` in the side module of recurrent layers, which cannot call functions of another module.
 * @module recurrent
 */
export function gemmRecurrent3x12(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(3, Reading.Dense, c, rowBytes, a, 0, MR_BYTES, b, 0, k, accumulate);
}

/**
 * `gemmTile3x12` in the side module of attention.
 * @module attention
 */
export function gemmAttention3x12(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  multiplyTile(3, Reading.Dense, c, rowBytes, a, 0, MR_BYTES, b, 0, k, accumulate);
}

// @ts-ignore: decorator
@inline
function multiplyTile(
  vectors: i32,
  reading: Reading,
  c: usize,
  tileBytes: usize,
  a: usize,
  rowBytes: usize,
  sliceBytes: usize,
  b: usize,
  offsets: usize,
  count: i32,
  accumulate: i32,
): void {
  const isWide = vectors == 3;
  const c1 = c + tileBytes;
  const c2 = c1 + tileBytes;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00;
  let c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16); if (isWide) c02 = v128.load(c, 32);
    c10 = v128.load(c1); c11 = v128.load(c1, 16); if (isWide) c12 = v128.load(c1, 32);
    c20 = v128.load(c2); c21 = v128.load(c2, 16); if (isWide) c22 = v128.load(c2, 32);
  }
  // What the loop counts by: the rows of b, or the list of those that are met.
  let at = reading == Reading.Sparse ? offsets : b;
  const step: usize = reading == Reading.Sparse ? 4 : NR_BYTES;
  const end = at + <usize>count * step;
  if (at < end) do {
    const row = reading == Reading.Sparse ? b + <usize>load<u32>(at) : at;
    const b0 = v128.load(row);
    const b1 = v128.load(row, 16);
    const b2 = isWide ? v128.load(row, 32) : b1;
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    if (isWide) c02 = madd(x, b2, c02);
    const a1 = a + rowBytes;
    x = reading == Reading.Direct ? v128.load_splat<f32>(a1) : v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    if (isWide) c12 = madd(x, b2, c12);
    x = reading == Reading.Direct ? v128.load_splat<f32>(a1 + rowBytes) : v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    if (isWide) c22 = madd(x, b2, c22);
    at += step;
    a += sliceBytes;
  } while (at < end);
  v128.store(c, c00); v128.store(c, c01, 16); if (isWide) v128.store(c, c02, 32);
  v128.store(c1, c10); v128.store(c1, c11, 16); if (isWide) v128.store(c1, c12, 32);
  v128.store(c2, c20); v128.store(c2, c21, 16); if (isWide) v128.store(c2, c22, 32);
}
