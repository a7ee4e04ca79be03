// Running sums along one axis: x and out are [outer, length, inner].

import { shareBegin, shareEnd } from '../split';

/** out[o][l][i] = x[o][0][i] + … + x[o][l][i], added up in float64 in this order and rounded once for each output. */
export function cumulativeSumF32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
): void {
  cumulativeSum<f32, f64>(thread, threads, out, x, outer, length, inner);
}

/** The same on int32, wrapping around. */
export function cumulativeSumI32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
): void {
  cumulativeSum<i32, i32>(thread, threads, out, x, outer, length, inner);
}

/** Elements of type T, sums of type S. */
function cumulativeSum<T, S>(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
): void {
  let column = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  for (; column < end; column++) {
    let at = (<usize>(column / inner) * length * inner + (column % inner)) << 2;
    let sum = <S>0;
    for (let l = 0; l < length; l++) {
      sum += <S>load<T>(x + at);
      store<T>(out + at, <T>sum);
      at += (<usize>inner) << 2;
    }
  }
}
