import { brandOf } from '../../config/index.js';

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

/** What Emscripten's modules take in the place of their own way to the file: it makes the instance and hands it over. */
export type InstantiateWasm = (
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance) => void,
) => WebAssembly.Exports;

/** Makes instances of a compiled library. */
export function instantiating(code: CompiledCodec): InstantiateWasm {
  return (imports, receive) => {
    const instance = new WebAssembly.Instance(code, imports);
    receive(instance);
    return instance.exports;
  };
}
