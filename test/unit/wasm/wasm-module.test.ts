import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { backendInfo, configure, tensor } from '../../../src/index.js';

it('computes with a core that was compiled elsewhere, on one thread', async () => {
  const file = new URL('../../../build/lanegrad.simd.wasm', import.meta.url);
  await configure({ wasmModule: new WebAssembly.Module(readFileSync(file)) });
  expect(tensor([1, 2, 3]).mul(2).toArray()).toEqual([2, 4, 6]);
  expect(backendInfo()).toMatchObject({ threads: 1, relaxedSimd: false });
  expect(backendInfo().reason).toMatch(/wasmModule/);
});
