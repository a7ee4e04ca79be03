// gelu and its slope at once: they share an exponential and the tail of the normal distribution.

import { loadVector, storeVector } from '../lanes';
import { gaussianF32x4, normalGaussian } from '../math/exp';
import { scaledErfcF32x4, scaledErfcInline } from '../math/erf';
import { half, magnitude, one, splatAt } from '../math/polynomial';
import { shareBegin, shareEnd } from '../split';
import { NORMAL_DENSITY_AT_0, SQRT_HALF } from './functions/smooth';

// Beyond the third the tail of the normal distribution is 0; up to the fourth it has normal float32.
const CONSTANTS = memory.data<f32>([SQRT_HALF, NORMAL_DENSITY_AT_0, 14.5, 13]);

/**
 * out[n] = gelu(x[n]), slope[n] = gelu'(x[n]): the bits of `unary` and, for a dy of 1, of `unaryGradient`.
 * @cost 1.2 n
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
    if (count >= 4) {
      const value = v128.load(x + at);
      const t = magnitude(value);
      if (i32x4.all_true(f32x4.le(t, splatAt(CONSTANTS, 3)))) {
        const scaled = f32x4.mul(scaledErfcInline(f32x4.mul(t, splatAt(CONSTANTS, 0))), half());
        write(out + at, slope + at, 4, value, t, scaled, normalGaussian(t));
        continue;
      }
    }
    writeAny(out + at, slope + at, x + at, count);
  }
}

/** The same of any numbers, as many as there are up to four. */
function writeAny(out: usize, slope: usize, x: usize, count: i32): void {
  const value = loadVector(x, count);
  const t = f32x4.pmin(magnitude(value), splatAt(CONSTANTS, 2));
  const scaled = f32x4.mul(scaledErfcF32x4(f32x4.mul(t, splatAt(CONSTANTS, 0))), half());
  write(out, slope, count, value, t, scaled, gaussianF32x4(value));
}

/** @param t min(|value|, 14.5) @param scaled half of e^(t²/2) erfc(t / √2) @param gaussian e^(-value²/2) */
// @ts-ignore: decorator
@inline
function write(
  out: usize,
  slope: usize,
  count: i32,
  value: v128,
  t: v128,
  scaled: v128,
  gaussian: v128,
): void {
  const tail = f32x4.mul(scaled, gaussian);
  const density = f32x4.mul(t, splatAt(CONSTANTS, 1));
  const mirrored = f32x4.mul(f32x4.sub(scaled, density), gaussian);
  const isNegative = i32x4.shr_s(value, 31);
  const phi = v128.bitselect(tail, f32x4.sub(one(), tail), isNegative);
  storeVector(out, f32x4.mul(value, phi), count);
  const d = v128.bitselect(mirrored, f32x4.sub(one(), mirrored), isNegative);
  storeVector(slope, d, count);
}
