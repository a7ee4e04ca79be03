import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/kernels.js';

/** Whether none of n float32 is NaN or infinite. */
export function allFinite(x: Pointer, n: number): boolean {
  const runtime = currentRuntime();
  const { threads } = runtime;
  // A word for each thread; those that take no part leave theirs.
  const flags = runtime.workspace(4 * threads);
  runtime.int32.fill(0, flags / 4, flags / 4 + threads);
  runtime.run('findNonFinite', flags, x, n);
  return runtime.int32.subarray(flags / 4, flags / 4 + threads).every((flag) => flag === 0);
}
