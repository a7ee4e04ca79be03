// Rows written, added … at indices, and positions of elements.

import { ScatterOp } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';

/**
 * out[indices[i]] = out[indices[i]] op updates[i] for i = 0, 1 … in this order, on rows of `columns` float32 or int32. Indices are in
 * range; one may come more than once, so threads share the columns.
 * @module numeric
 * @cost 0.5 count·columns
 * @inPlace
 */
export function scatterRows(
  thread: i32,
  threads: i32,
  out: usize,
  updates: usize,
  indices: usize,
  count: i32,
  columns: i32,
  op: ScatterOp,
  isFloat: i32,
): void {
  const begin = shareBegin(columns, thread, threads, 16);
  const width = shareEnd(columns, thread, threads, 16) - begin;
  if (width <= 0) return;
  for (let i = 0; i < count; i++) {
    const index = load<i32>(indices + ((<usize>i) << 2));
    let row = out + ((<usize>index * columns + begin) << 2);
    let update = updates + ((<usize>i * columns + begin) << 2);
    for (let left = width; left > 0; left -= 4, row += 16, update += 16) {
      const x = loadVector(row, left);
      const u = loadVector(update, left);
      storeVector(row, isFloat ? combineF32(op, x, u) : combineI32(op, x, u), left);
    }
  }
}

// @ts-ignore: decorator
@inline
function combineF32(op: ScatterOp, x: v128, u: v128): v128 {
  if (op == ScatterOp.Replace) return u;
  if (op == ScatterOp.Add) return f32x4.add(x, u);
  if (op == ScatterOp.Multiply) return f32x4.mul(x, u);
  return op == ScatterOp.Max ? f32x4.max(x, u) : f32x4.min(x, u);
}

// @ts-ignore: decorator
@inline
function combineI32(op: ScatterOp, x: v128, u: v128): v128 {
  if (op == ScatterOp.Replace) return u;
  if (op == ScatterOp.Add) return i32x4.add(x, u);
  if (op == ScatterOp.Multiply) return i32x4.mul(x, u);
  return op == ScatterOp.Max ? i32x4.max_s(x, u) : i32x4.min_s(x, u);
}

/**
 * How many of n bytes are not 0.
 * @module numeric
 */
export function countTrue(x: usize, n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) count += i32(load<u8>(x + i) != 0);
  return count;
}

/**
 * out[k] = the position of the k-th of n bytes that is not 0, as int32. One thread does it.
 * @module numeric
 * @cost 1 n
 */
export function trueIndices(thread: i32, threads: i32, out: usize, x: usize, n: i32): void {
  if (thread > 0) return;
  for (let i = 0; i < n; i++) {
    if (load<u8>(x + i) == 0) continue;
    store<i32>(out, i);
    out += 4;
  }
}

/** x before y in the order of sorting, where NaN counts as larger than every number. */
// @ts-ignore: decorator
@inline
function isBefore(x: f32, y: f32): bool {
  return x < y || (y != y && x == x);
}

/**
 * out[i] = how many of the n ascending `sorted` stand before values[i]: those below it or, with `right`, not above it. float32, or
 * int32.
 * @module numeric
 * @cost 20 count
 */
export function searchSorted(
  thread: i32,
  threads: i32,
  out: usize,
  sorted: usize,
  n: i32,
  values: usize,
  count: i32,
  right: i32,
  isFloat: i32,
): void {
  const end = shareEnd(count, thread, threads, 16);
  for (let i = shareBegin(count, thread, threads, 16); i < end; i++) {
    const at = (<usize>i) << 2;
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = sorted + ((<usize>middle) << 2);
      const value = values + at;
      const isBelow = isFloat
        ? right
          ? !isBefore(load<f32>(value), load<f32>(item))
          : isBefore(load<f32>(item), load<f32>(value))
        : right
          ? load<i32>(item) <= load<i32>(value)
          : load<i32>(item) < load<i32>(value);
      if (isBelow) low = middle + 1;
      else high = middle;
    }
    store<i32>(out + at, low);
  }
}

/**
 * out[o][l][i] = x[o][0][i] · … · x[o][l][i], of float32 multiplied in float64 and rounded once for each output, or of int32,
 * which wraps around.
 * @module numeric
 * @cost 1.5 outer·length·inner
 */
export function cumulativeProduct(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  isFloat: i32,
): void {
  const end = shareEnd(outer * inner, thread, threads, 16);
  const pitch = (<usize>inner) << 2;
  for (let i = shareBegin(outer * inner, thread, threads, 16); i < end; i++) {
    let at = (<usize>((i / inner) * inner * length + (i % inner))) << 2;
    let product: f64 = 1;
    let whole: i32 = 1;
    for (let l = 0; l < length; l++, at += pitch) {
      if (isFloat) {
        product *= <f64>load<f32>(x + at);
        store<f32>(out + at, <f32>product);
      } else {
        whole *= load<i32>(x + at);
        store<i32>(out + at, whole);
      }
    }
  }
}
