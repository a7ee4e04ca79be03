// The register tile over an A that lies anywhere: convolutions read images in place.
import { madd } from '../lanes';

/**
 * c[3,12] (+)= Σ a[offsets[s]] · b[s,12]: the rows of A are `aBytes` apart and its slices at `offsets`, rows of b
 * `bBytes` apart. Exported, so that it stays a function of its own.
 */
export function gemmOffsets3x12(
  c: usize,
  rowBytes: usize,
  a: usize,
  aBytes: usize,
  offsets: usize,
  count: i32,
  b: usize,
  bBytes: usize,
  accumulate: i32,
): void {
  const c1 = c + rowBytes;
  const c2 = c1 + rowBytes;
  let c00 = f32x4.splat(0),
    c01 = c00,
    c02 = c00;
  let c10 = c00,
    c11 = c00,
    c12 = c00;
  let c20 = c00,
    c21 = c00,
    c22 = c00;
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c02 = v128.load(c, 32);
    c10 = v128.load(c1);
    c11 = v128.load(c1, 16);
    c12 = v128.load(c1, 32);
    c20 = v128.load(c2);
    c21 = v128.load(c2, 16);
    c22 = v128.load(c2, 32);
  }
  for (const end = offsets + ((<usize>count) << 2); offsets < end; offsets += 4, b += bBytes) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const a0 = a + <usize>load<u32>(offsets);
    let x = v128.load_splat<f32>(a0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    c02 = madd(x, b2, c02);
    const a1 = a0 + aBytes;
    x = v128.load_splat<f32>(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    c12 = madd(x, b2, c12);
    x = v128.load_splat<f32>(a1 + aBytes);
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
