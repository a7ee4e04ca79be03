import type { PlainKernels, SplitKernels } from './generated/kernels.js';

// The build reads the ABI from the kernels in assembly/; docs/kernels.md says how a kernel is added.
export * from './generated/kernels.js';

/** A kernel that threads can share. */
export type KernelName = keyof SplitKernels;

/** What an instance of the core exports. */
export type Kernels = PlainKernels & {
  readonly [K in KernelName]: (
    thread: number,
    threads: number,
    ...args: Parameters<SplitKernels[K]>
  ) => void;
};
