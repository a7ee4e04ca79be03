// Reductions of int32 and of bool along one axis: x is [outer, length, inner], out is [outer, inner].

import { BinaryOp, LogicalOp, ReduceOp } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { applyI32, applyVector, rowI32 } from './binary-int';
import { fillWords } from './fill';
import { rowU8 } from './logical';

/**
 * out[o][i] = op over l of x[o][l][i] for Sum, Prod (both modulo 2^32), Max and Min. An empty axis gives 0, 1, the
 * smallest and the largest int32. The mean of integers is float32: cast first.
 * @cost 1 outer·length·inner
 */
export function reduceI32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  op: ReduceOp,
): void {
  let combine = BinaryOp.Add;
  let identity = 0;
  if (op == ReduceOp.Max) {
    combine = BinaryOp.Maximum;
    identity = i32.MIN_VALUE;
  } else if (op == ReduceOp.Min) {
    combine = BinaryOp.Minimum;
    identity = i32.MAX_VALUE;
  } else if (op == ReduceOp.Prod) {
    combine = BinaryOp.Multiply;
    identity = 1;
  }
  let begin = shareBegin(outer * inner, thread, threads, inner == 1 ? 1 : 4);
  const end = shareEnd(outer * inner, thread, threads, inner == 1 ? 1 : 4);
  while (begin < end) {
    const column = begin % inner;
    const count = min(inner - column, end - begin);
    const to = out + ((<usize>begin) << 2);
    let row = x + ((<usize>(begin / inner) * length * inner + column) << 2);
    if (inner == 1) {
      store<i32>(to, reduceRow(row, length, combine, identity));
    } else {
      fillWords(to, count, identity);
      for (let l = 0; l < length; l++) {
        rowI32(combine, to, to, row, count, 1, 1);
        row += (<usize>inner) << 2;
      }
    }
    begin += count;
  }
}

/** n contiguous int32 combined. All four operations give the same in any order. */
function reduceRow(x: usize, n: i32, combine: BinaryOp, identity: i32): i32 {
  let lanes = i32x4.splat(identity);
  if (combine == BinaryOp.Add) lanes = foldRow(BinaryOp.Add, lanes, x, n);
  else if (combine == BinaryOp.Maximum) lanes = foldRow(BinaryOp.Maximum, lanes, x, n);
  else if (combine == BinaryOp.Minimum) lanes = foldRow(BinaryOp.Minimum, lanes, x, n);
  else lanes = foldRow(BinaryOp.Multiply, lanes, x, n);
  let result = applyI32(combine, i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1));
  result = applyI32(combine, result, i32x4.extract_lane(lanes, 2));
  result = applyI32(combine, result, i32x4.extract_lane(lanes, 3));
  x += (<usize>(n & ~3)) << 2;
  for (n &= 3; n > 0; n--) {
    result = applyI32(combine, result, load<i32>(x));
    x += 4;
  }
  return result;
}

/** The whole vectors of n elements, combined with `lanes`, which hold the identity. */
// @ts-ignore: decorator
@inline
function foldRow(combine: BinaryOp, lanes: v128, x: usize, n: i32): v128 {
  let other = lanes;
  for (; n >= 8; n -= 8) {
    lanes = applyVector(combine, lanes, v128.load(x));
    other = applyVector(combine, other, v128.load(x, 16));
    x += 32;
  }
  if (n >= 4) lanes = applyVector(combine, lanes, v128.load(x));
  return applyVector(combine, lanes, other);
}

/**
 * Any (op Max) or all (op Min) over l of the bytes 0 and 1 x[o][l][i]; an empty axis gives 0 and 1.
 * @cost 1 outer·length·inner
 */
export function reduceBool(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  op: ReduceOp,
): void {
  const isAny = op == ReduceOp.Max;
  let begin = shareBegin(outer * inner, thread, threads, inner == 1 ? 1 : 64);
  const end = shareEnd(outer * inner, thread, threads, inner == 1 ? 1 : 64);
  while (begin < end) {
    const column = begin % inner;
    const count = min(inner - column, end - begin);
    const to = out + begin;
    let row = x + <usize>(begin / inner) * length * inner + column;
    if (inner == 1) {
      store<u8>(to, isAny ? testRow(true, row, length) : testRow(false, row, length));
    } else {
      memory.fill(to, isAny ? 0 : 1, count);
      for (let l = 0; l < length; l++) {
        rowU8(isAny ? LogicalOp.Or : LogicalOp.And, to, to, row, count, 1, 1);
        row += inner;
      }
    }
    begin += count;
  }
}

/** Whether a byte is not 0 if `isAny`, else whether all are; for none `!isAny`. */
// @ts-ignore: decorator
@inline
function testRow(isAny: bool, x: usize, n: i32): bool {
  for (; n >= 16; n -= 16, x += 16) {
    const bytes = v128.load(x);
    if ((isAny ? v128.any_true(bytes) : i8x16.all_true(bytes)) == isAny) return isAny;
  }
  for (; n > 0; n--) if ((load<u8>(x++) != 0) == isAny) return isAny;
  return !isAny;
}
