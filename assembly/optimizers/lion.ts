// Lion (Chen et al. 2023), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { signF32x4 } from '../ops/functions/element-function';
import { GRAIN, shareBegin, shareEnd } from '../split';

/**
 * One update of w[n] by g[n], float32: w ← w - learningRate sign(β₁ m + (1 - β₁) g), then
 * m ← β₂ m + (1 - β₂) g.
 * @module optimizers
 * @cost 0.5 n
 * @inPlace
 */
export function lion(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  mean: usize,
  n: i32,
  learningRate: f32,
  beta1: f32,
  beta2: f32,
): void {
  const r = f32x4.splat(-learningRate);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const q1 = f32x4.splat(1 - beta1);
  const q2 = f32x4.splat(1 - beta2);
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    const m = loadVector(mean + at, count);
    const direction = signF32x4(madd(b1, m, f32x4.mul(q1, gradient)));
    storeVector(w + at, madd(r, direction, loadVector(w + at, count)), count);
    storeVector(mean + at, madd(b2, m, f32x4.mul(q2, gradient)), count);
  }
}
