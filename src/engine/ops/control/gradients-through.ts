import { Tape } from '../../autodiff/index.js';
import type { Tensor } from '../../tensor/index.js';
import { add } from '../elementwise/arithmetic.js';

/**
 * Gradients of `f`, which computes from `inputs` by operations, for a gradient `dy` of its result: the backward pass of a fused
 * kernel while a tape records it, since operations can be differentiated again. Undefined for inputs that do not count.
 */
export function gradientsThrough(
  inputs: readonly Tensor[],
  f: () => Tensor,
  dy: Tensor,
): readonly (Tensor | undefined)[] {
  const ids = inputs.map(({ id }) => id);
  const tape = new Tape(ids);
  try {
    return tape.gradients(tape.recording(f), dy, ids, add);
  } finally {
    tape.dispose();
  }
}
