// Adadelta (Zeiler 2012), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { leastRoot, squareOf } from './subnormal';

/**
 * One update of w[n] by g[n], float32: v ← ρ v + (1 - ρ) g², d = g √(u + ε) / √(v + ε), u ← ρ u + (1 - ρ) d²,
 * w ← w - learningRate d. u is the mean square of the steps: meanSquareStep[n].
 * @module optimizers
 * @cost 1 n
 * @inPlace
 */
export function adadelta(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  meanSquare: usize,
  meanSquareStep: usize,
  n: i32,
  learningRate: f32,
  rho: f32,
  epsilon: f32,
): void {
  const r = f32x4.splat(learningRate);
  const p = f32x4.splat(rho);
  const q = f32x4.splat(1 - rho);
  const e = f32x4.splat(epsilon);
  const least = leastRoot(epsilon);
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    const square = f32x4.mul(q, squareOf(gradient, least));
    const v = madd(p, loadVector(meanSquare + at, count), square);
    storeVector(meanSquare + at, v, count);
    const u = loadVector(meanSquareStep + at, count);
    const root = f32x4.sqrt(f32x4.add(u, e));
    const d = f32x4.div(f32x4.mul(root, gradient), f32x4.sqrt(f32x4.add(v, e)));
    storeVector(meanSquareStep + at, madd(p, u, f32x4.mul(q, squareOf(d, least))), count);
    const change = f32x4.mul(r, d);
    storeVector(w + at, f32x4.sub(loadVector(w + at, count), change), count);
  }
}
