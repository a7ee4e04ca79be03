// A tile of attention: some queries, and some of the keys that they attend to.
//
// Operands of products are packed (gemm/pack.ts): right ones in panels of columns, left ones in panels of rows. Rows that
// products write are whole panels long, and there are whole register tiles of them.
import { loadVector, storeVector } from '../lanes';
import { ShiftedExp, expRun } from '../math/exp-run';
import { gemmAttention3x12 } from '../gemm/micro';
import {
  gemmPackB,
  gemmPackedBytes,
  MR_BYTES,
  NR_BYTES,
  packSideBySide,
  panelRowBytes,
} from '../gemm/pack';
import { ATTENTION_KEYS, ATTENTION_QUERIES, MR, NR } from '../tuning';
import { Attention } from './layout';

/** The score of what is masked: large enough in size to vanish beside others, and finite, so that a row of them is uniform. */
export const HIDDEN: f32 = -2.3819763e38;

/** Bytes from one query of a tile of scores to the next, and of the tile. */
export const SCORE_ROW_BYTES: usize = 4 * ATTENTION_KEYS;
export const SCORES_BYTES: usize = <usize>ATTENTION_QUERIES * SCORE_ROW_BYTES;

/** Bytes of so many rows in whole register tiles. */
export function wideRowsBytes(rows: i32, n: i32): usize {
  return <usize>((rows + MR - 1) / MR) * <usize>MR * panelRowBytes(n);
}

/** Bytes of the panels of a matrix [k, n]. */
export function panelsBytes(k: i32, n: i32): usize {
  return (gemmPackedBytes(k, n) + 15) & ~15;
}

/** Panels of B[k, n], row-major with `stride` floats from row to row, or of its transpose, if B is [n, k]. */
export function pack(panels: usize, b: usize, k: i32, n: i32, stride: i32, transposed: i32): void {
  gemmPackB(0, 1, panels, b, k, n, stride, transposed);
}

/** Packs the transpose of A[k, rows], whose rows are `sliceBytes` apart, as `packLeft` does. */
export function packLeftTransposed(
  left: usize,
  a: usize,
  sliceBytes: usize,
  rows: i32,
  k: i32,
): void {
  packSideBySide(left, a, (rows + MR - 1) / MR, k, sliceBytes);
}

/** What a causal mask leaves of a product of a tile. */
export const enum Causal {
  /** All of it: there is no causal mask, or another one besides. */
  All,
  /** Columns of C are keys: those that come after a query are left out. */
  Columns,
  /** Slices are keys: those that come after the query, a row of C, are left out. */
  UpTo,
  /** Slices are queries: those that come before the key, a row of C, are left out. */
  From,
}

/**
 * c[rows, n] (+)= A[rows, k] · B[k, n]. `left` is A, packed. Panels of B are `panelBytes` apart. Register tiles and slices
 * that a causal mask leaves out are not computed; in the tile of scores query i sees the keys up to i + `shift`.
 */
export function multiply(
  c: usize,
  cBytes: usize,
  left: usize,
  panels: usize,
  panelBytes: usize,
  rows: i32,
  n: i32,
  k: i32,
  accumulate: i32,
  causal: Causal,
  shift: i32,
): void {
  const leftPanelBytes = <usize>k * MR_BYTES;
  for (let j = 0; j < n; j += NR, panels += panelBytes, c += NR_BYTES) {
    // The first tile whose last row sees the first column.
    const first = causal == Causal.Columns ? (max(0, j - shift) / MR) * MR : 0;
    for (let i = first; i < rows; i += MR) {
      const from = causal == Causal.From ? max(0, i - shift) : 0;
      const to = causal == Causal.UpTo ? min(k, i + MR + shift) : k;
      if (from >= to) continue;
      gemmAttention3x12(
        c + <usize>i * cBytes,
        cBytes,
        left + <usize>(i / MR) * leftPanelBytes + <usize>from * MR_BYTES,
        panels + <usize>from * NR_BYTES,
        to - from,
        accumulate,
      );
    }
  }
}

/** to[rows, n] = factor · from, whose rows are `stride` bytes apart; rows that fill up the last register tile are 0. */
export function gatherRows(
  to: usize,
  from: usize,
  stride: usize,
  rows: i32,
  n: i32,
  factor: f32,
): void {
  const f = f32x4.splat(factor);
  const rowBytes = (<usize>n) << 2;
  let row = 0;
  for (; row < rows; row++, to += rowBytes, from += stride) scaleRow(to, from, n, f);
  const whole = ((rows + MR - 1) / MR) * MR;
  memory.fill(to, 0, <usize>(whole - row) * rowBytes);
}

