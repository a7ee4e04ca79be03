import { currentRuntime } from '../../runtime/index.js';
import type { Pointer } from '../../wasm/generated/kernels.js';

/** The bits of infinity as a float32; those of NaN without a sign are larger. */
export const INFINITY_BITS = 0x7f800000;

/** The bits of the largest of n float32 without their signs: in the order of the numbers, NaN last. */
export function largestMagnitude(x: Pointer, n: number): number {
  const runtime = currentRuntime();
  const { threads } = runtime;
  const words = runtime.workspace(4 * threads);
  runtime.run('largestMagnitude', words, threads, x, n);
  return largestWord(words);
}

/** The largest of the words that a kernel has written, one for each share that there can be. */
export function largestWord(words: Pointer): number {
  const { int32, threads } = currentRuntime();
  return int32.subarray(words / 4, words / 4 + threads).reduce((a, b) => Math.max(a, b), 0);
}

/** Whether none of n float32 is NaN or infinite. */
export function allFinite(x: Pointer, n: number): boolean {
  return currentRuntime().guard(() => largestMagnitude(x, n) < INFINITY_BITS, true);
}
