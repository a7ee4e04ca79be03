// What the core exports: its ABI, from which scripts/kernel-abi.mjs generates the one in TypeScript. Each part is also
// a binary of its own, so that a page downloads what its program needs: src/wasm/part.ts.
export * from './parts/core';
export * from './parts/rare-optimizers';
export * from './parts/windows';
