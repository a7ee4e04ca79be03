// What the package adds to a user's page: minified and gzipped by esbuild as a bundler would do it. `main` is what a page
// has to load before its program runs: the module graph of static imports, Wasm included. What a program loads when it
// asks for it (`import()`: readers and writers of files, data sets, the relaxed build) is counted as `later`, and the
// worker not at all.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const programs = {
  everything: `import * as lanegrad from 'lanegrad'; globalThis.lanegrad = lanegrad;`,
  'Sequential + Dense + RMSprop': `
    import { Dense } from 'lanegrad/layers';
    import { Sequential } from 'lanegrad/models';
    import { RMSprop } from 'lanegrad/optimizers';
    const network = new Sequential();
    network.add(new Dense(10, { inputShape: [4] }));
    network.compile({ optimizer: new RMSprop(), loss: (a, b) => a.sub(b).square().mean() });
    globalThis.network = network;`,
};

/**
 * @param {string} folder a project that has the package installed
 * @returns bytes of the entry chunk with what it imports at once (`main`), and of chunks imported on demand (`later`)
 */
export async function bundleSizes(folder) {
  return Promise.all(
    Object.entries(programs).map(async ([name, contents]) => {
      const { outputFiles, metafile } = await build({
        stdin: { contents, resolveDir: folder },
        bundle: true,
        splitting: true,
        minify: true,
        format: 'esm',
        target: 'es2022',
        write: false,
        metafile: true,
        absWorkingDir: folder,
        outdir: folder,
      });
      const gzipped = new Map(
        outputFiles.map((file) => [
          file.path.slice(folder.length + 1),
          gzipSync(file.contents, { level: 9 }).length,
        ]),
      );
      const atOnce = staticImports(metafile.outputs);
      let main = 0;
      let later = 0;
      for (const [file, bytes] of gzipped) {
        if (atOnce.has(file)) main += bytes;
        else later += bytes;
      }
      return { name, main, later };
    }),
  );
}

/** The entry chunk and every chunk that it needs before it can run. */
function staticImports(outputs) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file) || !outputs[file]) return;
    found.add(file);
    for (const { path, kind } of outputs[file].imports) {
      if (kind === 'import-statement') visit(path);
    }
  };
  for (const [file, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === '<stdin>' || file.endsWith('stdin.js')) visit(file);
  }
  return found;
}