/** to[rows, n], whose rows are `stride` bytes apart, = factor · from, whose rows are `fromStride` bytes apart. */
export function spreadRows(
  to: usize,
  stride: usize,
  from: usize,
  fromStride: usize,
  rows: i32,
  n: i32,
  factor: f32,
): void {
  const f = f32x4.splat(factor);
  for (; rows > 0; rows--, to += stride, from += fromStride) scaleRow(to, from, n, f);
}

/** to[n] = factor · x[n], in place or not */
export function scaleRow(to: usize, x: usize, n: i32, factor: v128): void {
  for (; n >= 4; n -= 4, to += 16, x += 16) v128.store(to, f32x4.mul(v128.load(x), factor));
  if (n > 0) storeVector(to, f32x4.mul(loadVector(x, n), factor), n);
}

/** Where the mask of a query begins; 0 without a mask. */
// @ts-ignore: decorator
@inline
export function maskOf(mask: usize, a: Attention, batch: i32, head: i32, query: i32): usize {
  if (!mask) return 0;
  return (
    mask +
    <usize>batch * <usize>a.maskBatch +
    <usize>head * <usize>a.maskHead +
    <usize>query * <usize>a.maskQuery
  );
}

/**
 * One past the last key that has to be looked at for the queries up to `query`, whole register tiles of keys. What a mask
 * hides is computed, since rows that see nothing attend to all keys.
 */
// @ts-ignore: decorator
@inline
export function endOfKeys(a: Attention, mask: usize, query: i32): i32 {
  return a.isCausal && !mask ? min(a.keys, ((query + NR) / NR) * NR) : a.keys;
}

/**
 * How many of the keys from `key` on, `count` of them in the tile, are computed for a query: with a causal mask alone those up
 * to the query.
 */
// @ts-ignore: decorator
@inline
export function keysOf(a: Attention, mask: usize, query: i32, key: i32, count: i32): i32 {
  return a.isCausal && !mask ? min(count, max(0, query + 1 - key)) : count;
}

/** How a causal mask alone, which leaves out whole blocks, acts on a product. */
// @ts-ignore: decorator
@inline
export function causalOf(a: Attention, mask: usize, causal: Causal): Causal {
  return a.isCausal && !mask ? causal : Causal.All;
}

/** x[from … count) = 0, without `memory.fill`, which takes longer than such a row. */
export function clearFrom(x: usize, from: i32, count: i32): void {
  let at = x + ((<usize>from) << 2);
  const end = x + ((<usize>count) << 2);
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.splat(0));
  for (; at < end; at += 4) store<f32>(at, 0);
}

/** Sets x[count] to `value` where the mask of the query, if there is one, hides one of the keys from `key` on. */
export function hide(
  x: usize,
  mask: usize,
  a: Attention,
  query: i32,
  key: i32,
  count: i32,
  value: f32,
): void {
  if (!mask) return;
  mask += <usize>key;
  const hidden = f32x4.splat(value);
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const at = x + ((<usize>j) << 2);
    const bytes = v128.load32_zero(mask + <usize>j);
    const seen = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    const isHidden = i32x4.eq(seen, i32x4.splat(0));
    v128.store(at, v128.bitselect(hidden, v128.load(at), isHidden));
  }
  for (; j < count; j++) {
    if (!load<u8>(mask + <usize>j)) store<f32>(x + ((<usize>j) << 2), value);
  }
  if (!a.isCausal) return;
  for (j = max(0, query + 1 - key); j < count; j++) store<f32>(x + ((<usize>j) << 2), value);
}

/** x[n] = e^(x - shift) */
export function exponentials(x: usize, n: i32, shift: f32): void {
  const s = f32x4.splat(shift);
  const f = changetype<ShiftedExp>(0);
  const whole = n & ~15;
  if (whole > 0) expRun<ShiftedExp>(x, x, whole, s);
  for (let j = whole; j < n; j += 4) {
    const at = x + ((<usize>j) << 2);
    storeVector(at, f.value(s, loadVector(at, n - j)), n - j);
  }
}
