// What the recurrent kernels do with rows of numbers.
import { loadVector, storeVector } from '../lanes';
import { ExpForm, expRun } from '../math/exp-run';
import { gemmRecurrent3x12 } from '../gemm/micro';
import { leftBytes, MR_BYTES, NR_BYTES, packLeft } from '../gemm/pack';
import { KC, MR, NR, RECURRENT_FEW_ROWS, RECURRENT_ROWS, RECURRENT_SMALL_BYTES } from '../tuning';

/** Rows of the batch that go through a step together, for a recurrent kernel [units, columns]. */
export function rowsTogether(units: i32, columns: i32): i32 {
  const isSmall = <i64>units * <i64>columns * 4 <= RECURRENT_SMALL_BYTES;
  return isSmall ? RECURRENT_FEW_ROWS : RECURRENT_ROWS;
}

/**
 * x, or 0 where |x| is below 2⁻⁹⁰; NaN stays NaN. Gradients become smaller and smaller in the backward pass, and would be
 * subnormal for many steps, with which products take ten times as long (measured: an LSTM of 32 units and 500 steps).
 */
// @ts-ignore: decorator
@inline
export function withoutTraces(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(8.077935669463161e-28)));
}

/** Whether x[n] is all zeros. */
export function isZeroRow(x: usize, n: i32): bool {
  for (; n > 0; n -= 4, x += 16) {
    // Without the sign.
    if (v128.any_true(i32x4.shl(loadVector(x, n), 1))) return false;
  }
  return true;
}

/** to[n] = from[n] */
export function copyRow(to: usize, from: usize, n: i32): void {
  for (; n >= 4; n -= 4, to += 16, from += 16) v128.store(to, v128.load(from));
  if (n > 0) storeVector(to, loadVector(from, n), n);
}

/** to[rows,n] = from[rows,n], so many bytes from row to row. */
export function copyRows(
  to: usize,
  toBytes: usize,
  from: usize,
  fromBytes: usize,
  rows: i32,
  n: i32,
): void {
  for (; rows > 0; rows--, to += toBytes, from += fromBytes) copyRow(to, from, n);
}

/** to[n] = 0 */
export function clearRow(to: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4, to += 16) v128.store(to, zero);
  if (n > 0) storeVector(to, zero, n);
}

/** to[n] = a[n] + b[n] */
export function addRows(to: usize, a: usize, b: usize, n: i32): void {
  for (; n >= 4; n -= 4, to += 16, a += 16, b += 16) {
    v128.store(to, f32x4.add(v128.load(a), v128.load(b)));
  }
  if (n > 0) storeVector(to, f32x4.add(loadVector(a, n), loadVector(b, n)), n);
}

/** to[n] += x[n] */
export function addRow(to: usize, x: usize, n: i32): void {
  addRows(to, to, x, n);
}

/** out[n] = f(x[n]), in place or not. */
export function activateRow<T extends ExpForm>(out: usize, x: usize, n: i32): void {
  const zero = f32x4.splat(0);
  const f = changetype<T>(0);
  const whole = n & ~15;
  if (whole > 0) expRun<T>(out, x, whole, zero);
  for (let j = whole; j < n; j += 4) {
    const at = (<usize>j) << 2;
    storeVector(out + at, f.value(zero, loadVector(x + at, n - j)), n - j);
  }
}

/** Bytes of the scratch of `multiplyRows`, for products of RECURRENT_ROWS rows and this depth at most. */
export function leftScratchBytes(k: i32): usize {
  return leftBytes(RECURRENT_ROWS, min(k, KC));
}

/**
 * c[rows,n] (+)= a[rows,k] · B[k,n] with B packed by gemmPackB. Rows are computed MR at a time and columns NR at a time, so
 * both buffers have rows up to the next multiple of MR, and c has whole panels. `left` is scratch in which a is packed.
 */
export function multiplyRows(
  c: usize,
  cBytes: usize,
  a: usize,
  aBytes: usize,
  packed: usize,
  rows: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  left: usize,
): void {
  const blocks = max(1, (k + KC - 1) / KC);
  const depth = (k + blocks - 1) / blocks;
  const panelBytes = <usize>k * NR_BYTES;
  for (let p = 0; p < k; p += depth) {
    const count = min(depth, k - p);
    const leftPanelBytes = <usize>count * MR_BYTES;
    packLeft(left, a + ((<usize>p) << 2), aBytes, rows, count);
    let panel = packed + <usize>p * NR_BYTES;
    let tiles = c;
    for (let j = 0; j < n; j += NR, panel += panelBytes, tiles += NR_BYTES) {
      let tile = tiles;
      let values = left;
      for (let i = 0; i < rows; i += MR, values += leftPanelBytes) {
        gemmRecurrent3x12(tile, cBytes, values, panel, count, i32(accumulate || p > 0));
        tile += <usize>MR * cBytes;
      }
    }
  }
}
