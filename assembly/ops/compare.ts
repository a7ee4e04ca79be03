// Comparison of two operands with broadcasting; results are bytes 0 and 1.

import { CompareOp } from '../codes';
import { loadLanes } from '../lanes';
import { forEachRow } from '../layout';

/** Added to a CompareOp where the lanes are int32. */
const INTEGERS: i32 = 8;

/**
 * out[i] = a[i] op b[i] ? 1 : 0 on float32. `out` (bytes) is contiguous; layout = [rank, shape, strideA, strideB]
 * with innermost strides 0 or 1. With NaN only NotEqual holds.
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

/** The same on int32. */
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

/** Every combination of steps in one loop, four lanes to four bytes. */
function compareRow(op: i32, out: usize, a: usize, b: usize, n: i32, stepA: i32, stepB: i32): void {
  let x = v128.load32_splat(a);
  let y = v128.load32_splat(b);
  while (n > 0) {
    if (stepA) x = n < 4 ? loadLanes(a, n) : v128.load(a);
    if (stepB) y = n < 4 ? loadLanes(b, n) : v128.load(b);
    const halves = i16x8.narrow_i32x4_s(test(op, x, y), x);
    let bytes = i32x4.extract_lane(i8x16.narrow_i16x8_s(halves, halves), 0) & 0x01010101;
    if (n >= 4) {
      store<i32>(out, bytes);
    } else {
      for (let i = 0; i < n; i++) {
        store<u8>(out + i, bytes);
        bytes >>= 8;
      }
    }
    out += 4;
    a += stepA << 4;
    b += stepB << 4;
    n -= 4;
  }
}

/** Lanes of all ones where the comparison holds. */
function test(op: i32, x: v128, y: v128): v128 {
  switch (op) {
    case CompareOp.Equal:
      return f32x4.eq(x, y);
    case CompareOp.NotEqual:
      return f32x4.ne(x, y);
    case CompareOp.Less:
      return f32x4.lt(x, y);
    case CompareOp.LessEqual:
      return f32x4.le(x, y);
    case CompareOp.Greater:
      return f32x4.gt(x, y);
    case CompareOp.GreaterEqual:
      return f32x4.ge(x, y);
    case CompareOp.Equal + INTEGERS:
      return i32x4.eq(x, y);
    case CompareOp.NotEqual + INTEGERS:
      return i32x4.ne(x, y);
    case CompareOp.Less + INTEGERS:
      return i32x4.lt_s(x, y);
    case CompareOp.LessEqual + INTEGERS:
      return i32x4.le_s(x, y);
    case CompareOp.Greater + INTEGERS:
      return i32x4.gt_s(x, y);
    default:
      return i32x4.ge_s(x, y);
  }
}
