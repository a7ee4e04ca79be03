import type { KernelName, Kernels } from './kernels.js';

/** Names of the exported functions, sorted: threads name a kernel by its place in this list. */
export function splitKernelNames(kernels: Kernels): KernelName[] {
  return Object.entries(kernels)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name as KernelName)
    .sort();
}
