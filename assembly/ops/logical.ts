// Logic on bool tensors: bytes 0 and 1.

import { LogicalOp } from '../codes';
import { forEachRow } from '../layout';
import { shareBegin, shareEnd } from '../split';

/**
 * out[i] = a[i] op b[i] on bytes 0 and 1. `out` is contiguous; layout = [rank, shape, strideA, strideB] with
 * innermost strides 0 or 1.
 * @cost 0.3 size(layout)
 */
export function logicalU8(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  layout: usize,
  op: LogicalOp,
): void {
  forEachRow(thread, threads, out, a, b, layout, 1, 1, op, rowU8);
}

/**
 * out[i] = 1 - x[i] on n bytes 0 and 1.
 * @cost 0.1 n
 */
export function logicalNot(thread: i32, threads: i32, out: usize, x: usize, n: i32): void {
  const one = i8x16.splat(1);
  let i = shareBegin(n, thread, threads, 64);
  const end = shareEnd(n, thread, threads, 64);
  for (; i + 16 <= end; i += 16) v128.store(out + i, v128.xor(v128.load(x + i), one));
  for (; i < end; i++) store<u8>(out + i, load<u8>(x + i) ^ 1);
}

/** One row of `logicalU8`; steps are 0 or 1. `out` may be `a` or `b`. */
export function rowU8(
  op: LogicalOp,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  stepA: i32,
  stepB: i32,
): void {
  let x = v128.load8_splat(a);
  let y = v128.load8_splat(b);
  for (; n >= 16; n -= 16) {
    if (stepA) x = v128.load(a);
    if (stepB) y = v128.load(b);
    if (op == LogicalOp.And) v128.store(out, v128.and(x, y));
    else if (op == LogicalOp.Or) v128.store(out, v128.or(x, y));
    else v128.store(out, v128.xor(x, y));
    out += 16;
    a += stepA << 4;
    b += stepB << 4;
  }
  for (; n > 0; n--) {
    const p = load<u8>(a);
    const q = load<u8>(b);
    store<u8>(out++, op == LogicalOp.And ? p & q : op == LogicalOp.Or ? p | q : p ^ q);
    a += stepA;
    b += stepB;
  }
}
