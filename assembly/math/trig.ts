// Sine and cosine on four float32 lanes.
//
// |x| = q pi/2 + r with |r| <= pi/4; the quadrant q picks a sine or a cosine of r and its sign.
// Up to 2^25 the reduction is two steps in float64. Beyond that, where training never goes but a
// result must still be right, it is done lane by lane with 2 / pi to 192 bits.

import { madd } from '../lanes';
import { minusHalf, one, polynomial2 } from './polynomial';

const TWO_OVER_PI: f64 = 0.6366197723675814;
/** The first 28 bits of pi/2: its product with a quadrant up to 2^25 is exact. */
const HALF_PI_HIGH: f64 = 1.570796325802803;
const HALF_PI_LOW: f64 = 9.920935796805404e-10;
/** pi/2 * 2^-64 */
const HALF_PI_OF_TURN: f64 = 8.515303950216386e-20;
/** From here on a product with HALF_PI_HIGH would no longer be exact. */
const LARGE: f32 = 33554432;

// sin r = r + r³ p(r²), minimax: error below 2^-27.
const SINE = memory.data<f32>([-1.9518286e-4, 8.33218917e-3, -0.166666552]);
// cos r = 1 - r² / 2 + r⁴ q(r²), minimax: error below 2^-32.
const COSINE = memory.data<f32>([2.4432562e-5, -1.38873106e-3, 4.16666456e-2]);

/** The fraction bits of 2 / pi, 32 to a word. */
const TWO_OVER_PI_BITS = memory.data<u32>([
  0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
]);

/**
 * x * 2 / pi modulo 4, in units of 2^-62, for finite x >= 2^25.
 *
 * x is an integer below 2^24 times 2^s. Bits of 2 / pi that would weigh 4 or more after the shift
 * by s make whole turns, so 64 bits from weight 2 downwards are all that is needed; the product with
 * the integer then wraps exactly as the turns do.
 */
export function quarterTurns(x: f32): u64 {
  const bits = reinterpret<u32>(x);
  const integer = <u64>((bits & 0x7fffff) | 0x800000);
  const first = (bits >> 23) - 152;
  const word = TWO_OVER_PI_BITS + ((first >> 5) << 2);
  const within = <u64>(first & 31);
  const upper = ((<u64>load<u32>(word)) << 32) | (<u64>load<u32>(word, 4));
  const next = <u64>load<u32>(word, 8);
  return integer * ((upper << within) | (next >> (32 - within)));
}

/** cos(a) for shift 1, sin(a) for shift 0, where a >= 0. NaN for infinity. */
function shiftedSine(a: v128, shift: v128): v128 {
  const low = f64x2.promote_low_f32x4(a);
  const high = f64x2.promote_low_f32x4(i64x2.shuffle(a, a, 1, 0));
  const lowQuotient = f64x2.nearest(f64x2.mul(low, f64x2.splat(TWO_OVER_PI)));
  const highQuotient = f64x2.nearest(f64x2.mul(high, f64x2.splat(TWO_OVER_PI)));
  let r = i64x2.shuffle(
    f32x4.demote_f64x2_zero(remainder(low, lowQuotient)),
    f32x4.demote_f64x2_zero(remainder(high, highQuotient)),
    0,
    2,
  );
  let quadrant = i64x2.shuffle(
    i32x4.trunc_sat_f64x2_s_zero(lowQuotient),
    i32x4.trunc_sat_f64x2_s_zero(highQuotient),
    0,
    2,
  );

  if (v128.any_true(f32x4.ge(a, f32x4.splat(LARGE)))) {
    // Lane 0 four times, the lanes moving one on each time.
    for (let i = 0; i < 4; ++i) {
      const lane = f32x4.extract_lane(a, 0);
      if (lane >= LARGE && lane < Infinity) {
        const turns = quarterTurns(lane);
        // Rounded to the nearest quadrant; what is left, as a signed fraction, times pi/2.
        quadrant = i32x4.replace_lane(quadrant, 0, <i32>((turns + ((<u64>1) << 61)) >> 62));
        r = f32x4.replace_lane(r, 0, <f32>(<f64>(<i64>(turns << 2)) * HALF_PI_OF_TURN));
      }
      a = i32x4.shuffle(a, a, 1, 2, 3, 0);
      r = i32x4.shuffle(r, r, 1, 2, 3, 0);
      quadrant = i32x4.shuffle(quadrant, quadrant, 1, 2, 3, 0);
    }
  }

  const z = f32x4.mul(r, r);
  const sine = madd(f32x4.mul(r, z), polynomial2(z, SINE), r);
  const quartic = madd(f32x4.mul(z, z), polynomial2(z, COSINE), f32x4.mul(z, minusHalf()));
  const cosine = f32x4.add(one(), quartic);

  quadrant = i32x4.add(quadrant, shift);
  const odd = i32x4.shr_s(i32x4.shl(quadrant, 31), 31);
  const sign = i32x4.shl(i32x4.shr_u(quadrant, 1), 31);
  return v128.xor(v128.bitselect(cosine, sine, odd), sign);
}

/** x - quotient * pi/2 */
// @ts-ignore: decorator
@inline
function remainder(x: v128, quotient: v128): v128 {
  const r = f64x2.sub(x, f64x2.mul(quotient, f64x2.splat(HALF_PI_HIGH)));
  return f64x2.sub(r, f64x2.mul(quotient, f64x2.splat(HALF_PI_LOW)));
}

/** sin x. Error below 1.6 ulp up to 2^25, then below 1e-7 absolute; NaN for ±infinity. */
export function sinF32x4(x: v128): v128 {
  const a = f32x4.abs(x);
  return v128.xor(shiftedSine(a, i32x4.splat(0)), v128.xor(x, a));
}

/** cos x. Error below 1.6 ulp up to 2^25, then below 1e-7 absolute; NaN for ±infinity. */
export function cosF32x4(x: v128): v128 {
  return shiftedSine(f32x4.abs(x), i32x4.splat(1));
}
