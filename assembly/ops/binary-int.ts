// Arithmetic of two int32 operands with broadcasting. Sums, differences and products wrap.

import { BinaryOp } from '../codes';
import { forEachRow } from '../layout';

/**
 * out[i] = a[i] op b[i] on int32. `out` is contiguous; layout = [rank, shape, strideA, strideB] with innermost
 * strides 0 or 1. Modulo has the divisor's sign and is 0 for a zero divisor; Power with a negative exponent is 0
 * except for the bases 1 and -1. There is no int32 Divide: true division gives float32.
 * @cost 0.5 size(layout)
 */
export function binaryI32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: BinaryOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 4, 4, op, rowI32);
}

/** One row of `binaryI32`; steps are 0 or 1. `out` may be `a` or `b`. Integers have no rounding: tails are scalar. */
export function rowI32(
  op: BinaryOp,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  stepA: i32,
  stepB: i32,
): void {
  if (op != BinaryOp.Power && op != BinaryOp.Modulo) {
    let x = v128.load32_splat(a);
    let y = v128.load32_splat(b);
    for (; n >= 4; n -= 4) {
      if (stepA) x = v128.load(a);
      if (stepB) y = v128.load(b);
      v128.store(out, applyVector(op, x, y));
      out += 16;
      a += stepA << 4;
      b += stepB << 4;
    }
  }
  for (; n > 0; n--) {
    store<i32>(out, applyI32(op, load<i32>(a), load<i32>(b)));
    out += 4;
    a += stepA << 2;
    b += stepB << 2;
  }
}

/** All but Power and Modulo. */
// @ts-ignore: decorator
@inline
export function applyVector(op: BinaryOp, x: v128, y: v128): v128 {
  if (op == BinaryOp.Add) return i32x4.add(x, y);
  if (op == BinaryOp.Subtract) return i32x4.sub(x, y);
  if (op == BinaryOp.Multiply) return i32x4.mul(x, y);
  if (op == BinaryOp.Maximum) return i32x4.max_s(x, y);
  return i32x4.min_s(x, y);
}

/** One element of `binaryI32`. */
export function applyI32(op: BinaryOp, x: i32, y: i32): i32 {
  if (op == BinaryOp.Add) return x + y;
  if (op == BinaryOp.Subtract) return x - y;
  if (op == BinaryOp.Multiply) return x * y;
  if (op == BinaryOp.Power) return power(x, y);
  if (op == BinaryOp.Modulo) return modulo(x, y);
  return op == BinaryOp.Maximum ? max(x, y) : min(x, y);
}

/** By squaring, modulo 2^32. */
function power(base: i32, exponent: i32): i32 {
  if (exponent < 0) {
    // 1 / base^|exponent| drops to 0, except where it is exact.
    if (base != 1 && base != -1) return 0;
    exponent &= 1;
  }
  let result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result *= base;
    base *= base;
  }
  return result;
}

/** x - y floor(x / y); 0 where y is 0, as NumPy. */
function modulo(x: i32, y: i32): i32 {
  if (y == 0) return 0;
  const remainder = x % y;
  return remainder != 0 && (remainder ^ y) < 0 ? remainder + y : remainder;
}
