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
  let column = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  for (; column < end; column++) {
    let at = (<usize>(column / inner) * length * inner + (column % inner)) << 2;
    let sum: f64 = 0;
    for (let l = 0; l < length; l++) {
      sum += <f64>load<f32>(x + at);
      store<f32>(out + at, <f32>sum);
      at += (<usize>inner) << 2;
    }
  }
}
