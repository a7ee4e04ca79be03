// Elementary and special functions of one float32 that no layer computes. Two lanes at a time are computed in float64: there
// are many functions, and each is a line or two where nothing cancels.

import { ElementaryOp } from '../codes';
import { loadVector, storeVector } from '../lanes';
import { quarterTurns } from '../math/trig';
import { shareBegin, shareEnd } from '../split';
import { arctan, cosine, exp, polynomial, sine } from './double';
import { logGamma } from './gamma';
import { log } from './logarithm';

/**
 * out[n] = f(x[n]) of the function that `op` names. Error below 0.51 ulp everywhere, results below the normal range included.
 * @module numeric
 * @cost 8 n
 */
export function elementary(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  op: ElementaryOp,
): void {
  const end = shareEnd(n, thread, threads, 16);
  for (let i = shareBegin(n, thread, threads, 16); i < end; i += 4) {
    const at = (<usize>i) << 2;
    const v = loadVector(x + at, end - i);
    const low = valueOf(op, f64x2.promote_low_f32x4(v));
    const high = valueOf(op, f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 0)));
    const y = i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
    storeVector(out + at, y, end - i);
  }
}

function valueOf(op: ElementaryOp, x: v128): v128 {
  switch (op) {
    case ElementaryOp.Arcsin:
      return arctan(f64x2.div(x, f64x2.sqrt(lackOfSquare(x))));
    case ElementaryOp.Arccos:
      return arccos(x);
    case ElementaryOp.Arcsinh:
      return arcsinh(x);
    case ElementaryOp.Arccosh:
      return arccosh(x);
    case ElementaryOp.Arctanh:
      return arctanh(x);
    case ElementaryOp.Sinh:
      return sinh(x);
    case ElementaryOp.Cosh: {
      const e = exp(f64x2.abs(x));
      return f64x2.mul(f64x2.splat(0.5), f64x2.add(e, f64x2.div(one(), e)));
    }
    case ElementaryOp.Tan:
      return tan(x);
    case ElementaryOp.Exp2:
      return exp(f64x2.mul(x, f64x2.splat(0.6931471805599453)));
    case ElementaryOp.Log2:
      return f64x2.mul(log(x), f64x2.splat(1.4426950408889634));
    case ElementaryOp.Log10:
      return f64x2.mul(log(x), f64x2.splat(0.4342944819032518));
    case ElementaryOp.Cbrt:
      return withSign(exp(f64x2.mul(log(f64x2.abs(x)), f64x2.splat(0.3333333333333333))), x);
    case ElementaryOp.Erfc:
      return erfc(x);
    case ElementaryOp.Erfinv:
      return erfinv(x);
    case ElementaryOp.Sinc:
      return sinc(x);
    case ElementaryOp.BesselI0:
      return bessel(x, I0, I0_LARGE);
    case ElementaryOp.LogGamma: {
      const first = logGamma(f64x2.extract_lane(x, 0));
      return f64x2.replace_lane(f64x2.splat(first), 1, logGamma(f64x2.extract_lane(x, 1)));
    }
    default:
      return besselI1(x);
  }
}

// @ts-ignore: decorator
@inline
function one(): v128 {
  return f64x2.splat(1);
}

/** |y| with the sign of x. */
// @ts-ignore: decorator
@inline
function withSign(y: v128, x: v128): v128 {
  return v128.or(y, v128.xor(x, f64x2.abs(x)));
}

/** `small` where |x| < 2^-8, else y. */
// @ts-ignore: decorator
@inline
function nearZero(x: v128, small: v128, y: v128): v128 {
  return v128.bitselect(small, y, f64x2.lt(f64x2.abs(x), f64x2.splat(0.00390625)));
}

/** x + third x³ + fifth x⁵ + seventh x⁷ */
function series(x: v128, third: f64, fifth: f64, seventh: f64): v128 {
  const z = f64x2.mul(x, x);
  let p = f64x2.add(f64x2.mul(f64x2.splat(seventh), z), f64x2.splat(fifth));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(third));
  return f64x2.add(x, f64x2.mul(f64x2.mul(x, z), p));
}

/** 1 - x² */
// @ts-ignore: decorator
@inline
function lackOfSquare(x: v128): v128 {
  return f64x2.mul(f64x2.sub(one(), x), f64x2.add(one(), x));
}

/** 2 arctan sqrt((1 - x) / (1 + x)) */
function arccos(x: v128): v128 {
  const half = arctan(f64x2.sqrt(f64x2.div(f64x2.sub(one(), x), f64x2.add(one(), x))));
  return f64x2.add(half, half);
}

/** ln(|x| + sqrt(x² + 1)) with the sign of x */
function arcsinh(x: v128): v128 {
  const a = f64x2.abs(x);
  const y = log(f64x2.add(a, f64x2.sqrt(f64x2.add(f64x2.mul(a, a), one()))));
  return withSign(nearZero(x, series(x, -1.0 / 6, 3.0 / 40, -15.0 / 336), y), x);
}

