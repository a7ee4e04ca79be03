// Class numbers to indicator rows.

import { shareBegin, shareEnd } from '../split';

/**
 * out: float32 [n, classes] ← labels: int32 [n]. A label outside 0 … classes-1 gives a row of zeros,
 * as in Keras.
 * @cost 0.1 n·classes
 */
export function oneHot(
  thread: i32,
  threads: i32,
  out: usize,
  labels: usize,
  n: i32,
  classes: i32,
): void {
  const end = shareEnd(n, thread, threads, 1);
  for (let i = shareBegin(n, thread, threads, 1); i < end; i++) {
    const row = out + ((<usize>i * classes) << 2);
    memory.fill(row, 0, (<usize>classes) << 2);
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (<u32>label < <u32>classes) store<f32>(row + ((<usize>label) << 2), 1);
  }
}
