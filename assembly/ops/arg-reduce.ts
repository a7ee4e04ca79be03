// Where the largest or smallest element lies along one axis: x is [outer, length, inner], out is int32 [outer, inner].
// The first one wins; among float32 the first NaN does, as in NumPy.

import { ReduceOp } from '../codes';
import { shareBegin, shareEnd } from '../split';

/** out[o][i] = the first l at which x[o][l][i] is the largest (op Max) or the smallest (op Min); length > 0. */
export function argReduceF32(
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
    const first = firstOf(x, i, length, inner);
    const at =
      op == ReduceOp.Max
        ? position<f32>(true, first, length, (<usize>inner) << 2)
        : position<f32>(false, first, length, (<usize>inner) << 2);
    store<i32>(out + ((<usize>i) << 2), at);
  }
}

/** The same on int32. */
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
    const first = firstOf(x, i, length, inner);
    const at =
      op == ReduceOp.Max
        ? position<i32>(true, first, length, (<usize>inner) << 2)
        : position<i32>(false, first, length, (<usize>inner) << 2);
    store<i32>(out + ((<usize>i) << 2), at);
  }
}

/** x[o][0][i] for the output at o * inner + i. */
// @ts-ignore: decorator
@inline
function firstOf(x: usize, output: i32, length: i32, inner: i32): usize {
  return x + ((<usize>(output / inner) * length * inner + (output % inner)) << 2);
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
