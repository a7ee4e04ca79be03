import { demangle } from '@assemblyscript/loader';
import type { Kernels } from './kernels.js';
import { brandOf } from '../../config/index.js';

/* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-empty-object-type --
   what declarations name must be there in programs whose TypeScript has no types of pages; where it has, both are one */
declare global {
  namespace WebAssembly {
    interface Instance {}
    interface Memory {}
    interface Module {}
  }
}
/* eslint-enable */

/** Bytes of one page of linear memory. */
export const PAGE_BYTES = 65536;

export type Memory = WebAssembly.Memory;
export type Core = WebAssembly.Module;

/** A linear memory that starts at one page and grows up to `maximum` pages. */
export function createMemory(maximum: number, shared: boolean): Memory {
  return new WebAssembly.Memory({ initial: 1, maximum, shared });
}

/** True for the error by which Wasm code stops: memory could not grow. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/**
 * An instance of the core, or of a side module, over `memory`, at once: it is small enough for every engine's main thread, and
 * there is no `await init()` to forget. Of AssemblyScript's loader it takes what names the exports; strings and
 * arrays, most of the loader, do not cross this border. The loader wraps each function, to tell it how many arguments came.
 * No kernel has optional arguments, and the wrapper takes half of a small call (measured: 21 ns, 11 without it). So the
 * functions are the instance's own.
 */
export function instantiate(core: Core | Uint8Array<ArrayBuffer>, memory: Memory): Kernels {
  const module = 'byteLength' in core ? new WebAssembly.Module(core) : core;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...demangle(exports), ...exports } as unknown as Kernels;
}

/** A library for WebAssembly that is compiled already. */
export type CompiledCodec = WebAssembly.Module;

/** Whether a value is compiled WebAssembly, of whatever realm. */
export function isCompiled(value: unknown): value is CompiledCodec {
  return brandOf(value) === 'WebAssembly.Module';
}

/** Compiles a library; what is compiled already stays. */
export async function compiled(
  code: CompiledCodec | Uint8Array<ArrayBuffer>,
): Promise<CompiledCodec> {
  return 'byteLength' in code ? WebAssembly.compile(code) : code;
}

/** What Emscripten's modules take in place of their own way to the file: it makes the instance and hands it over. */
export type InstantiateWasm = (
  imports: object,
  receive: (instance: WebAssembly.Instance) => void,
) => object;

/** Makes instances of a compiled library. */
export function instantiating(code: CompiledCodec): InstantiateWasm {
  return (imports, receive) => {
    const instance = new WebAssembly.Instance(code, imports as WebAssembly.Imports);
    receive(instance);
    return instance.exports;
  };
}
