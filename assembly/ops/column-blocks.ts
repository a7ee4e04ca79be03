// Going down the columns of a matrix without striding through memory: a strip of columns is passed a block of rows at
// a time, and what its columns have come to so far is kept in between, in L1.

import { STRIP } from '../tuning';

/**
 * Bytes of scratch of a kernel that goes down columns, for all threads.
 * @module core
 */
export function columnScratchBytes(threads: i32): usize {
  return <usize>threads * STRIP * 8;
}

/** The offset of x[o][0][i] in x [outer, length, inner] of 4-byte elements, for the output at o * inner + i. */
// @ts-ignore: decorator
@inline
export function firstOf(output: i32, length: i32, inner: i32): usize {
  return (<usize>(output / inner) * length * inner + (output % inner)) << 2;
}
