// Schedule-free AdamW (Defazio et al. 2024), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';
import { leastRoot, squareOf } from './subnormal';

/**
 * One update of w[n] by g[n], float32, where w lies between the steps z and their mean x: w = (1 - β₁) z + β₁ x.
 * v ← v + (1 - β₂)(g² - v), z ← z - rate g / (√(v correction) + ε), x ← x + share (z - x), and w again. correction is
 * 1 / (1 - β₂ᵗ).
 * @module optimizers
 * @cost 1 n
 * @inPlace
 */
export function scheduleFreeAdamW(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  z: usize,
  meanSquare: usize,
  n: i32,
  rate: f32,
  beta1: f32,
  oneMinusBeta2: f32,
  correction: f32,
  epsilon: f32,
  share: f32,
): void {
  const r = f32x4.splat(rate);
  const b = f32x4.splat(beta1);
  const p = f32x4.splat(1 - beta1);
  const q = f32x4.splat(oneMinusBeta2);
  const c = f32x4.splat(correction);
  const e = f32x4.splat(epsilon);
  const s = f32x4.splat(share);
  const least = leastRoot(epsilon);
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    const before = loadVector(z + at, count);
    let v = loadVector(meanSquare + at, count);
    v = madd(q, f32x4.sub(squareOf(gradient, least), v), v);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, c)), e);
    const after = f32x4.sub(before, f32x4.div(f32x4.mul(r, gradient), root));
    const mean = f32x4.div(f32x4.sub(loadVector(w + at, count), f32x4.mul(p, before)), b);
    const moved = madd(s, f32x4.sub(after, mean), mean);
    storeVector(meanSquare + at, v, count);
    storeVector(z + at, after, count);
    storeVector(w + at, madd(b, moved, f32x4.mul(p, after)), count);
  }
}
