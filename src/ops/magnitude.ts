import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** The bits of infinity as a float32; those of NaN without a sign are larger. */
export const INFINITY_BITS = 0x7f800000;

/** The bits of the largest of n float32 without their signs: in the order of the numbers, NaN last. */
export function largestMagnitude(x: Pointer, n: number): number {
  const runtime = currentRuntime();
  const { threads } = runtime;
  // A word for each thread; those that take no part leave theirs.
  const words = runtime.workspace(4 * threads);
  runtime.int32.fill(0, words / 4, words / 4 + threads);
  runtime.run('largestMagnitude', words, x, n);
  let largest = 0;
  for (let i = words / 4; i < words / 4 + threads; i++) {
    largest = Math.max(largest, runtime.int32[i] ?? 0);
  }
  return largest;
}

/** Whether none of n float32 is NaN or infinite. */
export function allFinite(x: Pointer, n: number): boolean {
  return currentRuntime().decide(() => largestMagnitude(x, n) < INFINITY_BITS);
}
