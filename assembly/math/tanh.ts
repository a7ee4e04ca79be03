// The hyperbolic tangent on four float32 lanes.

import { madd } from '../lanes';
import { expF32x4 } from './exp';
import { one, polynomial4, splatAt, two } from './polynomial';

// tanh a = a + a³ p(a²) below 0.55, minimax: error below 2^-29.
const SERIES = memory.data<f32>([
  -6.24284893e-3, 2.1050714e-2, -5.38475476e-2, 0.133325443, -0.333333164,
]);
const LIMITS = memory.data<f32>([0.55]);

/** tanh x. Error below 1.6 ulp everywhere. */
export function tanhF32x4(x: v128): v128 {
  const a = f32x4.abs(x);
  const sign = v128.xor(x, a);
  // 1 - 2 / (e^2a + 1): right, infinity included, once the quotient is below 1/2 …
  const quotient = f32x4.div(two(), f32x4.add(expF32x4(f32x4.add(a, a)), one()));
  const large = f32x4.sub(one(), quotient);
  // … and the series below that.
  const z = f32x4.mul(a, a);
  const small = madd(f32x4.mul(a, z), polynomial4(z, SERIES), a);
  const y = v128.bitselect(small, large, f32x4.lt(a, splatAt(LIMITS, 0)));
  return v128.or(y, sign);
}
