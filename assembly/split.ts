// How a kernel finds its share of the outputs. Thread t of T takes [shareBegin, shareEnd); shares are
// multiples of `grain` elements (the last one ends at n), so that no two threads write one vector.

/** The usual grain, in elements of four bytes: no two threads write to one line of the cache. */
export const GRAIN: i32 = 64;

/**
 * First output that belongs to `thread`. The recursion, one step deep, keeps it a function of its own: inlined
 * into every kernel it takes 1.1 KB (measured).
 */
export function shareBegin(n: i32, thread: i32, threads: i32, grain: i32): i32 {
  if (grain > 1) {
    return min(n, shareBegin((n + grain - 1) / grain, thread, threads, 1) * grain);
  }
  return <i32>((<i64>n * thread) / threads);
}

/**
 * Bytes from one thread's scratch to the next one's, of which it uses `bytes`: they share no line of the cache, wherever
 * the scratch of the first begins. What one thread writes would otherwise be taken from another again and again
 * (measured: 700 instead of 580 µs of a convolution on two threads).
 */
export function scratchStride(bytes: usize): usize {
  return (bytes + 127) & ~63;
}

/** One past the last output that belongs to `thread`. */
export function shareEnd(n: i32, thread: i32, threads: i32, grain: i32): i32 {
  return shareBegin(n, thread + 1, threads, grain);
}
