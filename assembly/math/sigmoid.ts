// The logistic function on four float32 lanes.

import { expF32x4 } from './exp';
import { one } from './polynomial';

/** e^-|x|: in [0, 1], so that nothing made of it overflows. */
// @ts-ignore: decorator
@inline
export function decayF32x4(x: v128): v128 {
  return expF32x4(f32x4.neg(f32x4.abs(x)));
}

/** 1 / (1 + e^-x). Error below 2.5 ulp everywhere, the far negative end included. */
export function sigmoidF32x4(x: v128): v128 {
  const e = decayF32x4(x);
  // 1 / (1 + e) from 0 upwards, e / (1 + e) below.
  const numerator = v128.bitselect(e, one(), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one(), e));
}
