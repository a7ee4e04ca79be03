// Follow the regularized leader (McMahan et al. 2013), as in Keras 3.

import { loadVector, madd, storeVector } from '../lanes';
import { GRAIN, shareBegin, shareEnd } from '../split';

/**
 * One update of w[n] by g[n], float32, with the accumulator a[n] and the linear term z[n]:
 *   b = a + g², z ← z + g + shrinkage w - (b^power - a^power) inverseRate w, a ← b
 *   w ← (clip(z, -l1, l1) - z) / (b^power inverseRate + quadratic)
 * power is minus Keras's learning_rate_power; quadratic is 2 l2 + beta / learningRate; shrinkage is twice Keras's.
 * @module optimizers
 * @cost 1.5 n
 * @inPlace
 */
export function ftrl(
  thread: i32,
  threads: i32,
  w: usize,
  g: usize,
  accumulator: usize,
  linear: usize,
  n: i32,
  inverseRate: f32,
  power: f32,
  l1: f32,
  quadratic: f32,
  shrinkage: f32,
): void {
  const r = f32x4.splat(inverseRate);
  const limit = f32x4.splat(l1);
  const low = f32x4.neg(limit);
  const q = f32x4.splat(quadratic);
  const s = f32x4.splat(shrinkage);
  const end = shareEnd(n, thread, threads, GRAIN);
  for (let i = shareBegin(n, thread, threads, GRAIN); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const gradient = loadVector(g + at, count);
    const weight = loadVector(w + at, count);
    const a = loadVector(accumulator + at, count);
    const b = madd(gradient, gradient, a);
    storeVector(accumulator + at, b, count);
    const after = powerF32x4(b, power);
    const sigma = f32x4.mul(f32x4.sub(after, powerF32x4(a, power)), r);
    let z = loadVector(linear + at, count);
    z = f32x4.add(z, f32x4.sub(madd(s, weight, gradient), f32x4.mul(sigma, weight)));
    storeVector(linear + at, z, count);
    const difference = f32x4.sub(f32x4.max(f32x4.min(z, limit), low), z);
    const quotient = f32x4.div(difference, madd(after, r, q));
    // A weight whose linear term is within ±l1 is 0, also where there was no gradient yet and the divisor is 0.
    const isInside = f32x4.eq(difference, f32x4.splat(0));
    storeVector(w + at, v128.andnot(quotient, isInside), count);
  }
}

/** x^p for x >= 0. The default p is a square root; others are rare and go lane by lane. */
function powerF32x4(x: v128, p: f32): v128 {
  if (p == 0.5) return f32x4.sqrt(x);
  let y = f32x4.splat(Mathf.pow(f32x4.extract_lane(x, 0), p));
  y = f32x4.replace_lane(y, 1, Mathf.pow(f32x4.extract_lane(x, 1), p));
  y = f32x4.replace_lane(y, 2, Mathf.pow(f32x4.extract_lane(x, 2), p));
  return f32x4.replace_lane(y, 3, Mathf.pow(f32x4.extract_lane(x, 3), p));
}
