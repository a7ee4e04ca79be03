// Files that grow, which few programs write: apart from the `FileHost`, that others need not hold it.

/** Adds bytes to the end of a file, which is made, with its folder, if it is not there. */
export type AppendFile = (path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** How Node, Deno and Bun do it; undefined in a browser, which has no files. */
export function nodeAppendFile(): AppendFile | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const files = process.getBuiltinModule('node:fs/promises');
  const paths = process.getBuiltinModule('node:path');
  return async (path, bytes) => {
    try {
      await files.appendFile(path, bytes);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error;
      await files.mkdir(paths.dirname(path), { recursive: true });
      await files.appendFile(path, bytes);
    }
  };
}
