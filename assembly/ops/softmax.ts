// Softmax, log-softmax and log-sum-exp of the rows of x [rows, cols], with their gradients.
// As in NumPy's exp(x - max) / sum(exp(x - max)), a row that holds +inf or NaN, or nothing but -inf, gives NaN;
// log-sum-exp is exact there: +inf, NaN and -inf.

import { loadVector, storeVector } from '../lanes';
import { expF32x4 } from '../math/exp';
import { shareBegin, shareEnd } from '../split';
import { rowDot, rowExpSum, rowLogSum, rowMax, rowSum } from './rows';

/**
 * out[rows, cols] ← exp(x - max) / Σ exp(x - max), float32. In place (out == x) is allowed.
 * @cost 8 rows·cols (short rows, such as ten classes)
 */
export function softmaxRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const y = out + row;
    const sum = f32x4.splat(<f32>rowExpSum(y, x + row, cols, rowMax(x + row, cols)));
    for (let c = 0; c < cols; c += 4) {
      const at = y + ((<usize>c) << 2);
      storeVector(at, f32x4.div(loadVector(at, cols - c), sum), cols - c);
    }
  }
}

/**
 * dx[rows, cols] ← y (dy - Σ dy y), y = softmax(x). dx may be dy.
 * @cost 1 rows·cols
 */
export function softmaxRowsGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  y: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const dot = f32x4.splat(rowDot(dy + row, y + row, cols));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const d = f32x4.sub(loadVector(dy + at, cols - c), dot);
      storeVector(dx + at, f32x4.mul(loadVector(y + at, cols - c), d), cols - c);
    }
  }
}

/**
 * out[rows, cols] ← (x - max) - ln Σ exp(x - max), float32. In place (out == x) is allowed.
 * @cost 2 rows·cols
 */
export function logSoftmaxRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const largest = rowMax(x + row, cols);
    const shift = f32x4.splat(largest);
    const logSum = f32x4.splat(rowLogSum(x + row, cols, largest));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const z = f32x4.sub(loadVector(x + at, cols - c), shift);
      storeVector(out + at, f32x4.sub(z, logSum), cols - c);
    }
  }
}

/**
 * dx[rows, cols] ← dy - exp(y) Σ dy, y = logSoftmax(x). dx may be dy.
 * @cost 2 rows·cols
 */
export function logSoftmaxRowsGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  y: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const sum = f32x4.splat(rowSum(dy + row, cols));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const p = f32x4.mul(expF32x4(loadVector(y + at, cols - c)), sum);
      storeVector(dx + at, f32x4.sub(loadVector(dy + at, cols - c), p), cols - c);
    }
  }
}

/**
 * out[rows] ← max + ln Σ exp(x - max), float32; an infinite max is the result itself.
 * @cost 2 rows·cols
 */
export function logSumExpRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = x + ((<usize>r * cols) << 2);
    const largest = rowMax(row, cols);
    // An infinite maximum must not be subtracted from itself.
    const isInfinite = abs<f32>(largest) == Infinity;
    const logSum = isInfinite ? <f32>0 : rowLogSum(row, cols, largest);
    store<f32>(out + ((<usize>r) << 2), largest + logSum);
  }
}
