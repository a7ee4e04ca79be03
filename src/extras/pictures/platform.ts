/**
 * The bytes of a file of an installed package, in Node, Deno and Bun; undefined elsewhere, where bundlers and servers bring
 * the file to the module that asks for it.
 *
 * @param file package and path: '@jsquash/webp/codec/dec/webp_dec.wasm'
 */
export async function packageFile(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const { createRequire } = process.getBuiltinModule('node:module');
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  return new Uint8Array(await readFile(createRequire(import.meta.url).resolve(file)));
}
