// The register tiles for an A that lies in runs: convolutions read images in place.
//
// A[r, s] is at `a` + rows[r] + lines[s div run] + (s mod run) · step; rows of b are `bBytes` apart. c[rows, columns]
// (+)= Σ A[r, s] · b[s], then bias (0 for none) is added and, if `relu`, what is below 0 becomes 0 (a sum that starts
// at +0 is never −0).
//
// Numbers of filters are multiples of 8 more often than of the 12 of the matrix product. V8 loads all that a turn of
// the loop needs first: 8 sums, 4 + 2 operands and a product are 15 registers, and a tile of 5 × 8 spills two sums
// (measured, GFLOP/s of a convolution of 16 to 32 channels: 2 × 16 37, 4 × 8 33, 5 × 8 21).
import { madd } from '../lanes';

/** Columns of the wide tile, of two rows, and of the other, of four. */
export const WIDE: i32 = 16;
export const NARROW: i32 = 8;

/** The most rows of a tile, and bytes of either. */
export const TILE_ROWS: i32 = 4;
export const TILE_BYTES: usize = 128;

/** Rows of the tile of so many columns. */
// @ts-ignore: decorator
@inline
export function tileRows(columns: i32): i32 {
  return columns == WIDE ? 2 : 4;
}

/** Exported, so that it stays a function of its own. */
export function gemmRuns2x16(
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  lines: usize,
  lineCount: i32,
  runBytes: usize,
  step: usize,
  panel: usize,
  bBytes: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  const last = lines + ((<usize>lineCount) << 2);
  for (; rowCount >= 2; rowCount -= 2, rows += 8) {
    const c1 = c + rowBytes;
    const first = <usize>load<u32>(rows);
    const a0 = a + first;
    const a1 = <usize>load<u32>(rows, 4) - first;
    let c00 = f32x4.splat(0),
      c01 = c00,
      c02 = c00,
      c03 = c00;
    let c10 = c00,
      c11 = c00,
      c12 = c00,
      c13 = c00;
    if (accumulate) {
      c00 = v128.load(c);
      c01 = v128.load(c, 16);
      c02 = v128.load(c, 32);
      c03 = v128.load(c, 48);
      c10 = v128.load(c1);
      c11 = v128.load(c1, 16);
      c12 = v128.load(c1, 32);
      c13 = v128.load(c1, 48);
    }
    let b = panel;
    for (let line = lines; line < last; line += 4) {
      let at = a0 + <usize>load<u32>(line);
      for (const end = at + runBytes; at < end; at += step, b += bBytes) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        const b2 = v128.load(b, 32);
        const b3 = v128.load(b, 48);
        let x = v128.load_splat<f32>(at);
        c00 = madd(x, b0, c00);
        c01 = madd(x, b1, c01);
        c02 = madd(x, b2, c02);
        c03 = madd(x, b3, c03);
        x = v128.load_splat<f32>(at + a1);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
        c12 = madd(x, b2, c12);
        c13 = madd(x, b3, c13);
      }
    }
    if (bias) {
      const b0 = v128.load(bias);
      const b1 = v128.load(bias, 16);
      const b2 = v128.load(bias, 32);
      const b3 = v128.load(bias, 48);
      c00 = f32x4.add(c00, b0);
      c01 = f32x4.add(c01, b1);
      c02 = f32x4.add(c02, b2);
      c03 = f32x4.add(c03, b3);
      c10 = f32x4.add(c10, b0);
      c11 = f32x4.add(c11, b1);
      c12 = f32x4.add(c12, b2);
      c13 = f32x4.add(c13, b3);
    }
    if (relu) {
      const zero = f32x4.splat(0);
      c00 = f32x4.pmax(c00, zero);
      c01 = f32x4.pmax(c01, zero);
      c02 = f32x4.pmax(c02, zero);
      c03 = f32x4.pmax(c03, zero);
      c10 = f32x4.pmax(c10, zero);
      c11 = f32x4.pmax(c11, zero);
      c12 = f32x4.pmax(c12, zero);
      c13 = f32x4.pmax(c13, zero);
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c, c02, 32);
    v128.store(c, c03, 48);
    v128.store(c1, c10);
    v128.store(c1, c11, 16);
    v128.store(c1, c12, 32);
    v128.store(c1, c13, 48);
    c = c1 + rowBytes;
  }
}

/** Exported, so that it stays a function of its own. */
export function gemmRuns4x8(
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  lines: usize,
  lineCount: i32,
  runBytes: usize,
  step: usize,
  panel: usize,
  bBytes: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  const last = lines + ((<usize>lineCount) << 2);
  for (; rowCount >= 4; rowCount -= 4, rows += 16) {
    const c1 = c + rowBytes;
    const c2 = c1 + rowBytes;
    const c3 = c2 + rowBytes;
    const first = <usize>load<u32>(rows);
    const a1 = <usize>load<u32>(rows, 4) - first;
    const a2 = <usize>load<u32>(rows, 8) - first;
    const a3 = <usize>load<u32>(rows, 12) - first;
    const a0 = a + first;
    let c00 = f32x4.splat(0),
      c01 = c00;
    let c10 = c00,
      c11 = c00;
    let c20 = c00,
      c21 = c00;
    let c30 = c00,
      c31 = c00;
    if (accumulate) {
      c00 = v128.load(c);
      c01 = v128.load(c, 16);
      c10 = v128.load(c1);
      c11 = v128.load(c1, 16);
      c20 = v128.load(c2);
      c21 = v128.load(c2, 16);
      c30 = v128.load(c3);
      c31 = v128.load(c3, 16);
    }
    let b = panel;
    for (let line = lines; line < last; line += 4) {
      let at = a0 + <usize>load<u32>(line);
      for (const end = at + runBytes; at < end; at += step, b += bBytes) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        let x = v128.load_splat<f32>(at);
        c00 = madd(x, b0, c00);
        c01 = madd(x, b1, c01);
        x = v128.load_splat<f32>(at + a1);
        c10 = madd(x, b0, c10);
        c11 = madd(x, b1, c11);
        x = v128.load_splat<f32>(at + a2);
        c20 = madd(x, b0, c20);
        c21 = madd(x, b1, c21);
        x = v128.load_splat<f32>(at + a3);
        c30 = madd(x, b0, c30);
        c31 = madd(x, b1, c31);
      }
    }
    if (bias) {
      const b0 = v128.load(bias);
      const b1 = v128.load(bias, 16);
      c00 = f32x4.add(c00, b0);
      c01 = f32x4.add(c01, b1);
      c10 = f32x4.add(c10, b0);
      c11 = f32x4.add(c11, b1);
      c20 = f32x4.add(c20, b0);
      c21 = f32x4.add(c21, b1);
      c30 = f32x4.add(c30, b0);
      c31 = f32x4.add(c31, b1);
    }
    if (relu) {
      const zero = f32x4.splat(0);
      c00 = f32x4.pmax(c00, zero);
      c01 = f32x4.pmax(c01, zero);
      c10 = f32x4.pmax(c10, zero);
      c11 = f32x4.pmax(c11, zero);
      c20 = f32x4.pmax(c20, zero);
      c21 = f32x4.pmax(c21, zero);
      c30 = f32x4.pmax(c30, zero);
      c31 = f32x4.pmax(c31, zero);
    }
    v128.store(c, c00);
    v128.store(c, c01, 16);
    v128.store(c1, c10);
    v128.store(c1, c11, 16);
    v128.store(c2, c20);
    v128.store(c2, c21, 16);
    v128.store(c3, c30);
    v128.store(c3, c31, 16);
    c = c3 + rowBytes;
  }
}
