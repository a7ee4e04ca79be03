// The register tile: 3 rows × 12 columns of C stay in 9 vector registers while k runs.
// Exported, so that the optimizer keeps each a function of its own: inlined into the loops around
// it, the tile spills. Not unrolled: the scheduler hoists loads, then spills (measured).
import { madd } from '../lanes';
import { MR_BYTES, NR_BYTES } from './tile';

/** c[3,12] (+)= a[3,k] · b[k,12]; `a` and `b` packed without gaps. */
export function gemmTile3x12(
  c: usize,
  rowBytes: usize,
  a: usize,
  b: usize,
  k: i32,
  accumulate: i32,
): void {
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00;
  let c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16); c02 = v128.load(c, 32);
    c10 = v128.load(c1); c11 = v128.load(c1, 16); c12 = v128.load(c1, 32);
    c20 = v128.load(c2); c21 = v128.load(c2, 16); c22 = v128.load(c2, 32);
  }
  for (const end = b + <usize>k * NR_BYTES; b < end; b += NR_BYTES, a += MR_BYTES) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32);
  v128.store(c1, c10); v128.store(c1, c11, 16); v128.store(c1, c12, 32);
  v128.store(c2, c20); v128.store(c2, c21, 16); v128.store(c2, c22, 32);
}

/**
 * The same over the kept slices only: slice s of `a` meets the row of `b` at byte offset offsets[s].
 * Bit-identical to the dense tile, because an accumulator is never −0 and x + ±0 = x.
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
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00;
  let c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16); c02 = v128.load(c, 32);
    c10 = v128.load(c1); c11 = v128.load(c1, 16); c12 = v128.load(c1, 32);
    c20 = v128.load(c2); c21 = v128.load(c2, 16); c22 = v128.load(c2, 32);
  }
  for (const end = offsets + (<usize>count << 2); offsets < end; offsets += 4, a += MR_BYTES) {
    const row = b + <usize>load<u32>(offsets);
    const b0 = v128.load(row);
    const b1 = v128.load(row, 16);
    const b2 = v128.load(row, 32);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    c22 = madd(x, b2, c22);
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32);
  v128.store(c1, c10); v128.store(c1, c11, 16); v128.store(c1, c12, 32);
  v128.store(c2, c20); v128.store(c2, c21, 16); v128.store(c2, c22, 32);
}
