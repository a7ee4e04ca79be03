// A layout is a block of int32 in linear memory that describes a nest of loops over N axes (N <= 8), outermost
// first, and how far each strided operand moves when an axis advances by one:
//
//     | rank | shape[0] … shape[N-1] | stride[0] … stride[N-1] | stride[0] … stride[N-1] |
//              sizes of the loops      first operand             second operand
//
// Strides count elements; 0 repeats an operand along an axis (broadcasting), a negative one walks backwards.
// The caller has dropped axes of size 1 and merged neighbours that one stride can walk; at least one axis is left.
// Position i of the nest is its i-th step in row-major order; a *row* is one run of the innermost axis.

import { GRAIN, shareBegin, shareEnd } from './split';

/**
 * What is done with (a part of) a row of n > 0 elements: `out` is contiguous, `a` and `b` move by `stepA` and
 * `stepB` elements; `op` is the number that `forEachRow` was given.
 */
export type RowFunction = (
  op: i32,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  stepA: i32,
  stepB: i32,
) => void;

// @ts-ignore: decorator
@inline
function sizeOf(layout: usize, axis: i32): i32 {
  return load<i32>(layout + ((<usize>axis) << 2), 4);
}

// @ts-ignore: decorator
@inline
function strideOf(layout: usize, rank: i32, operand: i32, axis: i32): i32 {
  return load<i32>(layout + ((<usize>(rank * (operand + 1) + axis)) << 2), 4);
}

/**
 * Walks this thread's share of a nest with two strided operands and one contiguous output, row by row; a share may
 * begin or end inside a row. Offsets are found by division only where the last axis but one starts over.
 * @internal
 */
export function forEachRow(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  outBytes: i32,
  bytes: i32,
  op: i32,
  body: RowFunction,
): void {
  const rank = load<i32>(layout);
  let n = 1;
  for (let axis = 0; axis < rank; axis++) n *= sizeOf(layout, axis);
  let i = shareBegin(n, thread, threads, GRAIN);
  const end = shareEnd(n, thread, threads, GRAIN);
  if (i >= end) return;

  const length = sizeOf(layout, rank - 1);
  const stepA = strideOf(layout, rank, 0, rank - 1);
  const stepB = strideOf(layout, rank, 1, rank - 1);
  const nextA = rank > 1 ? strideOf(layout, rank, 0, rank - 2) : 0;
  const nextB = rank > 1 ? strideOf(layout, rank, 1, rank - 2) : 0;
  const period = rank > 1 ? sizeOf(layout, rank - 2) : 1;

  let row = i / length;
  let column = i % length;
  let left = 0;
  let rowA = 0;
  let rowB = 0;
  while (i < end) {
    if (left == 0) {
      left = period - (row % period);
      rowA = 0;
      rowB = 0;
      let rest = row;
      for (let axis = rank - 2; axis >= 0; axis--) {
        const size = sizeOf(layout, axis);
        const index = rest % size;
        rest /= size;
        rowA += index * strideOf(layout, rank, 0, axis);
        rowB += index * strideOf(layout, rank, 1, axis);
      }
    }
    const count = min(length - column, end - i);
    body(
      op,
      out + <usize>i * outBytes,
      a + (rowA + column * stepA) * bytes,
      b + (rowB + column * stepB) * bytes,
      count,
      stepA,
      stepB,
    );
    i += count;
    column = 0;
    row++;
    left--;
    rowA += nextA;
    rowB += nextB;
  }
}