/** ln(x + sqrt(x² - 1)), NaN below 1 */
function arccosh(x: v128): v128 {
  const square = f64x2.neg(lackOfSquare(x));
  const y = log(f64x2.add(x, f64x2.sqrt(square)));
  return v128.or(y, f64x2.lt(x, one()));
}

/** ln((1 + x) / (1 - x)) / 2 */
function arctanh(x: v128): v128 {
  const y = log(f64x2.div(f64x2.add(one(), x), f64x2.sub(one(), x)));
  return nearZero(x, series(x, 1.0 / 3, 1.0 / 5, 1.0 / 7), f64x2.mul(y, f64x2.splat(0.5)));
}

/** (e^x - e^-x) / 2 */
function sinh(x: v128): v128 {
  const e = exp(f64x2.abs(x));
  const y = f64x2.mul(f64x2.splat(0.5), f64x2.sub(e, f64x2.div(one(), e)));
  return nearZero(x, series(x, 1.0 / 6, 1.0 / 120, 1.0 / 5040), withSign(y, x));
}

/** From here on the first 28 bits of pi/2 times a quadrant would no longer be exact. */
const LARGE: f64 = 33554432;

/** sin r / cos r, or -cos r / sin r in odd quadrants, where x = quadrant π/2 + r. NaN for infinity. */
function tan(x: v128): v128 {
  const q = f64x2.nearest(f64x2.mul(x, f64x2.splat(0.6366197723675814)));
  let r = f64x2.sub(x, f64x2.mul(q, f64x2.splat(1.570796325802803)));
  r = f64x2.sub(r, f64x2.mul(q, f64x2.splat(9.920935796805404e-10)));
  let odd = f64x2.ne(q, f64x2.mul(f64x2.splat(2), f64x2.nearest(f64x2.mul(q, f64x2.splat(0.5)))));
  if (v128.any_true(f64x2.ge(f64x2.abs(x), f64x2.splat(LARGE)))) {
    for (let i = 0; i < 2; i++) {
      const lane = f64x2.extract_lane(x, 0);
      const a = abs(lane);
      if (a >= LARGE && a < Infinity) {
        const turns = quarterTurns(<f32>a);
        const quadrant = (turns + ((<u64>1) << 61)) >> 62;
        const rest = <f64>(<i64>(turns << 2)) * 8.515303950216386e-20;
        r = f64x2.replace_lane(r, 0, lane < 0 ? -rest : rest);
        odd = i64x2.replace_lane(odd, 0, -(<i64>(quadrant & 1)));
      }
      x = i64x2.shuffle(x, x, 1, 0);
      r = i64x2.shuffle(r, r, 1, 0);
      odd = i64x2.shuffle(odd, odd, 1, 0);
    }
  }
  const s = sine(r);
  const c = cosine(r);
  const y = f64x2.div(v128.bitselect(f64x2.neg(c), s, odd), v128.bitselect(s, c, odd));
  return v128.bitselect(x, y, f64x2.eq(x, f64x2.splat(0)));
}

/** sin(πx) / (πx), 1 at 0, 0 at other whole numbers and at ±infinity as far as float64 goes. */
function sinc(x: v128): v128 {
  const a = f64x2.abs(x);
  const turns = f64x2.nearest(f64x2.add(a, a));
  const r = f64x2.mul(
    f64x2.sub(a, f64x2.mul(turns, f64x2.splat(0.5))),
    f64x2.splat(3.141592653589793),
  );
  const half = f64x2.mul(turns, f64x2.splat(0.5));
  const odd = f64x2.ne(half, f64x2.nearest(half));
  const quarter = f64x2.mul(f64x2.splat(0.5), f64x2.floor(half));
  const isNegative = f64x2.ne(quarter, f64x2.floor(quarter));
  const value = v128.bitselect(cosine(r), sine(r), odd);
  const signed = v128.xor(value, v128.and(isNegative, i64x2.splat(i64.MIN_VALUE)));
  const y = f64x2.div(signed, f64x2.mul(a, f64x2.splat(3.141592653589793)));
  return v128.bitselect(one(), y, f64x2.eq(a, f64x2.splat(0)));
}

// e^(z²) erfc(z) (1 + 2z) up to 10.5 in t = (u + 0.263…) / 0.736… with u = (z - 3.75) / (z + 3.75), minimax: error below 2^-32.
const SCALED_ERFC = memory.data<f64>([
  -1.7436652888297958e-6, -7.20907669388881e-6, 5.669076718269693e-5, -1.724343612535087e-5,
  -0.0010461584891157444, 0.006148184537722574, -0.02113416271784589, 0.051497448809186455,
  -0.0922186957625734, 0.11506363994256637, -0.06975144367157154, -0.08427392369812745,
  1.2725064107350943,
]); // prettier-ignore

function erfc(x: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), f64x2.splat(10.5));
  const u = f64x2.div(f64x2.sub(a, f64x2.splat(3.75)), f64x2.add(a, f64x2.splat(3.75)));
  const t = f64x2.div(
    f64x2.add(u, f64x2.splat(0.26315789473684215)),
    f64x2.splat(0.7368421052631579),
  );
  const scaled = f64x2.div(polynomial(t, SCALED_ERFC, 12), f64x2.add(one(), f64x2.add(a, a)));
  const y = f64x2.mul(scaled, exp(f64x2.neg(f64x2.mul(a, a))));
  return v128.bitselect(f64x2.sub(f64x2.splat(2), y), y, f64x2.lt(x, f64x2.splat(0)));
}

