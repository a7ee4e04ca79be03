// Adam (Kingma and Ba 2015) and AMSGrad (Reddi et al. 2018), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { flush, leastRoot, negligible, squareOf } from './subnormal';

/**
 * One update of w[n] by g[n], float32: m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v),
 * w ← w - stepSize m / (√v + ε). stepSize is the learning rate with the correction of the first steps'
 * bias. With largest[n] (0 where it is not wanted), largest ← max(largest, v) stands for v in the root. Before that g is
 * multiplied by gradientFactor, and w by weightFactor.
 * @cost 0.8 n
 * @inPlace
 */
export function adam(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  mean: usize,
  meanSquare: usize,
  largest: usize,
  n: i32,
  stepSize: f32,
  oneMinusBeta1: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
  gradientFactor: f32,
  weightFactor: f32,
): void {
  const s = f32x4.splat(stepSize);
  const p = f32x4.splat(oneMinusBeta1);
  const q = f32x4.splat(oneMinusBeta2);
  const e = f32x4.splat(epsilon);
  const ofGradient = f32x4.splat(gradientFactor);
  const ofWeight = f32x4.splat(weightFactor);
  const least = leastRoot(epsilon);
  const limit = negligible();
  const end = shareEnd(n, thread, threads, GRAIN);
  let i = shareBegin(n, thread, threads, GRAIN);
  w += (<usize>i) << 2;
  g += (<usize>i) << 2;
  mean += (<usize>i) << 2;
  meanSquare += (<usize>i) << 2;
  if (largest != 0) largest += (<usize>i) << 2;
  // A loop in which the last, fewer than four, numbers are a case would keep no vector in a register.
  for (; i < end - 3; i += 4) {
    update(w, g, mean, meanSquare, largest, 4, s, p, q, e, ofGradient, ofWeight, least, limit);
    w += 16;
    g += 16;
    mean += 16;
    meanSquare += 16;
    if (largest != 0) largest += 16;
  }
  if (i < end)
    update(
      w,
      g,
      mean,
      meanSquare,
      largest,
      end - i,
      s,
      p,
      q,
      e,
      ofGradient,
      ofWeight,
      least,
      limit,
    );
}

/** The update of `count` numbers, up to four. */
// @ts-ignore: decorator
@inline
function update(
  w: usize,
  g: usize,
  mean: usize,
  meanSquare: usize,
  largest: usize,
  count: i32,
  s: v128,
  p: v128,
  q: v128,
  e: v128,
  ofGradient: v128,
  ofWeight: v128,
  least: v128,
  limit: v128,
): void {
  const gradient = f32x4.mul(loadVector(g, count), ofGradient);
  let m = flush(loadVector(mean, count), limit);
  let v = loadVector(meanSquare, count);
  m = madd(p, f32x4.sub(gradient, m), m);
  v = madd(q, f32x4.sub(squareOf(gradient, least), v), v);
  storeVector(mean, m, count);
  storeVector(meanSquare, v, count);
  if (largest != 0) {
    v = f32x4.max(loadVector(largest, count), v);
    storeVector(largest, v, count);
  }
  const step = f32x4.div(f32x4.mul(s, m), f32x4.add(f32x4.sqrt(v), e));
  const decayed = f32x4.mul(loadVector(w, count), ofWeight);
  storeVector(w, f32x4.sub(decayed, step), count);
}
