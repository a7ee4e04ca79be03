// The logistic function on four float32 lanes.

import { expF32x4 } from './exp';
import { ExpForm } from './exp-run';
import { negativeMagnitude, one } from './polynomial';

/** e^-|x|: in [0, 1], so that nothing made of it overflows. */
// @ts-ignore: decorator
@inline
export function decayF32x4(x: v128): v128 {
  return expF32x4(negativeMagnitude(x));
}

/** 1 / (1 + e^-x). Error below 2.5 ulp everywhere, the far negative end included. */
export function sigmoidF32x4(x: v128): v128 {
  return fromDecay(x, decayF32x4(x));
}

/** e is e^-|x|. */
// @ts-ignore: decorator
@inline
function fromDecay(x: v128, e: v128): v128 {
  // 1 / (1 + e) from 0 upwards, e / (1 + e) below.
  const numerator = v128.bitselect(e, one(), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one(), e));
}

/** The logistic function for `expRun`. */
@unmanaged
export class SigmoidForm extends ExpForm {
  @inline
  exponent(shift: v128, x: v128): v128 {
    return negativeMagnitude(x);
  }
  @inline
  reach(shift: v128, x: v128): v128 {
    return x;
  }
  @inline
  result(x: v128, e: v128): v128 {
    return fromDecay(x, e);
  }
  @inline
  value(shift: v128, x: v128): v128 {
    return sigmoidF32x4(x);
  }
}
