// Kernels of normally distributed numbers.

import { Draw, generate } from './philox';

/**
 * out: float32 [n] ← mean + std · z, z standard normal by Box–Muller: elements 4j, 4j+1 are the cosine
 * and the sine made of words 0 and 1 of block j, elements 4j+2, 4j+3 those of words 2 and 3.
 * @cost 5 n
 */
export function randomNormal(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
  mean: f32,
  std: f32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const m = f32x4.splat(mean);
  const s = f32x4.splat(std);
  generate(Draw.Normal, thread, threads, out, 0, n, stream, m, s, f32x4.splat(Infinity));
}

/**
 * out: float32 [n] ← mean + std · z, z standard normal on condition that |z| < 2, by the inverse of the
 * distribution function: one word an element, none rejected.
 * @cost 5 n
 */
export function randomTruncatedNormal(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
  mean: f32,
  std: f32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const m = f32x4.splat(mean);
  const s = f32x4.splat(std);
  const none = f32x4.splat(Infinity);
  generate(Draw.TruncatedNormal, thread, threads, out, 0, n, stream, m, s, none);
}
