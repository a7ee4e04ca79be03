// Adagrad (Duchi, Hazan and Singer 2011), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';

/**
 * One update of w[n] by g[n], float32: a ← a + g², w ← w - learningRate g / √(a + ε).
 * @module optimizers
 * @cost 0.7 n
 * @inPlace
 */
export function adagrad(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  accumulator: usize,
  n: i32,
  learningRate: f32,
  epsilon: f32,
): void {
  const r = f32x4.splat(learningRate);
  const e = f32x4.splat(epsilon);
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    const a = madd(gradient, gradient, loadVector(accumulator + at, count));
    storeVector(accumulator + at, a, count);
    const step = f32x4.div(f32x4.mul(r, gradient), f32x4.sqrt(f32x4.add(a, e)));
    storeVector(w + at, f32x4.sub(loadVector(w + at, count), step), count);
  }
}
