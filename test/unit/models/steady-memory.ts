import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { memory } from '../../../src/engine/tensor/index.js';
import type { MemoryInfo } from '../../../src/engine/tensor/index.js';

/**
 * What is in use once the garbage collector has freed what earlier tests dropped: it could do so at any
 * time, and hide what the test is about.
 */
export async function settledMemory(): Promise<MemoryInfo> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 2; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return memory();
}

/** Fails if more is in use than `before`. */
export function expectNoMoreThan(before: MemoryInfo): void {
  const { tensors, bytes } = memory();
  expect(tensors, 'tensors').toBeLessThanOrEqual(before.tensors);
  expect(bytes, 'bytes').toBeLessThanOrEqual(before.bytes);
}
