// The error function and the upper tail of the normal distribution on four float32 lanes.

import { madd } from '../lanes';
import { gaussianF32x4 } from './exp';
import { half, one, polynomial4, polynomial5, splatAt } from './polynomial';

// e^(z²) erfc z = numerator(z) / denominator(z) up to 10.3, minimax and rounded: error below 2^-25.
// All coefficients are positive, so nothing cancels.
const NUMERATOR = memory.data<f32>([3.29702646e-2, 0.230045497, 0.733337224, 1.24006355, 1]);
const DENOMINATOR = memory.data<f32>([
  5.84376045e-2, 0.407770634, 1.32860398, 2.40582967, 2.36844325, 1,
]);

// erf a = a + a p(a²) below 0.85, minimax: error below 2^-27.
const SERIES = memory.data<f32>([
  -6.33443473e-4, 5.05526364e-3, -2.68058069e-2, 0.112828285, -0.376125872, 0.128379166,
]);

// sqrt 2, sqrt(1/2), then where the Gaussian tail is 0, where erf is 1, where the series ends.
const CONSTANTS = memory.data<f32>([1.4142135623730951, 0.7071067811865476, 14.5, 10, 0.85]);

/** e^(z²) erfc(z) for 0 <= z <= 10.3, falling slowly from 1 to 0.05. Error below 6 ulp. */
export function scaledErfcF32x4(z: v128): v128 {
  return scaledErfcInline(z);
}

/** The same without a call. */
// @ts-ignore: decorator
@inline
export function scaledErfcInline(z: v128): v128 {
  return f32x4.div(polynomial4(z, NUMERATOR), polynomial5(z, DENOMINATOR));
}

/**
 * The probability that a standard normal number exceeds |x|: erfc(|x| / sqrt 2) / 2. Error below
 * 8 ulp everywhere, however small the result.
 */
export function normalTailF32x4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), splatAt(CONSTANTS, 2));
  const scaled = scaledErfcF32x4(f32x4.mul(a, splatAt(CONSTANTS, 1)));
  return f32x4.mul(f32x4.mul(scaled, half()), gaussianF32x4(x));
}

/** erf x. Error below 2 ulp everywhere. */
export function erfF32x4(x: v128): v128 {
  const sign = v128.xor(x, f32x4.abs(x));
  const a = f32x4.pmin(f32x4.abs(x), splatAt(CONSTANTS, 3));
  // 1 - erfc a …
  const tail = f32x4.mul(scaledErfcF32x4(a), gaussianF32x4(f32x4.mul(a, splatAt(CONSTANTS, 0))));
  const large = f32x4.sub(one(), tail);
  // … and near 0 the series.
  const small = madd(a, polynomial5(f32x4.mul(a, a), SERIES), a);
  const y = v128.bitselect(small, large, f32x4.lt(a, splatAt(CONSTANTS, 4)));
  return v128.or(y, sign);
}
