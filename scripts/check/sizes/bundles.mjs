// A program as a bundler makes it, in memory: `{ atOnce, later, warnings }`, the texts of the chunks that it needs before it
// runs (the entry and its static imports), of those that it loads by `import()`, and the warnings of the bundler. Workers' files are
// left out. With maps it also says which source each character comes from: `maps`, one for each text of `atOnce`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { build as esbuild } from 'esbuild';
import { annotatePure } from '../../build/annotate-pure.mjs';
import { chunkModule, makeChunk } from '../../build/chunks.mjs';
import { constEnumInliner } from './const-enums.mjs';

export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** The source of an entry point of the package. */
function sourceOf(entry) {
  const name = entry.slice('lanegrad/'.length) || 'index';
  return path.join(root, `src/${name}.ts`);
}
const ENTRY = /^lanegrad(\/|$)/;
const MODULE = /[\\/](src|assembly)[\\/].+\.ts$/;

const sources = path.join(root, 'src');
const inlineConstEnums = constEnumInliner([sources, path.join(root, 'assembly')]);

/** The chunks that were made. */
const made = new Map();

/** A module of a chunk as it is in the package; undefined for others. */
async function packedChunk(file) {
  const found = chunkModule(sources, file);
  if (found === undefined) return undefined;
  const { chunk, role } = found;
  const withNumbers = {
    name: 'const-enums',
    transform: (code, id) =>
      MODULE.test(id) ? { code: inlineConstEnums(code), map: null } : undefined,
  };
  if (!made.has(chunk)) made.set(chunk, makeChunk(sources, chunk, '.ts', [withNumbers]));
  return annotatePure((await made.get(chunk))[role]);
}

/** esbuild: the sources in place of the installed package. */
const sourcesForEsbuild = {
  name: 'from-sources',
  setup({ onResolve, onLoad }) {
    // As in the package: what a module of CommonJS needs lies in the one module that imports it.
    onLoad({ filter: /csv[\\/]parser\.ts$/ }, async ({ path: file }) => {
      const options = { entryPoints: [file], bundle: true, format: 'esm', write: false };
      const { outputFiles } = await esbuild(options);
      return { contents: outputFiles[0].contents };
    });
    onLoad({ filter: MODULE }, async ({ path: file }) => {
      if (file.includes('node_modules')) return undefined;
      const contents = (await packedChunk(file)) ?? annotatePure(readFileSync(file, 'utf8'));
      return { contents, loader: 'ts' };
    });
    onResolve({ filter: ENTRY }, ({ path: entry }) => ({ path: sourceOf(entry) }));
  },
};

/** The same for Vite. */
const sourcesForVite = {
  name: 'from-sources',
  enforce: 'pre',
  resolveId: (id) => (ENTRY.test(id) ? sourceOf(id) : undefined),
  load: packedChunk,
  // Maps then show the text that is here, of the right module.
  transform: (code, id) =>
    MODULE.test(id) && !id.includes('node_modules')
      ? { code: annotatePure(inlineConstEnums(code)), map: null }
      : undefined,
};

/** @param {string} program @param {string} [folder] a project that has the package installed; default: the sources */
export async function withEsbuild(program, folder) {
  const { outputFiles, metafile, warnings } = await esbuild({
    stdin: { contents: program, resolveDir: folder ?? root },
    plugins: folder === undefined ? [sourcesForEsbuild] : [],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    absWorkingDir: folder ?? root,
    outdir: folder ?? root,
    logLevel: 'silent',
  });
  const chunks = outputFiles.map((file) => {
    const name = path.relative(folder ?? root, file.path);
    const { imports } = metafile.outputs[name];
    return {
      name,
      text: file.text,
      isEntry: name === 'stdin.js',
      imports: imports.filter(({ kind }) => kind === 'import-statement').map((one) => one.path),
    };
  });
  return { ...split(chunks), warnings: warnings.map(({ text }) => text) };
}

/** @param {string} program @param {string} [folder] as for `withEsbuild` @param {boolean} [sourcemap] whether to make maps */
export async function withVite(program, folder, sourcemap = false) {
  const { build } = await import('vite');
  const warnings = [];
  const theProgram = {
    name: 'the-program',
    resolveId: (id) => (id === 'program.js' ? '\0program.js' : undefined),
    load: (id) => (id === '\0program.js' ? program : undefined),
  };
  const { output } = await build({
    root: folder ?? root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    plugins: folder === undefined ? [theProgram, sourcesForVite] : [theProgram],
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      sourcemap: sourcemap && 'hidden',
      reportCompressedSize: false,
      rolldownOptions: {
        input: 'program.js',
        onwarn({ code, message }) {
          // How long the build took is not a matter of its result.
          if (!/TIMINGS/.test(code)) warnings.push(stripVTControlCharacters(message).trim());
        },
      },
    },
  });
  const chunks = output
    .filter(({ type }) => type === 'chunk')
    .map(({ fileName: name, code: text, isEntry, imports, map }) => ({
      name,
      text,
      isEntry,
      imports,
      map,
    }));
  return { ...split(chunks), warnings };
}

/** @param {{ name: string, text: string, isEntry: boolean, imports: string[], map?: object }[]} chunks */
function split(chunks) {
  const atOnce = new Set();
  const visit = (chunk) => {
    if (chunk === undefined || atOnce.has(chunk)) return;
    atOnce.add(chunk);
    for (const name of chunk.imports) visit(chunks.find((other) => other.name === name));
  };
  visit(chunks.find(({ isEntry }) => isEntry));
  return {
    atOnce: Array.from(atOnce, ({ text }) => text),
    maps: Array.from(atOnce, ({ map }) => map),
    later: chunks.filter((chunk) => !atOnce.has(chunk)).map(({ text }) => text),
  };
}
