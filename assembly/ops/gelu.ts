// gelu and its slope at once: they share an exponential and the tail of the normal distribution.

import { loadVector, storeVector } from '../lanes';
import { gaussianF32x4 } from '../math/exp';
import { scaledErfcF32x4 } from '../math/erf';
import { half, one } from '../math/polynomial';
import { shareBegin, shareEnd } from '../split';
import { NORMAL_DENSITY_AT_0, SQRT_HALF } from './functions/smooth';

/**
 * out[n] = gelu(x[n]), slope[n] = gelu'(x[n]): the bits of `unary` and, for a dy of 1, of `unaryGradient`.
 * @cost 1.5 n
 */
export function geluWithSlope(
  thread: i32,
  threads: i32,
  out: usize,
  slope: usize,
  x: usize,
  n: i32,
): void {
  const begin = shareBegin(n, thread, threads, 16);
  let count = shareEnd(n, thread, threads, 16) - begin;
  for (let at = (<usize>begin) << 2; count > 0; count -= 4, at += 16) {
    const value = loadVector(x + at, count);
    const t = f32x4.pmin(f32x4.abs(value), f32x4.splat(14.5));
    const scaled = f32x4.mul(scaledErfcF32x4(f32x4.mul(t, f32x4.splat(SQRT_HALF))), half());
    const gaussian = gaussianF32x4(value);
    const tail = f32x4.mul(scaled, gaussian);
    const density = f32x4.mul(t, f32x4.splat(NORMAL_DENSITY_AT_0));
    const mirrored = f32x4.mul(f32x4.sub(scaled, density), gaussian);
    const isNegative = f32x4.lt(value, f32x4.splat(0));
    const phi = v128.bitselect(tail, f32x4.sub(one(), tail), isNegative);
    storeVector(out + at, f32x4.mul(value, phi), count);
    const d = v128.bitselect(mirrored, f32x4.sub(one(), mirrored), isNegative);
    storeVector(slope + at, d, count);
  }
}
