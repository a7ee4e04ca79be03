// Kernels of evenly distributed numbers: words, float32, integers.

import { Draw, generate } from './philox';

/**
 * out: uint32 [n] ← the words of Philox themselves.
 * @cost 2 n
 */
export function randomBits(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  const none = i32x4.splat(0);
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  generate(Draw.Bits, thread, threads, out, 0, n, stream, none, none, none);
}

/** The largest float32 below x. */
function below(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  if (x == 0) return reinterpret<f32>(0x80000001);
  return reinterpret<f32>(bits < 0 ? bits + 1 : bits - 1);
}

/**
 * out: float32 [n] ← low + u (high - low), u a multiple of 2^-24 in [0, 1), kept below `high` where
 * the rounding of the sum would reach it. All `low` where low == high.
 * @cost 2 n
 */
export function randomUniform(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
  low: f32,
  high: f32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const a = f32x4.splat(low);
  const b = f32x4.splat(high - low);
  const c = f32x4.splat(max(low, below(high)));
  generate(Draw.Uniform, thread, threads, out, 0, n, stream, a, b, c);
}

/**
 * out: int32 [n] ← low + floor(bits (high - low) / 2^32), in [low, high), high > low.
 * The probability of each value differs from 1 / (high - low) by less than 2^-32.
 * @cost 2 n
 */
export function randomIntegers(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
  low: i32,
  high: i32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const a = i32x4.splat(low);
  const b = i32x4.splat(high - low);
  generate(Draw.Integer, thread, threads, out, 0, n, stream, a, b, i32x4.splat(0));
}
