// The arctangent on four float32 lanes.

import { madd } from '../lanes';
import { magnitude, one, polynomial4, splatAt } from './polynomial';

// arctan r = r + r³ p(r²) up to tan(π/8), minimax: error below 2^-30.
const SERIES = memory.data<f32>([
  -6.08299375e-2, 0.10595829, -0.142438263, 0.199984878, -0.333333164,
]);
// tan(π/8), tan(3π/8), then π/4 and π/2 as what float32 holds of them and what is left.
const CONSTANTS = memory.data<f32>([
  0.41421356237309503, 2.414213562373095, 0.7853981852531433, -2.1855694143368964e-8,
  1.5707963705062866, -4.371138828673793e-8,
]); // prettier-ignore

/** arctan x. Error below 2 ulp everywhere. */
export function arctanF32x4(x: v128): v128 {
  const a = magnitude(x);
  const sign = v128.xor(x, a);
  // π/4 + arctan((a - 1) / (a + 1)) from tan(π/8), and π/2 - arctan(1 / a) from tan(3π/8).
  const isMiddle = f32x4.gt(a, splatAt(CONSTANTS, 0));
  const isLarge = f32x4.gt(a, splatAt(CONSTANTS, 1));
  let above = v128.bitselect(f32x4.sub(a, one()), a, isMiddle);
  let below = v128.bitselect(f32x4.add(a, one()), one(), isMiddle);
  let turn = v128.and(splatAt(CONSTANTS, 2), isMiddle);
  let rest = v128.and(splatAt(CONSTANTS, 3), isMiddle);
  above = v128.bitselect(f32x4.neg(one()), above, isLarge);
  below = v128.bitselect(a, below, isLarge);
  turn = v128.bitselect(splatAt(CONSTANTS, 4), turn, isLarge);
  rest = v128.bitselect(splatAt(CONSTANTS, 5), rest, isLarge);
  const r = f32x4.div(above, below);
  const z = f32x4.mul(r, r);
  const tail = madd(f32x4.mul(r, z), polynomial4(z, SERIES), rest);
  return v128.or(f32x4.add(turn, f32x4.add(r, tail)), sign);
}
