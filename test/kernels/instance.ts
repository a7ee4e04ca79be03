// The Wasm module under test, with its own memory, and what a kernel test needs to give it data. The module is
// build/lanegrad.simd.wasm unless LANEGRAD_WASM names another build.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The arrays a kernel takes. */
export type KernelArray = Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Bytes on both sides of a placed array that must keep their pattern: a vector store too many lands there. */
const GUARD = 64;
const PATTERN = 0xa5;

/** An array in linear memory. */
export interface Placed<T extends KernelArray> {
  /** Where its first element is. */
  readonly pointer: number;
  /** A copy of what it holds now. */
  read(): T;
  /** True while the bytes before and behind it are as they were. */
  isFenced(): boolean;
  /** Gives its memory back. */
  release(): void;
}

/** An instance of a build of the core. */
export class KernelInstance {
  readonly memory: WebAssembly.Memory;
  readonly exports: Record<string, (...args: number[]) => number>;

  constructor(path: string) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
    const abort = (): never => {
      throw new Error(`The Wasm module ${path} called abort.`);
    };
    const module = new WebAssembly.Module(readFileSync(path));
    const imports = { env: { memory: this.memory, abort } };
    this.exports = new WebAssembly.Instance(module, imports).exports as typeof this.exports;
  }

  /** Calls an export with just these arguments. */
  run(name: string, ...args: readonly number[]): number {
    const f = this.exports[name];
    if (f === undefined) throw new Error(`The Wasm module exports no kernel “${name}”.`);
    return f(...args);
  }

  /** Calls a kernel once for each of `threads` threads, which it takes as its first two arguments. */
  runSplit(name: string, threads: number, ...args: readonly number[]): void {
    for (let thread = 0; thread < threads; thread++) this.run(name, thread, threads, ...args);
  }

  /** Copies an array into memory, `skew` bytes off a multiple of 16, with guard bytes around it. */
  place<T extends KernelArray>(array: T, skew = 0): Placed<T> {
    const block = this.run('allocate', array.byteLength + skew + 2 * GUARD);
    const pointer = block + GUARD + skew;
    const end = pointer + array.byteLength;
    const bytes = (): Uint8Array => new Uint8Array(this.memory.buffer);
    bytes().fill(PATTERN, block, end + GUARD);
    bytes().set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), pointer);
    return {
      pointer,
      read: () =>
        new (array.constructor as new (b: ArrayBuffer) => T)(bytes().slice(pointer, end).buffer),
      isFenced: () =>
        bytes()
          .subarray(block, pointer)
          .every((byte) => byte === PATTERN) &&
        bytes()
          .subarray(end, end + GUARD)
          .every((byte) => byte === PATTERN),
      release: () => void this.run('release', block),
    };
  }
}

/** The instance that the tests of one file share. */
export const wasm = new KernelInstance(
  process.env['LANEGRAD_WASM'] ??
    fileURLToPath(new URL('../../build/lanegrad.simd.wasm', import.meta.url)),
);
