// Where the largest or smallest element lies along one axis: x is [outer, length, inner], out is int32 [outer, inner].
// The first one wins; among float32 the first NaN does, as in NumPy.

import { ReduceOp } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { ROW_BLOCK, STRIP } from '../tuning';
import { columnScratchBytes, firstOf } from './column-blocks';
import { rowMax, rowMin } from './rows';

/**
 * out[o][i] = the first l at which x[o][l][i] is the largest (op Max) or the smallest (op Min); length > 0.
 * `scratch` has `columnScratchBytes`, and may be 0 if inner is 1.
 * @cost 1 outer·length·inner
 */
export function argReduceF32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  op: ReduceOp,
  scratch: usize,
): void {
  let i = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  scratch += <usize>thread * columnScratchBytes(1);
  while (i < end) {
    const first = x + firstOf(i, length, inner);
    const to = out + ((<usize>i) << 2);
    if (inner > 1) {
      const count = min(min(inner - (i % inner), end - i), STRIP);
      positionsDown(to, first, length, (<usize>inner) << 2, count, op, scratch);
      i += count;
      continue;
    }
    let at: i32;
    if (op == ReduceOp.Max) at = largestInRow(first, length);
    else if (length >= 32) at = positionInRow(false, first, length);
    else at = position<f32>(false, first, length, 4);
    store<i32>(to, at);
    i++;
  }
}

/**
 * out[rows] = 1 where the largest elements of a row of x and of y [rows, length] stand at one index, else 0, float32;
 * length > 0.
 * @cost 2 rows·length
 */
export function matchLargest(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  y: usize,
  rows: i32,
  length: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let i = shareBegin(rows, thread, threads, 1); i < end; i++) {
    const row = (<usize>i * length) << 2;
    const isMatch = largestInRow(x + row, length) == largestInRow(y + row, length);
    store<f32>(out + ((<usize>i) << 2), <f32>i32(isMatch));
  }
}

function largestInRow(x: usize, length: i32): i32 {
  return length >= 32 ? positionInRow(true, x, length) : position<f32>(true, x, length, 4);
}

/** Where the best element of a contiguous row is: first the best block, then the index in it. */
function positionInRow(isMax: bool, x: usize, length: i32): i32 {
  let best: f32 = isMax ? -Infinity : Infinity;
  let start = 0;
  for (let l = 0; l < length; l += ROW_BLOCK) {
    const block = x + ((<usize>l) << 2);
    const count = min(ROW_BLOCK, length - l);
    const here = isMax ? rowMax(block, count) : rowMin(block, count);
    // Turned round, so that NaN is better than any number; equal ones do not take the first one's place.
    if (isMax ? !(here <= best) : !(here >= best)) {
      best = here;
      start = l;
      if (best != best) break;
    }
  }
  const target = f32x4.splat(best);
  for (; start + 4 <= length; start += 4) {
    const here = v128.load(x + ((<usize>start) << 2));
    const found = i32x4.bitmask(best == best ? f32x4.eq(here, target) : f32x4.ne(here, here));
    if (found != 0) return start + ctz(found);
  }
  for (; start < length - 1; start++) {
    const here = load<f32>(x + ((<usize>start) << 2));
    if (best == best ? here == best : here != here) break;
  }
  return start;
}

/** `count` (at most STRIP) neighbouring columns, row by row; the best so far are kept in `scratch`. */
function positionsDown(
  out: usize,
  x: usize,
  length: i32,
  pitch: usize,
  count: i32,
  op: ReduceOp,
  scratch: usize,
): void {
  memory.copy(scratch, x, (<usize>count) << 2);
  memory.fill(out, 0, (<usize>count) << 2);
  for (let l = 1; l < length; l++) {
    x += pitch;
    if (op == ReduceOp.Max) advance(true, out, scratch, x, l, count);
    else advance(false, out, scratch, x, l, count);
  }
}

/** Row l: the best of `count` columns so far and their positions. */
// @ts-ignore: decorator
@inline
function advance(isMax: bool, at: usize, best: usize, x: usize, l: i32, count: i32): void {
  const position = i32x4.splat(l);
  for (; count >= 4; count -= 4) {
    const b = v128.load(best);
    const here = v128.load(x);
    // As in `position`: NaN is better than a number, and nothing is better than NaN.
    const worse = isMax ? f32x4.le(here, b) : f32x4.ge(here, b);
    const keep = v128.or(worse, f32x4.ne(b, b));
    v128.store(best, v128.bitselect(b, here, keep));
    v128.store(at, v128.bitselect(v128.load(at), position, keep));
    at += 16;
    best += 16;
    x += 16;
  }
  for (; count > 0; count--) {
    const b = load<f32>(best);
    const here = load<f32>(x);
    if (b == b && (isMax ? !(here <= b) : !(here >= b))) {
      store<f32>(best, here);
      store<i32>(at, l);
    }
    at += 4;
    best += 4;
    x += 4;
  }
}

/**
 * `argReduceF32` on int32.
 * @cost 1 outer·length·inner
 */
export function argReduceI32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  op: ReduceOp,
): void {
  let i = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  for (; i < end; i++) {
    const first = x + firstOf(i, length, inner);
    const at =
      op == ReduceOp.Max
        ? position<i32>(true, first, length, (<usize>inner) << 2)
        : position<i32>(false, first, length, (<usize>inner) << 2);
    store<i32>(out + ((<usize>i) << 2), at);
  }
}

/** Elements are `pitch` bytes apart. */
// @ts-ignore: decorator
@inline
function position<T>(isMax: bool, x: usize, length: i32, pitch: usize): i32 {
  let best = load<T>(x);
  let at = 0;
  // Once the best is NaN, nothing is better.
  for (let l = 1; l < length && best == best; l++) {
    x += pitch;
    const here = load<T>(x);
    // Turned round, so that NaN is better than any number.
    if (isMax ? !(here <= best) : !(here >= best)) {
      best = here;
      at = l;
    }
  }
  return at;
}
