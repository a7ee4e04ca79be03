// Nadam, Adam with Nesterov momentum (Dozat 2015), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { flush, leastRoot, negligible, squareOf } from './subnormal';

/**
 * One update of w[n] by g[n], float32: m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v),
 * w ← w - (meanFactor m + gradientFactor g) / (√(squareFactor v) + ε). The factors hold the learning rate, the
 * schedule of the momentum and the correction of the first steps' bias.
 * @module optimizers
 * @cost 0.8 n
 * @inPlace
 */
export function nadam(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  mean: usize,
  meanSquare: usize,
  n: i32,
  meanFactor: f32,
  gradientFactor: f32,
  squareFactor: f32,
  oneMinusBeta1: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
): void {
  const a = f32x4.splat(meanFactor);
  const b = f32x4.splat(gradientFactor);
  const c = f32x4.splat(squareFactor);
  const p = f32x4.splat(oneMinusBeta1);
  const q = f32x4.splat(oneMinusBeta2);
  const e = f32x4.splat(epsilon);
  const least = leastRoot(epsilon);
  const limit = negligible();
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    let m = flush(loadVector(mean + at, count), limit);
    let v = loadVector(meanSquare + at, count);
    m = madd(p, f32x4.sub(gradient, m), m);
    v = madd(q, f32x4.sub(squareOf(gradient, least), v), v);
    storeVector(mean + at, m, count);
    storeVector(meanSquare + at, v, count);
    const ahead = madd(a, m, f32x4.mul(b, gradient));
    const step = f32x4.div(ahead, f32x4.add(f32x4.sqrt(f32x4.mul(c, v)), e));
    storeVector(w + at, f32x4.sub(loadVector(w + at, count), step), count);
  }
}
