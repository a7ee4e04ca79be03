import type { Axes } from '../../../config/index.js';

/** Whether axes of [batch, steps, …] lie within a step, for what is computed along them. */
export function isWithinStep(axis: Axes): boolean {
  return [axis].flat().every((one) => one === -1 || one > 1);
}
