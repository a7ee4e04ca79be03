// where(condition, a, b)

import { shareBegin, shareEnd } from '../split';

/**
 * out[i] = condition[i] ? a[i] : b[i] for n elements of 4 bytes or of 1 byte, everything contiguous; the condition
 * is bytes, any but 0 is true.
 * @cost 0.3 n
 */
export function select(
  thread: i32,
  threads: i32,
  out: usize,
  condition: usize,
  a: usize,
  b: usize,
  n: i32,
  elementBytes: i32,
): void {
  let i: usize = shareBegin(n, thread, threads, 64);
  const end: usize = shareEnd(n, thread, threads, 64);
  if (elementBytes == 4) {
    for (; i + 4 <= end; i += 4) {
      const bytes = v128.load32_zero(condition + i);
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
      const isFalse = i32x4.eq(words, i32x4.splat(0));
      const at = i << 2;
      v128.store(out + at, v128.bitselect(v128.load(b + at), v128.load(a + at), isFalse));
    }
    for (; i < end; i++) {
      const from = load<u8>(condition + i) ? a : b;
      store<i32>(out + (i << 2), load<i32>(from + (i << 2)));
    }
    return;
  }
  for (; i + 16 <= end; i += 16) {
    const isFalse = i8x16.eq(v128.load(condition + i), i8x16.splat(0));
    v128.store(out + i, v128.bitselect(v128.load(b + i), v128.load(a + i), isFalse));
  }
  for (; i < end; i++) store<u8>(out + i, load<u8>((load<u8>(condition + i) ? a : b) + i));
}
