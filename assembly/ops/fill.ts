// Writing one value many times.

import { shareBegin, shareEnd } from '../split';

/**
 * out[0 … n) = the element whose bits are the low `elementBytes` (1 or 4) bytes of `bits`.
 * @cost 0.1 n
 */
export function fill(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  bits: i32,
  elementBytes: i32,
): void {
  const begin = shareBegin(n, thread, threads, 64);
  const count = shareEnd(n, thread, threads, 64) - begin;
  if (elementBytes == 4) fillWords(out + ((<usize>begin) << 2), count, bits);
  else memory.fill(out + begin, <u8>bits, count);
}

/** n 4-byte elements of the same bits. */
export function fillWords(out: usize, n: i32, bits: i32): void {
  const value = i32x4.splat(bits);
  for (; n >= 4; n -= 4) {
    v128.store(out, value);
    out += 16;
  }
  for (; n > 0; n--) {
    store<i32>(out, bits);
    out += 4;
  }
}
