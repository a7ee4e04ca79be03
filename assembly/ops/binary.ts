// Arithmetic of two float32 operands with broadcasting.

import { BinaryOp } from '../codes';
import { loadLanes, storeLanes } from '../lanes';
import { forEachRow } from '../layout';
import { fillWords } from './fill';

/**
 * out[i] = a[i] op b[i] on float32. `out` is contiguous; layout = [rank, shape, strideA, strideB] with innermost
 * strides 0 or 1. Modulo has the divisor's sign; Maximum and Minimum are NaN where either operand is.
 * @cost 0.3 size(layout)
 */
export function binaryF32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: BinaryOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 4, 4, op, rowF32);
}

/**
 * out[i] = x[i] · factor[i] + addend[i] on float32, rounded after the product and after the sum in every build. `out` and x
 * are contiguous; layout = [rank, shape, strides of x, strides of factor and addend], as of `binaryF32`.
 * @cost 0.4 size(layout)
 */
export function multiplyAdd(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  factor: usize,
  addend: usize,
  layout: usize,
): void {
  const distance = <i32>(addend - factor);
  forEachRow(thread, threads, out, x, factor, layout, 4, 4, distance, rowMultiplyAdd);
}

/** One row of `multiplyAdd`; the addend lies `distance` bytes behind the factor. The sums find the products in the cache. */
function rowMultiplyAdd(
  distance: i32,
  out: usize,
  x: usize,
  factor: usize,
  n: i32,
  stepX: i32,
  step: i32,
): void {
  rowF32(BinaryOp.Multiply, out, x, factor, n, stepX, step);
  rowF32(BinaryOp.Add, out, out, factor + distance, n, 1, step);
}

/** One row of `binaryF32`; steps are 0 or 1. `out` may be `a` or `b`. */
export function rowF32(
  op: BinaryOp,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  stepA: i32,
  stepB: i32,
): void {
  if (op == BinaryOp.Power || op == BinaryOp.Modulo) {
    scalars(op, out, a, b, n, stepA, stepB);
    return;
  }
  if ((stepA | stepB) == 0 && n > 1) {
    rowF32(op, out, a, b, 1, 0, 0);
    fillWords(out, n, load<i32>(out));
    return;
  }
  const x = v128.load32_splat(a);
  const y = v128.load32_splat(b);
  const bytes = (<usize>(n & ~3)) << 2;
  switch (op) {
    case BinaryOp.Add:
      vectors(BinaryOp.Add, out, a, b, x, y, out + bytes, stepA, stepB);
      break;
    case BinaryOp.Subtract:
      vectors(BinaryOp.Subtract, out, a, b, x, y, out + bytes, stepA, stepB);
      break;
    case BinaryOp.Multiply:
      vectors(BinaryOp.Multiply, out, a, b, x, y, out + bytes, stepA, stepB);
      break;
    case BinaryOp.Divide:
      vectors(BinaryOp.Divide, out, a, b, x, y, out + bytes, stepA, stepB);
      break;
    case BinaryOp.Maximum:
      vectors(BinaryOp.Maximum, out, a, b, x, y, out + bytes, stepA, stepB);
      break;
    default:
      vectors(BinaryOp.Minimum, out, a, b, x, y, out + bytes, stepA, stepB);
  }
  const rest = n & 3;
  if (rest) {
    storeLanes(
      out + bytes,
      apply(op, stepA ? loadLanes(a + bytes, rest) : x, stepB ? loadLanes(b + bytes, rest) : y),
      rest,
    );
  }
}

/**
 * Vector-vector, vector-scalar and scalar-vector up to `end` of out, with `op` known at compile time; x and y are
 * the scalars.
 */
// @ts-ignore: decorator
@inline
function vectors(
  op: i32,
  out: usize,
  a: usize,
  b: usize,
  x: v128,
  y: v128,
  end: usize,
  stepA: i32,
  stepB: i32,
): void {
  if (stepA & stepB) {
    for (; out < end; out += 16) {
      v128.store(out, apply(op, v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
    }
  } else if (stepA) {
    for (; out < end; out += 16) {
      v128.store(out, apply(op, v128.load(a), y));
      a += 16;
    }
  } else {
    for (; out < end; out += 16) {
      v128.store(out, apply(op, x, v128.load(b)));
      b += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function apply(op: i32, x: v128, y: v128): v128 {
  if (op == BinaryOp.Add) return f32x4.add(x, y);
  if (op == BinaryOp.Subtract) return f32x4.sub(x, y);
  if (op == BinaryOp.Multiply) return f32x4.mul(x, y);
  if (op == BinaryOp.Divide) return f32x4.div(x, y);
  if (op == BinaryOp.Maximum) return f32x4.max(x, y);
  return f32x4.min(x, y);
}

/** Power and Modulo, one element at a time. */
function scalars(op: i32, out: usize, a: usize, b: usize, n: i32, stepA: i32, stepB: i32): void {
  for (; n > 0; n--) {
    const x = load<f32>(a);
    const y = load<f32>(b);
    store<f32>(out, op == BinaryOp.Power ? power(x, y) : modulo(x, y));
    out += 4;
    a += stepA << 2;
    b += stepB << 2;
  }
}

/** x^y as C and NumPy define it; `Mathf.pow` follows JavaScript, where 1^NaN and (±1)^±inf are NaN. */
function power(x: f32, y: f32): f32 {
  if (x == 1 || (x == -1 && abs(y) == Infinity)) return 1;
  return Mathf.pow(x, y);
}

/** x - y floor(x / y), exact before the last rounding; x mod 0 is NaN, -1 mod inf is inf, a zero has the sign of y. */
function modulo(x: f32, y: f32): f32 {
  const remainder = x % y;
  if (remainder == 0) return copysign<f32>(0, y);
  return remainder < 0 != y < 0 ? remainder + y : remainder;
}
