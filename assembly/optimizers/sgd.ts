// Stochastic gradient descent with momentum, as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { flush, negligible } from './subnormal';

/** w ← w - learningRate g, on up to four weights. */
// @ts-ignore: decorator
@inline
function plain(w: usize, g: usize, negativeRate: v128, count: i32): void {
  storeVector(w, madd(negativeRate, loadVector(g, count), loadVector(w, count)), count);
}

/** v ← momentum v - learningRate g; w ← w + v, or with Nesterov w + (momentum v - learningRate g). */
// @ts-ignore: decorator
@inline
function withMomentum(
  w: usize,
  g: usize,
  velocity: usize,
  negativeRate: v128,
  momentum: v128,
  limit: v128,
  nesterov: bool,
  count: i32,
): void {
  const step = f32x4.mul(negativeRate, loadVector(g, count));
  let v = madd(momentum, flush(loadVector(velocity, count), limit), step);
  storeVector(velocity, v, count);
  if (nesterov) v = madd(momentum, v, step);
  storeVector(w, f32x4.add(loadVector(w, count), v), count);
}

/**
 * One update of w[n] by g[n]; velocity[n], or 0 where momentum is 0 and no velocity is kept. float32.
 * @cost 0.5 n
 * @inPlace
 */
export function sgd(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  velocity: usize,
  n: i32,
  learningRate: f32,
  momentum: f32,
  nesterov: i32,
): void {
  const r = f32x4.splat(-learningRate);
  const m = f32x4.splat(momentum);
  const k = negligible();
  const begin = (<usize>shareBegin(n, thread, threads, GRAIN)) << 2;
  const end = (<usize>shareEnd(n, thread, threads, GRAIN)) << 2;
  const whole = begin + ((end - begin) & ~15);
  let i = begin;
  if (velocity == 0) {
    for (; i < whole; i += 16) plain(w + i, g + i, r, 4);
  } else if (nesterov) {
    for (; i < whole; i += 16) withMomentum(w + i, g + i, velocity + i, r, m, k, true, 4);
  } else {
    for (; i < whole; i += 16) withMomentum(w + i, g + i, velocity + i, r, m, k, false, 4);
  }
  const rest = <i32>((end - whole) >> 2);
  if (rest == 0) return;
  if (velocity == 0) plain(w + i, g + i, r, rest);
  else withMomentum(w + i, g + i, velocity + i, r, m, k, nesterov != 0, rest);
}
