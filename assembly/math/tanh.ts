// The hyperbolic tangent on four float32 lanes.

import { madd } from '../lanes';
import { expF32x4 } from './exp';
import { ExpForm } from './exp-run';
import { magnitude, one, polynomial4, splatAt, two } from './polynomial';

// tanh a = a + a³ p(a²) below 0.55, minimax: error below 2^-29.
const SERIES = memory.data<f32>([
  -6.24284893e-3, 2.1050714e-2, -5.38475476e-2, 0.133325443, -0.333333164,
]);
const LIMITS = memory.data<f32>([0.55]);

/** tanh x. Error below 1.6 ulp everywhere. */
export function tanhF32x4(x: v128): v128 {
  return fromExp(x, expF32x4(doubled(x)));
}

/** 2 |x| */
// @ts-ignore: decorator
@inline
function doubled(x: v128): v128 {
  const a = magnitude(x);
  return f32x4.add(a, a);
}

/** e is e^2|x|. */
// @ts-ignore: decorator
@inline
function fromExp(x: v128, e: v128): v128 {
  const a = magnitude(x);
  const sign = v128.xor(x, a);
  // 1 - 2 / (e^2a + 1): right, infinity included, once the quotient is below 1/2 …
  const large = f32x4.sub(one(), f32x4.div(two(), f32x4.add(e, one())));
  // … and the series below that.
  const z = f32x4.mul(a, a);
  const small = madd(f32x4.mul(a, z), polynomial4(z, SERIES), a);
  const y = v128.bitselect(small, large, f32x4.lt(a, splatAt(LIMITS, 0)));
  return v128.or(y, sign);
}

/** The hyperbolic tangent for `expRun`. */
@unmanaged
export class TanhForm extends ExpForm {
  @inline
  exponent(shift: v128, x: v128): v128 {
    return doubled(x);
  }
  @inline
  reach(shift: v128, x: v128): v128 {
    return f32x4.add(x, x);
  }
  @inline
  result(x: v128, e: v128): v128 {
    return fromExp(x, e);
  }
  @inline
  value(shift: v128, x: v128): v128 {
    return tanhF32x4(x);
  }
}
