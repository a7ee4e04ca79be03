// Sparsemax (Martins and Astudillo 2016): the Euclidean projection of each row onto the simplex.

import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { siftDown } from './heap';
import { rowMax } from './rows';

/**
 * The τ with Σ max(z - τ, 0) = 1, z = x[cols] - shift, shift the row's maximum. Values are taken in
 * descending order from a heap as long as they belong to the support, 1 + k z_k > z_1 + … + z_k;
 * then τ = (z_1 + … + z_k - 1) / k. τ is at least -1, so that smaller values never enter the heap.
 */
function rowThreshold(x: usize, cols: i32, shift: f32, heap: usize): f32 {
  let size = 0;
  for (let c = 0; c < cols; c++) {
    const z = load<f32>(x + ((<usize>c) << 2)) - shift;
    if (z > -1) {
      store<f32>(heap + ((<usize>size) << 2), z);
      size++;
    }
  }
  let sum: f64 = 0;
  let support = 0;
  // The first half of the entries, from its last to the root, makes the heap; then the root is taken.
  for (let i = size >> 1; size > 0;) {
    if (i > 0) {
      i--;
    } else {
      const z = <f64>load<f32>(heap);
      if (1 + <f64>(support + 1) * z <= sum + z) break;
      sum += z;
      support++;
      size--;
      store<f32>(heap, load<f32>(heap + ((<usize>size) << 2)));
    }
    siftDown<f32>(heap, size, i, true);
  }
  return <f32>((sum - 1) / <f64>support);
}

/**
 * out[rows, cols] ← max(x - max - τ, 0), float32, each row summing to 1; O(cols log cols).
 * scratch: float32 [threads, cols]. As with softmax, a row with +inf or NaN, or of nothing but -inf, gives NaN.
 * @cost 20 rows·cols
 */
export function sparsemaxRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
  scratch: usize,
): void {
  const heap = scratch + ((<usize>thread * cols) << 2);
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    const largest = rowMax(x + row, cols);
    const shift = f32x4.splat(largest);
    const threshold = f32x4.splat(rowThreshold(x + row, cols, largest, heap));
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const z = f32x4.sub(f32x4.sub(loadVector(x + at, cols - c), shift), threshold);
      storeVector(out + at, f32x4.max(z, f32x4.splat(0)), cols - c);
    }
  }
}

/**
 * dx[rows, cols] ← y > 0 ? dy - mean of dy over the row's entries with y > 0 : 0, y = sparsemax(x).
 * dx may be dy.
 * @cost 1 rows·cols
 */
export function sparsemaxRowsGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  y: usize,
  rows: i32,
  cols: i32,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  for (let r = shareBegin(rows, thread, threads, 1); r < end; r++) {
    const row = (<usize>r * cols) << 2;
    let sum: f64 = 0;
    let support = 0;
    for (let c = 0; c < cols; c++) {
      const at = row + ((<usize>c) << 2);
      if (load<f32>(y + at) > 0) {
        sum += <f64>load<f32>(dy + at);
        support++;
      }
    }
    const mean = f32x4.splat(<f32>(sum / <f64>support));
    const zero = f32x4.splat(0);
    for (let c = 0; c < cols; c += 4) {
      const at = row + ((<usize>c) << 2);
      const d = f32x4.sub(loadVector(dy + at, cols - c), mean);
      storeVector(dx + at, v128.and(d, f32x4.gt(loadVector(y + at, cols - c), zero)), cols - c);
    }
  }
}
