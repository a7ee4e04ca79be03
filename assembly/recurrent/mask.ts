// Masked steps: where the mask is false the state stays, and the output is the state h, or 0.
import { Recurrence } from '../codes';

/** The time at which a step of the walk reads x. */
// @ts-ignore: decorator
@inline
export function timeOf(step: i32, steps: i32, options: i32): i32 {
  return options & Recurrence.Backwards ? steps - 1 - step : step;
}

/** Whether the mask[n, steps] is false for element `index`; no mask (0) is true everywhere. */
// @ts-ignore: decorator
@inline
export function isMasked(mask: usize, index: usize): bool {
  return mask != 0 && load<u8>(mask + index) == 0;
}
