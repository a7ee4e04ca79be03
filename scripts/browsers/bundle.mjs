// A module for a page of the tests or of pictures, with all that it imports, the library from its sources.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} program the text of the module
 * @param {string} url of the file whose folder its imports are relative to
 * @returns {Promise<Uint8Array>} the module that a browser runs
 */
export async function bundleProgram(program, url) {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', url)) },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
    external: ['@jsquash/*', '@resvg/*', 'node:*'],
  });
  return outputFiles[0].contents;
}
