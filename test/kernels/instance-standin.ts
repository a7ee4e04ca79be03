import { readFileSync } from 'node:fs';
const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
const path = process.env['LANEGRAD_WASM'] ?? 'build/lanegrad.simd.wasm';
const module = new WebAssembly.Module(readFileSync(path));
const instance = new WebAssembly.Instance(module, { env: { memory, abort() { throw new Error('abort'); } } });
export const wasm = { memory, exports: instance.exports as Record<string, (...args: number[]) => number> };
