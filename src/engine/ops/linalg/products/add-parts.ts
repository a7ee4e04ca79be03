import { ReduceOp } from '../../../../../assembly/codes.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { Tensor } from '../../../tensor/index.js';

/** out = the sum of parts[part, …]. */
export function addParts(out: Tensor, parts: Tensor): void {
  const runtime = currentRuntime();
  const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
  const count = parts.shape[0] ?? 1;
  runtime.run('reduceF32', out.pointer, parts.pointer, 1, count, out.size, ReduceOp.Sum, scratch);
}
