// Inverted dropout (Srivastava et al. 2014).

import { Draw, generate } from '../random/philox';

/**
 * out[n] ← u < rate ? 0 : x / (1 - rate), float32, with u[n] exactly as `randomUniform` draws it on
 * [0, 1) from the same key and counter. No mask is kept: the gradient is this kernel applied to dy.
 * In place (out == x) is allowed.
 * @cost 2 n
 */
export function dropout(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  rate: f32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  const r = f32x4.splat(rate);
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  generate(Draw.Dropout, thread, threads, out, x, n, stream, r, f32x4.splat(1 - rate), r);
}
