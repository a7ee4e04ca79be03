// RMSprop (Hinton 2012), with momentum and centering, as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { flush, leastRoot, negligible, squareOf } from './subnormal';

/**
 * On up to four weights:
 *   v ← ρ v + (1 - ρ) g²
 *   centered: a ← ρ a + (1 - ρ) g, d = v - a² + ε; else d = v + ε
 *   momentum: b ← momentum b + learningRate g / √d, w ← w - b; else w ← w - learningRate g / √d
 */
// @ts-ignore: decorator
@inline
function update(
  w: usize,
  g: usize,
  meanSquare: usize,
  meanGradient: usize,
  momentumBuffer: usize,
  learningRate: v128,
  rho: v128,
  oneMinusRho: v128,
  momentum: v128,
  epsilon: v128,
  least: v128,
  limit: v128,
  centered: bool,
  withMomentum: bool,
  count: i32,
): void {
  const gradient = loadVector(g, count);
  const square = f32x4.mul(oneMinusRho, squareOf(gradient, least));
  let v = madd(rho, loadVector(meanSquare, count), square);
  storeVector(meanSquare, v, count);
  if (centered) {
    const scaled = f32x4.mul(oneMinusRho, gradient);
    const a = madd(rho, flush(loadVector(meanGradient, count), limit), scaled);
    storeVector(meanGradient, a, count);
    // A variance is never negative; rounding could make it so, and the root NaN, under a steady gradient.
    v = f32x4.max(f32x4.sub(v, f32x4.mul(a, a)), f32x4.splat(0));
  }
  let step = f32x4.div(f32x4.mul(learningRate, gradient), f32x4.sqrt(f32x4.add(v, epsilon)));
  if (withMomentum) {
    step = madd(momentum, flush(loadVector(momentumBuffer, count), limit), step);
    storeVector(momentumBuffer, step, count);
  }
  storeVector(w, f32x4.sub(loadVector(w, count), step), count);
}

/**
 * One update of w[n] by g[n], float32. meanSquare[n]; meanGradient[n], or 0 where not centered;
 * momentumBuffer[n], or 0 where momentum is 0.
 * @cost 0.6 n
 * @inPlace
 */
export function rmsprop(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  meanSquare: usize,
  meanGradient: usize,
  momentumBuffer: usize,
  n: i32,
  learningRate: f32,
  rho: f32,
  momentum: f32,
  epsilon: f32,
): void {
  const r = f32x4.splat(learningRate);
  const p = f32x4.splat(rho);
  const q = f32x4.splat(1 - rho);
  const m = f32x4.splat(momentum);
  const e = f32x4.splat(epsilon);
  const s = leastRoot(epsilon);
  const k = negligible();
  const begin = (<usize>shareBegin(n, thread, threads, GRAIN)) << 2;
  const end = (<usize>shareEnd(n, thread, threads, GRAIN)) << 2;
  const whole = begin + ((end - begin) & ~15);
  const centered = meanGradient != 0;
  const withMomentum = momentumBuffer != 0;
  const v = meanSquare;
  const a = meanGradient;
  const b = momentumBuffer;
  let i = begin;
  // One loop a variant: inside, nothing is tested.
  if (!centered && !withMomentum) {
    for (; i < whole; i += 16)
      update(w + i, g + i, v + i, 0, 0, r, p, q, m, e, s, k, false, false, 4);
  } else if (!centered) {
    for (; i < whole; i += 16)
      update(w + i, g + i, v + i, 0, b + i, r, p, q, m, e, s, k, false, true, 4);
  } else if (!withMomentum) {
    for (; i < whole; i += 16)
      update(w + i, g + i, v + i, a + i, 0, r, p, q, m, e, s, k, true, false, 4);
  } else {
    for (; i < whole; i += 16) {
      update(w + i, g + i, v + i, a + i, b + i, r, p, q, m, e, s, k, true, true, 4);
    }
  }
  const rest = <i32>((end - whole) >> 2);
  if (rest > 0)
    update(w + i, g + i, v + i, a + i, b + i, r, p, q, m, e, s, k, centered, withMomentum, rest);
}
