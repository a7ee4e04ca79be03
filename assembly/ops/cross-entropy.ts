// Cross-entropies fused with the softmax or the sigmoid before them: stable for logits of any size.
// float32 [rows, cols] or [n] unless said; dloss is the gradient of the loss vector.

import { loadVector, storeVector } from '../lanes';
import { expF32x4 } from '../math/exp';
import { log1pF32x4 } from '../math/log';
import { sigmoidF32x4 } from '../math/sigmoid';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { addWide, rowLogSum, rowMax, rowSum, wideSum } from './rows';

/**
 * loss[rows] ← logSumExp(z) Σ t - Σ t z, z = logits, t = targets. With s = z - max z this is
 * Σ t · ln Σ exp(s) - Σ t s, where a term with t = 0 counts 0 even if s = -inf.
 * @cost 8 rows·cols (short rows, such as ten classes)
 */
export function softmaxCrossEntropy(
  thread: i32,
  threads: i32,
  loss: usize,
  logits: usize,
  targets: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const largest = rowMax(logits + row, cols);
    const logSum = rowLogSum(logits + row, cols, largest);
    const shift = f32x4.splat(largest);
    const zero = f32x4.splat(0);
    let weight = f64x2.splat(0);
    let product = f64x2.splat(0);
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const t = loadVector(targets + at, cols - c);
      const s = f32x4.sub(loadVector(logits + at, cols - c), shift);
      weight = addWide(weight, t);
      product = addWide(product, v128.andnot(f32x4.mul(t, s), f32x4.eq(t, zero)));
    }
    const value = wideSum(weight) * <f64>logSum - wideSum(product);
    store<f32>(loss + ((<usize>r) << 2), <f32>value);
  }
}

/**
 * dx ← dloss_row (p Σ t - t), p = softmax(logits).
 * @cost 1 rows·cols
 */
export function softmaxCrossEntropyGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dloss: usize,
  probabilities: usize,
  targets: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const upstream = v128.load32_splat(dloss + ((<usize>r) << 2));
    const weight = f32x4.splat(rowSum(targets + row, cols));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const p = f32x4.mul(loadVector(probabilities + at, cols - c), weight);
      const d = f32x4.sub(p, loadVector(targets + at, cols - c));
      storeVector(dx + at, f32x4.mul(upstream, d), cols - c);
    }
  }
}

/**
 * loss[rows] ← logSumExp(z) - z_label, labels: int32 [rows] within 0 … cols-1, checked by the caller;
 * 0 where label == ignore (-2147483648 ignores none, for no label has that value).
 * @cost 8 rows·cols (short rows, such as ten classes)
 */
export function sparseSoftmaxCrossEntropy(
  thread: i32,
  threads: i32,
  loss: usize,
  logits: usize,
  labels: usize,
  rows: i32,
  cols: i32,
  ignore: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const label = load<i32>(labels + ((<usize>r) << 2));
    let value: f32 = 0;
    if (label != ignore) {
      const row = logits + ((<usize>r * cols) << 2);
      const largest = rowMax(row, cols);
      const s = load<f32>(row + ((<usize>label) << 2)) - largest;
      value = rowLogSum(row, cols, largest) - s;
    }
    store<f32>(loss + ((<usize>r) << 2), value);
  }
}

/**
 * dx ← dloss_row (p - oneHot(label)), p = softmax(logits); rows with label == ignore get 0.
 * @cost 1 rows·cols
 */
export function sparseSoftmaxCrossEntropyGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dloss: usize,
  probabilities: usize,
  labels: usize,
  rows: i32,
  cols: i32,
  ignore: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const label = load<i32>(labels + ((<usize>r) << 2));
    if (label == ignore) {
      memory.fill(dx + row, 0, (<usize>cols) << 2);
      continue;
    }
    const upstream = load<f32>(dloss + ((<usize>r) << 2));
    const scale = f32x4.splat(upstream);
    // Read before the loop writes: dx may be the probabilities.
    const p = load<f32>(probabilities + row + ((<usize>label) << 2));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      storeVector(dx + at, f32x4.mul(scale, loadVector(probabilities + at, cols - c)), cols - c);
    }
    store<f32>(dx + row + ((<usize>label) << 2), upstream * (p - 1));
  }
}

/**
 * The limit of max(z, 0) - z t as z becomes ±Infinity: z (1 - t) or -z t, which is 0 where the target is right, though
 * Infinity - Infinity is none.
 */
// @ts-ignore: decorator
@inline
function limitOfLinear(z: v128, t: v128): v128 {
  const zero = f32x4.splat(0);
  const factor = f32x4.sub(v128.and(f32x4.splat(1), f32x4.gt(z, zero)), t);
  return v128.andnot(f32x4.mul(z, factor), f32x4.eq(factor, zero));
}

/**
 * loss[n] ← max(z, 0) - z t + ln(1 + exp(-|z|)), z = logits, t = targets: the cross-entropy of sigmoid(z)
 * with t, element by element; for infinite logits its limit.
 * @cost 2 n
 */
export function sigmoidCrossEntropy(
  thread: i32,
  threads: i32,
  loss: usize,
  logits: usize,
  targets: usize,
  n: i32,
): void {
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const z = loadVector(logits + at, end - i);
    const t = loadVector(targets + at, end - i);
    const size = f32x4.abs(z);
    const tail = log1pF32x4(expF32x4(f32x4.neg(size)));
    const isInfinite = f32x4.eq(size, f32x4.splat(Infinity));
    let linear = f32x4.sub(f32x4.max(z, f32x4.splat(0)), f32x4.mul(z, t));
    if (v128.any_true(isInfinite)) {
      linear = v128.bitselect(limitOfLinear(z, t), linear, isInfinite);
    }
    storeVector(loss + at, f32x4.add(linear, tail), end - i);
  }
}

/**
 * dx[n] ← dloss (sigmoid(z) - t).
 * @cost 2 n
 */
export function sigmoidCrossEntropyGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dloss: usize,
  logits: usize,
  targets: usize,
  n: i32,
): void {
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const p = sigmoidF32x4(loadVector(logits + at, end - i));
    const d = f32x4.sub(p, loadVector(targets + at, end - i));
    storeVector(dx + at, f32x4.mul(loadVector(dloss + at, end - i), d), end - i);
  }
}
