// Numbers of the gamma and the beta distribution, by the method of Marsaglia and Tsang, "A simple method for generating gamma
// variables" (2000): a normal number is taken or refused, and one more is drawn for each that is refused.
//
// Element i reads block counter + i, and nothing beside it reads that block. The high 64 bits of the counter are 0 in all other
// draws. Here they number the attempts, and the two gamma numbers of which one of the beta distribution is made. So an element
// has as many numbers as it needs, and the same ones on any number of threads.

import { expF32x4 } from '../math/exp';
import { log1pF32x4, logF32x4 } from '../math/log';
import { gaussianCosine, gaussianRadius, unitInterval } from './distributions';
import { philoxBlock } from './philox';
import { shareBegin, shareEnd } from '../split';

/** What stands in the place of ln u / α where α is at least 1. */
const NONE: f32 = 0;

/** ln of the factor by which a number of the distribution of α + 1 becomes one of α: ln u / α for α below 1, else 0. */
// @ts-ignore: decorator
@inline
function logOfBoost(alpha: f64, stream: v128, element: i32, which: i32): f32 {
  if (alpha >= 1) return NONE;
  const words = philoxBlock(stream, element, 0, which);
  // Of the word that the first attempt leaves.
  const u = f32x4.sub(f32x4.splat(1), unitInterval(words));
  return <f32>(<f64>f32x4.extract_lane(logF32x4(u), 3) / alpha);
}

/** A number of the gamma distribution of max(α, α + 1 for α below 1); NaN unless α is above 0 and finite. */
function unboosted(alpha: f64, stream: v128, element: i32, which: i32): f64 {
  if (!(alpha > 0 && alpha < Infinity)) return NaN;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3.0;
  const c = 1 / Math.sqrt(9 * d);
  let attempt = 0;
  let y: f64 = 0;
  // 0 is not a number of the distribution, as v is above 0.
  while (y == 0) {
    const words = philoxBlock(stream, element, attempt++, which);
    const z = gaussianCosine(gaussianRadius(words), i32x4.shuffle(words, words, 1, 1, 1, 1));
    const x = <f64>f32x4.extract_lane(z, 0);
    const t = <f32>(c * x);
    if (t <= -1) continue;
    const root = 1 + <f64>t;
    const v = root * root * root;
    const u = f32x4.sub(f32x4.splat(1), unitInterval(words));
    const logOfU = <f64>f32x4.extract_lane(logF32x4(u), 2);
    const logOfV = 3 * <f64>f32x4.extract_lane(log1pF32x4(f32x4.splat(t)), 0);
    if (logOfU < 0.5 * x * x + d * (1 - v + logOfV)) y = d * v;
  }
  return y;
}

/**
 * out: float32 [n] ← numbers of the gamma distribution of shape alpha[i % alphas] and scale 1; NaN unless that is above 0 and
 * finite. `alphas` is 1 or n.
 * @module gamma
 * @cost 40 n
 */
export function randomGamma(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  alpha: usize,
  alphas: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const end = shareEnd(n, thread, threads, 16);
  for (let i = shareBegin(n, thread, threads, 16); i < end; i++) {
    const a = <f64>load<f32>(alpha + ((<usize>(i % alphas)) << 2));
    const boost = f32x4.splat(logOfBoost(a, stream, i, 0));
    const y = unboosted(a, stream, i, 0) * <f64>f32x4.extract_lane(expF32x4(boost), 0);
    store<f32>(out + ((<usize>i) << 2), <f32>y);
  }
}

/**
 * out: float32 [n] ← numbers of the beta distribution of alpha[i % alphas] and beta[i % betas]; NaN unless both are above 0 and
 * finite. `alphas` and `betas` are 1 or n each.
 * @module gamma
 * @cost 80 n
 */
export function randomBeta(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  alpha: usize,
  alphas: i32,
  beta: usize,
  betas: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const end = shareEnd(n, thread, threads, 16);
  for (let i = shareBegin(n, thread, threads, 16); i < end; i++) {
    const a = <f64>load<f32>(alpha + ((<usize>(i % alphas)) << 2));
    const b = <f64>load<f32>(beta + ((<usize>(i % betas)) << 2));
    // x / (x + y). The factors may be too small for float32 both, but not their quotient.
    const quotient = unboosted(b, stream, i, 1) / unboosted(a, stream, i, 0);
    const boost = f32x4.splat(logOfBoost(b, stream, i, 1) - logOfBoost(a, stream, i, 0));
    const y = 1 / (1 + quotient * <f64>f32x4.extract_lane(expF32x4(boost), 0));
    store<f32>(out + ((<usize>i) << 2), <f32>y);
  }
}
