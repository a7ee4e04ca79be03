// Functions of two operands beside arithmetic, with broadcasting, one element at a time.

import { PairOp } from '../codes';
import { forEachRow } from '../layout';
import { arctan, exp } from './double';
import { log } from './logarithm';
import { gammaDensity, gammainc, gammaincSlope } from './gammainc';

/**
 * out[i] = f(a[i], b[i]) of float32, computed in float64 where it is not a matter of bits. `out` is contiguous; layout = [rank,
 * shape, strideA, strideB] with innermost strides 0 or 1.
 * @module numeric
 * @cost 12 size(layout)
 */
export function pairsF32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: PairOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 4, 4, op, rowF32);
}

/**
 * `pairsF32` of int32. A zero divisor gives 0. Shifts by less than 0 or more than 31 places leave no bit of the number but its sign.
 * @module numeric
 * @cost 3 size(layout)
 */
export function pairsI32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: PairOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 4, 4, op, rowI32);
}

function rowF32(op: i32, out: usize, a: usize, b: usize, n: i32, stepA: i32, stepB: i32): void {
  for (; n > 0; n--) {
    store<f32>(out, valueF32(op, load<f32>(a), load<f32>(b)));
    out += 4;
    a += stepA << 2;
    b += stepB << 2;
  }
}

function rowI32(op: i32, out: usize, a: usize, b: usize, n: i32, stepA: i32, stepB: i32): void {
  for (; n > 0; n--) {
    store<i32>(out, valueI32(op, load<i32>(a), load<i32>(b)));
    out += 4;
    a += stepA << 2;
    b += stepB << 2;
  }
}

function valueF32(op: PairOp, x: f32, y: f32): f32 {
  switch (op) {
    case PairOp.Arctan2:
      return <f32>arctan2(x, y);
    case PairOp.Hypot:
      return hypot(x, y);
    case PairOp.LogAddExp:
      return <f32>logAddExp(x, y, 1);
    case PairOp.LogAddExp2:
      return <f32>logAddExp(x, y, 0.6931471805599453);
    case PairOp.Remainder:
      return x % y;
    case PairOp.NextAfter:
      return nextAfter(x, y);
    case PairOp.Ldexp:
      return ldexp(x, y);
    case PairOp.Gammainc:
      return <f32>gammainc(x, y);
    case PairOp.GammaDensity:
      return <f32>gammaDensity(x, y);
    case PairOp.GammaincSlope:
      return <f32>gammaincSlope(x, y);
    case PairOp.CopySign:
      return copysign(x, y);
    default:
      return floorDivide(x, y);
  }
}

function valueI32(op: PairOp, x: i32, y: i32): i32 {
  switch (op) {
    case PairOp.Remainder:
      return y == 0 || y == -1 ? 0 : x % y;
    case PairOp.FloorDivide:
      return floorDivideI32(x, y);
    case PairOp.And:
      return x & y;
    case PairOp.Or:
      return x | y;
    case PairOp.Xor:
      return x ^ y;
    case PairOp.ShiftLeft:
      return <u32>y > 31 ? 0 : x << y;
    case PairOp.ShiftRight:
      return x >> (<u32>y > 31 ? 31 : y);
    case PairOp.Gcd:
      return gcd(x, y);
    default: {
      const divisor = gcd(x, y);
      return divisor == 0 ? 0 : abs((x / divisor) * y);
    }
  }
}

/** Towards -infinity. The smallest int32 by -1 wraps around. */
function floorDivideI32(x: i32, y: i32): i32 {
  if (y == 0) return 0;
  if (y == -1) return -x;
  const quotient = x / y;
  return quotient * y != x && (x ^ y) < 0 ? quotient - 1 : quotient;
}

function gcd(x: i32, y: i32): i32 {
  let a = <u32>abs(x);
  let b = <u32>abs(y);
  while (b) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// @ts-ignore: decorator
@inline
function first(x: v128): f64 {
  return f64x2.extract_lane(x, 0);
}

/** The angle of the point (x, y) = (b, a). */
function arctan2(a: f32, b: f32): f64 {
  if (a != a || b != b) return NaN;
  const pi: f64 = 3.141592653589793;
  const sign: f64 = reinterpret<i32>(a) < 0 ? -1 : 1;
  const isLeft = reinterpret<i32>(b) < 0;
  const p = <f64>abs(a);
  const q = <f64>abs(b);
  let angle: f64 = p == 0 ? 0 : p == q ? pi / 4 : first(arctan(f64x2.splat(p / q)));
  if (isLeft) angle = pi - angle;
  return sign * angle;
}

/** sqrt(x² + y²), which does not overflow on the way; infinite if one of them is. */
function hypot(x: f32, y: f32): f32 {
  if (abs(x) == Infinity || abs(y) == Infinity) return Infinity;
  return <f32>sqrt(<f64>x * <f64>x + <f64>y * <f64>y);
}

/** ln(e^(x unit) + e^(y unit)) / unit */
function logAddExp(x: f32, y: f32, unit: f64): f64 {
  if (x == y) return <f64>x + 0.6931471805599453 / unit;
  const distance = -abs(<f64>x - <f64>y);
  const rest = log(f64x2.add(f64x2.splat(1), exp(f64x2.splat(distance * unit))));
  return <f64>max(x, y) + first(rest) / unit;
}

/** The next float32 from x on towards y. */
function nextAfter(x: f32, y: f32): f32 {
  if (x != x || y != y) return NaN;
  if (x == y) return y;
  if (x == 0) return reinterpret<f32>((reinterpret<i32>(y) & i32.MIN_VALUE) | 1);
  const bits = reinterpret<i32>(x);
  return reinterpret<f32>(x < y == x > 0 ? bits + 1 : bits - 1);
}

/** x 2^y, rounded once. */
function ldexp(x: f32, y: f32): f32 {
  const n = <i64>max<f32>(min<f32>(y, 400), -400);
  return <f32>(<f64>x * reinterpret<f64>((n + 1023) << 52));
}

/** floor(x / y) of the exact quotient, as NumPy computes it from the remainder. */
function floorDivide(x: f32, y: f32): f32 {
  if (y == 0) return x / y;
  const remainder = x % y;
  let quotient = <f64>x - <f64>remainder;
  quotient /= <f64>y;
  if (remainder != 0 && remainder < 0 != y < 0) quotient -= 1;
  return quotient == 0 ? copysign<f32>(0, x / y) : <f32>nearest(quotient);
}
