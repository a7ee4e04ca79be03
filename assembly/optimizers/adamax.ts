// Adamax (Kingma and Ba 2015, section 7.1), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { flush, negligible } from './subnormal';

/**
 * One update of w[n] by g[n], float32: m ← m + (1 - β₁)(g - m), u ← max(β₂ u, |g|), w ← w - stepSize m / (u + ε).
 * stepSize is the learning rate with the correction of the first steps' bias.
 * @module optimizers
 * @cost 0.8 n
 * @inPlace
 */
export function adamax(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  mean: usize,
  norm: usize,
  n: i32,
  stepSize: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  const s = f32x4.splat(stepSize);
  const p = f32x4.splat(oneMinusBeta1);
  const q = f32x4.splat(beta2);
  const e = f32x4.splat(epsilon);
  const limit = negligible();
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    let m = flush(loadVector(mean + at, count), limit);
    m = madd(p, f32x4.sub(gradient, m), m);
    storeVector(mean + at, m, count);
    const u = f32x4.max(f32x4.mul(q, loadVector(norm + at, count)), f32x4.abs(gradient));
    storeVector(norm + at, u, count);
    const step = f32x4.div(f32x4.mul(s, m), f32x4.add(u, e));
    storeVector(w + at, f32x4.sub(loadVector(w + at, count), step), count);
  }
}
