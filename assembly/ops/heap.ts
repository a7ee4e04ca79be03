// Binary heaps in memory, with the largest or the least entry at the root.

/** Makes heap[size] a heap from entry `i` down, if it is one below that entry. No entry is NaN. */
export function siftDown<T>(heap: usize, size: i32, i: i32, isLargestFirst: bool): void {
  const entry = load<T>(at<T>(heap, i));
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    let first = load<T>(at<T>(heap, child));
    if (child + 1 < size) {
      const right = load<T>(at<T>(heap, child), sizeof<T>());
      if (isLargestFirst ? right > first : right < first) {
        first = right;
        child++;
      }
    }
    if (isLargestFirst ? entry >= first : entry <= first) break;
    store<T>(at<T>(heap, i), first);
    i = child;
  }
  store<T>(at<T>(heap, i), entry);
}

// @ts-ignore: decorator
@inline
function at<T>(heap: usize, i: i32): usize {
  return heap + ((<usize>i) << alignof<T>());
}
