import { instantiateSync } from '@assemblyscript/loader';
import { LanegradError } from '../errors.js';
import { base64 } from './generated/simd.js';
import type { Kernels } from './kernels.js';

/** Bytes of one page of linear memory. */
export const PAGE_BYTES = 65536;

/** The largest linear memory of 32-bit WebAssembly: 4 GiB. */
export const MAX_PAGES = 65536;

/** The embedded binary. */
function decode(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A linear memory that starts at one page and grows up to `maximum` pages. */
export function createMemory(maximum: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum });
}

export type Memory = WebAssembly.Memory;

/** True for the error by which Wasm code stops: memory could not grow. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/**
 * Compiles and instantiates the core over `memory`, synchronously: it is small enough for every
 * engine's main thread, and there is no `await init()` to forget.
 *
 * @throws LanegradError where the engine has no WebAssembly SIMD.
 */
export function instantiate(memory: Memory): Kernels {
  const binary = decode();
  if (!WebAssembly.validate(binary)) {
    throw new LanegradError(
      'This JavaScript engine does not validate lanegrad’s WebAssembly: it has no SIMD. ' +
        'Needed: Node >= 20.19, Chrome >= 91, Firefox >= 89, Safari >= 16.4.',
    );
  }
  const { exports } = instantiateSync(binary, { env: { memory } });
  return exports as unknown as Kernels;
}
