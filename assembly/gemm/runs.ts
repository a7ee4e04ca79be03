// The register tiles for an A that lies in runs: convolutions read images in place.
//
// A[r, s] is at `a` + rows[r] + lines[s div run] + (s mod run) · step; rows of b are `bBytes` apart (`Runs`).
// c[rows, columns] (+)= Σ A[r, s] · b[s], then bias (0 for none) is added and, if `relu`, what is below 0 becomes 0 (a
// sum that starts at +0 is never −0).
import { madd } from '../lanes';
import { WIDE } from '../tuning';

/** The most rows of a tile, and bytes of either. */
export const TILE_ROWS: i32 = 4;
export const TILE_BYTES: usize = 128;

/** Where A and B have what a tile multiplies: at least one run of at least one number. */
@unmanaged
export class Runs {
  /** The list of addresses where runs begin. */
  lines: usize;
  linesEnd: usize;
  /** Bytes of a run, and from one number of it to the next. */
  bytes: usize;
  step: usize;
  /** Bytes from row to row of B. */
  bBytes: usize;

  @inline
  set(lines: usize, lineCount: i32, bytes: usize, step: usize, bBytes: usize): void {
    this.lines = lines;
    this.linesEnd = lines + ((<usize>lineCount) << 2);
    this.bytes = bytes;
    this.step = step;
    this.bBytes = bBytes;
  }
}

/** Room for `Runs`, which leaves what is behind them aligned. */
export const RUNS_BYTES: usize = 32;

/** Rows of the tile of so many columns. */
// @ts-ignore: decorator
@inline
export function tileRows(columns: i32): i32 {
  return columns == WIDE ? 2 : 4;
}

/**
 * Exported, so that it stays a function of its own.
 * @module windows
 */
export function gemmRuns2x16(
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  runs: usize,
  panel: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  multiplyRuns(true, c, rowBytes, a, rows, rowCount, runs, panel, accumulate, bias, relu);
}

/**
 * Exported, so that it stays a function of its own.
 * @module windows
 */
export function gemmRuns4x8(
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  runs: usize,
  panel: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  multiplyRuns(false, c, rowBytes, a, rows, rowCount, runs, panel, accumulate, bias, relu);
}

/** Either tile. Its eight sums are four pairs of vectors: pair p is half of row p div 2, or all of row p. */
// @ts-ignore: decorator
@inline
function multiplyRuns(
  isWide: bool,
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  runs: usize,
  panel: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  const from = changetype<Runs>(runs);
  const lines = from.lines;
  const last = from.linesEnd;
  const runBytes = from.bytes;
  const step = from.step;
  const bBytes = from.bBytes;
  const count = isWide ? 2 : 4;
  for (; rowCount >= count; rowCount -= count, rows += count << 2) {
    const c1 = c + rowBytes;
    const c2 = isWide ? c1 : c1 + rowBytes;
    const c3 = isWide ? c1 : c2 + rowBytes;
    const first = <usize>load<u32>(rows);
    const a1 = <usize>load<u32>(rows, 4) - first;
    const a2 = isWide ? a1 : <usize>load<u32>(rows, 8) - first;
    const a3 = isWide ? a1 : <usize>load<u32>(rows, 12) - first;
    const a0 = a + first;
    let s00 = f32x4.splat(0),
      s01 = s00;
    let s10 = s00,
      s11 = s00;
    let s20 = s00,
      s21 = s00;
    let s30 = s00,
      s31 = s00;
    if (accumulate) {
      s00 = v128.load(c);
      s01 = v128.load(c, 16);
      s10 = isWide ? v128.load(c, 32) : v128.load(c1);
      s11 = isWide ? v128.load(c, 48) : v128.load(c1, 16);
      s20 = v128.load(c2);
      s21 = v128.load(c2, 16);
      s30 = isWide ? v128.load(c1, 32) : v128.load(c3);
      s31 = isWide ? v128.load(c1, 48) : v128.load(c3, 16);
    }
    let b = panel;
    let line = lines;
    do {
      let at = a0 + <usize>load<u32>(line);
      const end = at + runBytes;
      do {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        const b2 = isWide ? v128.load(b, 32) : b0;
        const b3 = isWide ? v128.load(b, 48) : b1;
        let x = v128.load_splat<f32>(at);
        s00 = madd(x, b0, s00);
        s01 = madd(x, b1, s01);
        if (!isWide) x = v128.load_splat<f32>(at + a1);
        s10 = madd(x, b2, s10);
        s11 = madd(x, b3, s11);
        x = v128.load_splat<f32>(at + a2);
        s20 = madd(x, b0, s20);
        s21 = madd(x, b1, s21);
        if (!isWide) x = v128.load_splat<f32>(at + a3);
        s30 = madd(x, b2, s30);
        s31 = madd(x, b3, s31);
        at += step;
        b += bBytes;
      } while (at < end);
      line += 4;
    } while (line < last);
    if (bias) {
      const b0 = v128.load(bias);
      const b1 = v128.load(bias, 16);
      const b2 = isWide ? v128.load(bias, 32) : b0;
      const b3 = isWide ? v128.load(bias, 48) : b1;
      s00 = f32x4.add(s00, b0);
      s01 = f32x4.add(s01, b1);
      s10 = f32x4.add(s10, b2);
      s11 = f32x4.add(s11, b3);
      s20 = f32x4.add(s20, b0);
      s21 = f32x4.add(s21, b1);
      s30 = f32x4.add(s30, b2);
      s31 = f32x4.add(s31, b3);
    }
    if (relu) {
      const zero = f32x4.splat(0);
      s00 = f32x4.pmax(s00, zero);
      s01 = f32x4.pmax(s01, zero);
      s10 = f32x4.pmax(s10, zero);
      s11 = f32x4.pmax(s11, zero);
      s20 = f32x4.pmax(s20, zero);
      s21 = f32x4.pmax(s21, zero);
      s30 = f32x4.pmax(s30, zero);
      s31 = f32x4.pmax(s31, zero);
    }
    v128.store(c, s00);
    v128.store(c, s01, 16);
    if (isWide) {
      v128.store(c, s10, 32);
      v128.store(c, s11, 48);
    } else {
      v128.store(c1, s10);
      v128.store(c1, s11, 16);
    }
    v128.store(c2, s20);
    v128.store(c2, s21, 16);
    if (isWide) {
      v128.store(c2, s30, 32);
      v128.store(c2, s31, 48);
    } else {
      v128.store(c3, s30);
      v128.store(c3, s31, 16);
    }
    c = c3 + rowBytes;
  }
}
