// Draws of classes from rows of logits.

import { loadVector, storeVector } from '../lanes';
import { expF32x4 } from '../math/exp';
import { rowMax } from '../ops/rows';
import { COUNTER_BYTES, orderOfRow, slotOf } from '../ops/sort';
import { largestOfRow } from '../ops/top-k';
import { shareBegin, shareEnd } from '../split';

/** What is written instead of classes where a row has no distribution. */
const HOLDS_NAN: i32 = -1;
const ALL_LEFT_OUT: i32 = -2;
const HOLDS_INFINITY: i32 = -3;

/**
 * out[rows, draws] ← int32 classes, each of which has the probability softmax(x / temperature) in its row of x [rows, cols],
 * float32; cols > 0. `temperature` 0 gives the first of the largest. Of k < cols only the k most likely classes are left, of
 * equal ones the first; of p < 1 the fewest of the most likely ones whose probabilities, among those that k leaves, sum to p.
 *
 * Element i of `bits` [rows, draws], random words, chooses element i of out: the first class up to which the probabilities sum
 * to more than (bits + ½) · 2^-32. A row without a distribution gives -1 if it holds NaN, -2 if it holds nothing but -inf and
 * -3 if it holds inf.
 *
 * scratch: for each of min(rows, threads), 4096 + 32 cols bytes.
 * @module gamma
 * @cost 10 rows·cols
 */
export function randomClasses(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  bits: usize,
  rows: i32,
  cols: i32,
  draws: i32,
  temperature: f32,
  k: i32,
  p: f64,
  scratch: usize,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  let r = shareBegin(rows, thread, threads, 1);
  scratch += <usize>slotOf(thread, threads, rows, r) * (COUNTER_BYTES + ((<usize>cols) << 5));
  const items = scratch + COUNTER_BYTES;
  const sums = items + ((<usize>cols) << 4);
  const weights = sums + ((<usize>cols) << 3);
  const order = weights + ((<usize>cols) << 2);
  for (; r < end; r++) {
    const row = x + ((<usize>r * cols) << 2);
    const to = out + ((<usize>r * draws) << 2);
    const largest = rowMax(row, cols);
    if (temperature == 0 || !(abs<f32>(largest) < Infinity)) {
      const only = same(row, cols, largest);
      for (let d = 0; d < draws; d++) store<i32>(to + ((<usize>d) << 2), only);
      continue;
    }
    rowWeights(weights, row, cols, largest, temperature);
    const isOrdered = k < cols || p < 1;
    if (k < cols) largestOfRow(order, row, cols, k, true, items);
    else if (p < 1) orderOfRow(order, row, cols, true, true, items, scratch);
    let count = k;
    let sum: f64 = 0;
    for (let i = 0; i < k; i++) {
      const at = isOrdered ? load<i32>(order + ((<usize>i) << 2)) : i;
      sum += <f64>load<f32>(weights + ((<usize>at) << 2));
      store<f64>(sums + ((<usize>i) << 3), sum);
    }
    if (p < 1) {
      count = 1 + firstAbove(sums, k - 1, sum * p, true);
      sum = load<f64>(sums + ((<usize>(count - 1)) << 3));
    }
    for (let d = 0; d < draws; d++) {
      const at = (<usize>d) << 2;
      const word = load<u32>(bits + ((<usize>r * draws) << 2) + at);
      const u = (<f64>word + 0.5) * (1.0 / 4294967296.0);
      const i = firstAbove(sums, count - 1, sum * u, false);
      store<i32>(to + at, isOrdered ? load<i32>(order + ((<usize>i) << 2)) : i);
    }
  }
}

/** Where the largest number of a row lies first, or what says that the row has no distribution. */
function same(row: usize, cols: i32, largest: f32): i32 {
  if (largest != largest) return HOLDS_NAN;
  if (largest == -Infinity) return ALL_LEFT_OUT;
  if (largest == Infinity) return HOLDS_INFINITY;
  let c = 0;
  while (c < cols - 1 && load<f32>(row + ((<usize>c) << 2)) != largest) c++;
  return c;
}

/** out[cols] ← exp((x - largest) / temperature) */
function rowWeights(out: usize, x: usize, cols: i32, largest: f32, temperature: f32): void {
  const shift = f32x4.splat(largest);
  const divisor = f32x4.splat(temperature);
  for (let c = 0; c < cols; c += 4) {
    const at = (<usize>c) << 2;
    const z = f32x4.div(f32x4.sub(loadVector(x + at, cols - c), shift), divisor);
    storeVector(out + at, expF32x4(z), cols - c);
  }
}

/** The first i at which the ascending sums are above `limit` (or, if `orEqual`, reach it); `last` if none before it is. */
function firstAbove(sums: usize, last: i32, limit: f64, orEqual: bool): i32 {
  let from = 0;
  while (from < last) {
    const middle = (from + last) >> 1;
    const sum = load<f64>(sums + ((<usize>middle) << 3));
    if (orEqual ? sum >= limit : sum > limit) last = middle;
    else from = middle + 1;
  }
  return from;
}