// erfinv(x) / x in t = (w - 2.5) / 2.5 with w = -ln(1 - x²) up to 5, and beyond in t = (sqrt w - 3.218…) / 0.981…, minimax:
// errors below 2^-31 and 2^-29.
const CENTRE = memory.data<f64>([
  3.187261153164465e-6, 4.161304390585599e-6, -4.2105504506179174e-5, 2.5128109772559024e-5,
  0.0002928417623908667, -0.0008364430694100896, -0.0004881858608531474, 0.008525925326342953,
  -0.01957350889830024, -0.026108279614990404, 0.6166006892091883, 1.5014093517052791,
]); // prettier-ignore
const TAIL = memory.data<f64>([
  -2.4902468490117504e-6, -2.7205890373351936e-5, 8.655500308457916e-5, -1.6984371834941518e-5,
  -0.0003255959959586995, 0.0009363343090507935, -0.001712073656093356, 0.002579019584201163,
  -0.003870948805365933, 0.005541296732923163, 0.98678135739059, 3.0517571015497365,
]); // prettier-ignore

/** The x of erf x; infinite at ±1, NaN beyond. */
function erfinv(x: v128): v128 {
  const w = f64x2.neg(log(lackOfSquare(x)));
  const centre = polynomial(
    f64x2.mul(f64x2.sub(w, f64x2.splat(2.5)), f64x2.splat(0.4)),
    CENTRE,
    11,
  );
  const root = f64x2.sub(f64x2.sqrt(w), f64x2.splat(3.218033988749895));
  const tail = polynomial(f64x2.div(root, f64x2.splat(0.9819660112501052)), TAIL, 11);
  const y = f64x2.mul(x, v128.bitselect(tail, centre, f64x2.gt(w, f64x2.splat(5))));
  const ends = f64x2.eq(f64x2.abs(x), one());
  return v128.bitselect(f64x2.mul(x, f64x2.splat(Infinity)), y, ends);
}

// I0(x) in (x² - 32) / 32 up to x = 8, and sqrt x e^-x I0(x) in 16 / x - 1 beyond, minimax: errors below 2^-40 and 2^-33. Then
// I1(x) / x and sqrt x e^-x I1(x) likewise.
const I0 = memory.data<f64>([
  5.157643035361074e-07, 1.0391700876608076e-05, 0.0001654029058287317, 0.0022084294372813704,
  0.024220442873940387, 0.21364054527986936, 1.4780921071727902, 7.7730271354555915,
  29.833555017916815, 79.09967787566042, 133.7374701511592, 126.19349348333138,
  49.20855422307264,
]); // prettier-ignore
const I0_LARGE = memory.data<f64>([
  1.5557941640125882e-9, 3.162024028157101e-8, 1.0556784599933166e-7, 3.073316181009034e-7,
  1.478060462924785e-6, 1.1139815995658118e-5, 0.0001362167752996933, 0.0033605522416789843,
  0.4021765094313665,
]); // prettier-ignore
const I1 = memory.data<f64>([
  1.9350200561915674e-08, 4.126533740717997e-07, 7.106360667945602e-06, 0.00010331759116817062,
  0.0012422628456370505, 0.012110269048289572, 0.0934677377446344, 0.5542845243226956,
  2.4290709779091055, 7.458388756457234, 14.831189601996225, 16.717183768836353,
  7.887093342702679,
]); // prettier-ignore
const I1_LARGE = memory.data<f64>([
  -2.3229712536413515e-09, -3.577408624777559e-08, -1.1808622662685761e-07, -3.5843036887947783e-07,
  -1.828594451710184e-06, -1.5035267787207137e-05, -0.0002192365446365084, -0.009749577457586969,
  0.38939845904151116,
]); // prettier-ignore

/** p(x²) up to 8, e^|x| / sqrt |x| q(1 / |x|) beyond. */
function bessel(x: v128, small: usize, large: usize): v128 {
  const a = f64x2.pmin(f64x2.abs(x), f64x2.splat(200));
  const square = f64x2.mul(f64x2.mul(a, a), f64x2.splat(0.03125));
  const near = polynomial(f64x2.sub(square, one()), small, 12);
  const t = f64x2.sub(f64x2.div(f64x2.splat(16), a), one());
  const far = f64x2.mul(f64x2.div(polynomial(t, large, 8), f64x2.sqrt(a)), exp(a));
  return v128.bitselect(far, near, f64x2.gt(a, f64x2.splat(8)));
}

/** Odd: the first polynomial is of I1(x) / x. */
function besselI1(x: v128): v128 {
  const isLarge = f64x2.gt(f64x2.abs(x), f64x2.splat(8));
  const factor = v128.bitselect(withSign(one(), x), x, isLarge);
  return f64x2.mul(bessel(x, I1, I1_LARGE), factor);
}
