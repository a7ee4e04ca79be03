import type { Kernel } from './kernel-abi.mjs';

export function inputsOf(target: string, kernels: readonly Kernel[], folder?: string): string;
export function compileTargets(
  names: readonly string[],
  kernels: readonly Kernel[],
): Map<string, Promise<void>>;
