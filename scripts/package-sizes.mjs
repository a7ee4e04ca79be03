// What the package adds to a user's page: minified and gzipped by esbuild as a bundler would do it. `main` is what a page
// has to load before its program runs: the module graph of static imports, Wasm included. What a program loads when it
// asks for it (`import()`: readers and writers of files, data sets, the relaxed build) is counted as `later`, and the
// worker not at all.
//   node scripts/package-sizes.mjs     measures the sources; fails if a program is above its limit
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const programs = {
  everything: {
    limit: 133_200,
    text: `import * as lanegrad from 'lanegrad'; globalThis.lanegrad = lanegrad;`,
  },
  'Sequential + Dense + RMSprop': {
    limit: 72_000,
    text: `
      import { Dense } from 'lanegrad/layers';
      import { Sequential } from 'lanegrad/models';
      import { RMSprop } from 'lanegrad/optimizers';
      const network = new Sequential();
      network.add(new Dense(10, { inputShape: [4] }));
      network.compile({ optimizer: new RMSprop(), loss: (a, b) => a.sub(b).square().mean() });
      globalThis.network = network;`,
  },
};

/**
 * @param {string} folder a project that has the package installed
 * @param {import('esbuild').Plugin[]} [plugins] for another way to find it
 * @returns bytes of the entry chunk with what it imports at once (`main`), of chunks imported on demand (`later`), and
 *   what `main` may be
 */
export async function bundleSizes(folder, plugins = []) {
  return Promise.all(
    Object.entries(programs).map(async ([name, { text, limit }]) => {
      const { outputFiles, metafile } = await build({
        stdin: { contents: text, resolveDir: folder },
        plugins,
        external: ['h5wasm'],
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
      return { name, main, later, limit };
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

export function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** The sources in place of the installed package. */
const fromSources = {
  name: 'from-sources',
  setup({ onResolve, onLoad }) {
    // As in the package: what a module of CommonJS needs lies in the one module that imports it.
    onLoad({ filter: /csv[\\/]parser\.ts$/ }, async ({ path }) => {
      const options = { entryPoints: [path], bundle: true, format: 'esm', write: false };
      const { outputFiles } = await build(options);
      return { contents: outputFiles[0].contents };
    });
    const source = (name) => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
    onResolve({ filter: /^lanegrad(\/|$)/ }, ({ path }) => {
      const name = path.slice('lanegrad/'.length) || 'index';
      return { path: [source(name), source(`${name}/index`)].find((file) => existsSync(file)) };
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
  for (const { name, main, limit } of await bundleSizes(root, [fromSources])) {
    const isWithin = main <= limit;
    if (!isWithin) process.exitCode = 1;
    console.log(
      `${isWithin ? '✓' : '✗'} ${name}: ${kilobytes(main)} of at most ${kilobytes(limit)}` +
        (isWithin
          ? ''
          : '. Load what is not always needed by import(), or say in docs/performance.md why it grew and raise the limit.'),
    );
  }
}
