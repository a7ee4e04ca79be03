// Comparison of two operands with broadcasting; results are bytes 0 and 1.

import { CompareOp } from '../codes';
import { loadVector } from '../lanes';
import { forEachRow } from '../layout';

/** Added to a CompareOp where the lanes are int32. */
const INTEGERS: i32 = 8;

/**
 * out[i] = a[i] op b[i] ? 1 : 0 on float32. `out` (bytes) is contiguous; layout = [rank, shape, strideA, strideB]
 * with innermost strides 0 or 1. With NaN only NotEqual holds.
 * @cost 0.3 size(layout)
 */
export function compareF32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: CompareOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 1, 4, op, compareRow);
}

/**
 * `compareF32` on int32.
 * @cost 0.3 size(layout)
 */
export function compareI32(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: CompareOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 1, 4, op + INTEGERS, compareRow);
}

/**
 * x > y is y < x, and x ≠ y is not x = y: three loops are enough for float32, for int32 two. (One for each type that
 * chooses by masks is 0.8 KB less, and takes 1.2 times as long where one side is a scalar: measured.)
 */
function compareRow(op: i32, out: usize, a: usize, b: usize, n: i32, stepA: i32, stepB: i32): void {
  const integers = op & INTEGERS;
  const isNot = op == CompareOp.NotEqual + integers || op == CompareOp.GreaterEqual + INTEGERS;
  switch (op) {
    case CompareOp.Equal:
    case CompareOp.NotEqual:
      vectors(CompareOp.Equal, isNot, out, a, b, n, stepA, stepB);
      break;
    case CompareOp.Less:
      vectors(CompareOp.Less, false, out, a, b, n, stepA, stepB);
      break;
    case CompareOp.LessEqual:
      vectors(CompareOp.LessEqual, false, out, a, b, n, stepA, stepB);
      break;
    case CompareOp.Equal + INTEGERS:
    case CompareOp.NotEqual + INTEGERS:
      vectors(CompareOp.Equal + INTEGERS, isNot, out, a, b, n, stepA, stepB);
      break;
    case CompareOp.Less + INTEGERS:
    case CompareOp.GreaterEqual + INTEGERS:
      vectors(CompareOp.Less + INTEGERS, isNot, out, a, b, n, stepA, stepB);
      break;
    default:
      // > is <, >= is <=, and among integers <= is >= with the sides changed.
      op += op == CompareOp.LessEqual + INTEGERS ? 2 : -2;
      compareRow(op, out, b, a, n, stepB, stepA);
  }
}

/** Sixteen elements to sixteen bytes, or the opposite, with `op` known at compile time; steps are 0 or 1. */
// @ts-ignore: decorator
@inline
function vectors(
  op: i32,
  isNot: bool,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  stepA: i32,
  stepB: i32,
): void {
  const flip = i8x16.splat(isNot ? 1 : 0);
  let x0 = v128.load32_splat(a);
  let y0 = v128.load32_splat(b);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  let y1 = y0;
  let y2 = y0;
  let y3 = y0;
  while (n > 0) {
    if (n >= 16) {
      if (stepA) {
        x0 = v128.load(a);
        x1 = v128.load(a, 16);
        x2 = v128.load(a, 32);
        x3 = v128.load(a, 48);
        a += 64;
      }
      if (stepB) {
        y0 = v128.load(b);
        y1 = v128.load(b, 16);
        y2 = v128.load(b, 32);
        y3 = v128.load(b, 48);
        b += 64;
      }
    } else {
      // Four at a time: the other twelve bytes are not stored.
      if (stepA) x0 = loadVector(a, n);
      if (stepB) y0 = loadVector(b, n);
      a += stepA << 4;
      b += stepB << 4;
    }
    const low = i16x8.narrow_i32x4_s(test(op, x0, y0), test(op, x1, y1));
    const high = i16x8.narrow_i32x4_s(test(op, x2, y2), test(op, x3, y3));
    // -1 where it holds becomes 1.
    const bytes = v128.xor(i8x16.abs(i8x16.narrow_i16x8_s(low, high)), flip);
    if (n >= 16) {
      v128.store(out, bytes);
      out += 16;
      n -= 16;
    } else {
      let four = i32x4.extract_lane(bytes, 0);
      if (n >= 4) {
        store<i32>(out, four);
      } else {
        for (let i = 0; i < n; i++) {
          store<u8>(out + i, four);
          four >>= 8;
        }
      }
      out += 4;
      n -= 4;
    }
  }
}

/** Lanes of all ones where the comparison holds. */
// @ts-ignore: decorator
@inline
function test(op: i32, x: v128, y: v128): v128 {
  if (op == CompareOp.Equal) return f32x4.eq(x, y);
  if (op == CompareOp.Less) return f32x4.lt(x, y);
  if (op == CompareOp.LessEqual) return f32x4.le(x, y);
  if (op == CompareOp.Equal + INTEGERS) return i32x4.eq(x, y);
  return i32x4.lt_s(x, y);
}
