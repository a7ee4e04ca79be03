// How a kernel finds its share of the outputs. Thread t of T takes [shareBegin, shareEnd); shares are
// multiples of `grain` elements (the last one ends at n), so that no two threads write one vector.

/** First output that belongs to `thread`. */
// @ts-ignore: decorator
@inline
export function shareBegin(n: i32, thread: i32, threads: i32, grain: i32): i32 {
  const grains = (n + grain - 1) / grain;
  return min(n, <i32>((<i64>grains * thread) / threads) * grain);
}

/** One past the last output that belongs to `thread`. */
// @ts-ignore: decorator
@inline
export function shareEnd(n: i32, thread: i32, threads: i32, grain: i32): i32 {
  return shareBegin(n, thread + 1, threads, grain);
}
