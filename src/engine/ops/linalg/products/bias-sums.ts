// The gradient of a bias is the sum of a gradient down its columns. An operation that writes that gradient can add it up meanwhile,
// so that it is not read once more.
import { isRecording } from '../../../autodiff/index.js';
import { matrixOf } from './packed-matrix.js';
import { reshape } from '../../shapes/reshape.js';
import { sum } from '../../reductions/sum.js';
import type { Tensor } from '../../../tensor/index.js';
import type { Storage } from '../../../tensor/storage.js';
import { ReduceOp } from '../../../../../assembly/codes.js';
import { currentRuntime } from '../../../runtime/index.js';

/** Blocks with results to which a bias was added. */
const biased = new WeakSet<Storage>();

/** Remembers that a bias was added to all rows of y, where there will be a gradient. */
export function rememberBiased(y: Tensor): void {
  if (isRecording()) biased.add(y.storage);
}

/** Whether the gradient of a bias will be the sums of the columns of the gradient of x. */
export function isBiased(x: Tensor): boolean {
  return biased.has(x.storage);
}

/** The sums of the columns of dz[…, n], [n]: what was added up while dz was written, or now. */
export function sumOfColumns(dz: Tensor): Tensor {
  // A gradient of this gradient needs a sum that the tape has seen.
  const known = isRecording() ? undefined : matrixOf(dz).copyOfSums();
  return known ?? sum(reshape(dz, [-1, dz.shape.at(-1) ?? 1]), 0);
}

/** out = the sum of partials[i, …]. */
export function addPartials(out: Tensor, partials: Tensor): void {
  const runtime = currentRuntime();
  const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
  const count = partials.shape[0] ?? 1;
  runtime.run(
    'reduceF32',
    out.pointer,
    partials.pointer,
    1,
    count,
    out.size,
    ReduceOp.Sum,
    scratch,
  );
}
