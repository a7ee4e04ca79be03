// What the runtime has to know of kernels beside their arguments.
import { costs, inPlace } from '../../wasm/generated/costs.js';
import type { KernelName } from '../../wasm/kernels.js';

/**
 * Nanoseconds of work from which a call is shared: handing it over and coming together again takes one
 * to two microseconds.
 */
export const SHARED_FROM = 10_000;

/** Whether a part of a call must not be done twice: the kernel reads what it writes, or its output is an input too. */
export function isInPlace(kernel: KernelName, args: readonly number[]): boolean {
  return inPlace.has(kernel) || args.includes(args[0] ?? NaN, 1);
}

/**
 * About how many nanoseconds a call takes on one thread. Only the order of magnitude matters: it decides whether a call
 * is shared and how long a thread may be silent, never what is computed. `memory` is where layouts are read.
 */
export function workOf(kernel: KernelName, args: readonly number[], memory: Int32Array): number {
  const cost = costs[kernel];
  // Nanoseconds a unit, then the places of the arguments whose product is the number of units. A place is inverted (~)
  // where the argument points to a layout, whose axes are multiplied.
  let work = cost[0] ?? 0;
  for (let i = 1; i < cost.length; i++) {
    const place = cost[i] ?? 0;
    work *= place < 0 ? layoutSize(memory, (args[~place] ?? 0) / 4) : (args[place] ?? 0);
  }
  return work;
}

/** The product of a layout's axes. */
function layoutSize(memory: Int32Array, at: number): number {
  const rank = memory[at] ?? 0;
  let size = 1;
  for (let axis = 1; axis <= rank; axis++) size *= memory[at + axis] ?? 1;
  return size;
}
