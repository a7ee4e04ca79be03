// What the programs of package-sizes.mjs consist of when Vite bundles them: minified bytes that a page has to load before its
// program runs, by part of the library.
//   node scripts/check/package-breakdown.mjs             the table of docs/performance.md
//   node scripts/check/package-breakdown.mjs --vis       lanegrad/vis by itself: its own modules, without what they share with others
//   node scripts/check/package-breakdown.mjs --modules   each module of the small program, with the bytes that gzip saves without it
import { SourceMap } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root, withVite } from './sizes/bundles.mjs';
import { programs, wasmTexts } from './package-sizes.mjs';

const groups = {
  'Wasm, as text': /src\/engine\/wasm\//,
  "packages: AssemblyScript's loader, protobuf": /node_modules/,
  '`ops`, `autodiff`': /src\/\w+\/(ops|autodiff)\//,
  '`layers`': /src\/nn\/layers\//,
  '`data`, `datasets`, `formats`, `locations`': /src\/\w+\/(data|datasets|formats|locations)\//,
  '`models`': /src\/nn\/(models|training|saving)\//,
  '`metrics`, `losses`': /src\/\w+\/(metrics|losses)\//,
  '`optimizers`': /src\/nn\/optimizers\//,
  '`callbacks`': /src\/nn\/callbacks\//,
  '`tensor`, `runtime`': /src\/\w+\/(tensor|runtime)\//,
  '`initializers`, `regularizers`, `constraints`, `activations`, `random`':
    /src\/\w+\/(initializers|regularizers|constraints|activations|random)\//,
  '`config`, `errors`': /src\/(config\/|errors\.)/,
  '`extras`: utilities, pictures, the entries themselves': /src\/extras\//,
};
const REST = 'the rest, such as lists of what a namespace or a chunk exports';

/** The text of a program by the module that each letter comes from; '' for what the bundler adds. */
async function textsByModule(program) {
  const { atOnce, maps } = await withVite(program, undefined, true);
  const texts = new Map();
  atOnce.forEach((text, i) => {
    // What the bundler adds may be a chunk of its own, which has no map.
    const map = new SourceMap(maps[i] ?? { version: 3, sources: [], mappings: '' });
    text.split('\n').forEach((line, row) => {
      for (let column = 0; column < line.length; column++) {
        const { originalSource = '' } = map.findEntry(row, column);
        texts.set(originalSource, (texts.get(originalSource) ?? '') + line[column]);
      }
    });
  });
  // A bundler puts the text of a binary where it is named.
  for (const { name, text } of wasmTexts) {
    for (const [module, around] of texts) {
      if (!around.includes(text)) continue;
      texts.set(module, around.replace(text, ''));
      texts.set(`src/engine/wasm/generated/${name}.ts`, text);
      break;
    }
  }
  return texts;
}

function groupOf(module) {
  return Object.keys(groups).find((name) => groups[name].test(module)) ?? REST;
}

async function printTable() {
  const names = [...Object.keys(groups), REST];
  const columns = await Promise.all(
    Object.values(programs).map(async ({ text }) => {
      const bytes = Object.fromEntries(names.map((name) => [name, 0]));
      for (const [module, { length }] of await textsByModule(text))
        bytes[groupOf(module)] += length;
      return bytes;
    }),
  );
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  console.log(
    `| part | ${Object.keys(programs).join(' | ')} |\n|---${'|---:'.repeat(columns.length)}|`,
  );
  for (const name of names) {
    console.log(`| ${name} | ${columns.map((bytes) => kilobytes(bytes[name])).join(' | ')} |`);
  }
  const sums = columns.map((bytes) => Object.values(bytes).reduce((sum, one) => sum + one, 0));
  console.log(`| **together** | ${sums.map((sum) => `**${kilobytes(sum)}**`).join(' | ')} |`);
}

async function printModules() {
  const texts = await textsByModule(programs['Sequential + Dense + RMSprop'].text);
  const gzipped = (modules) => gzipSync(modules.join('\n'), { level: 9 }).length;
  const all = gzipped([...texts.values()]);
  const rows = [...texts].map(([module, { length }]) => {
    const others = [...texts].filter(([other]) => other !== module).map(([, text]) => text);
    return {
      module: module.replace(/^.*?(?=src\/|node_modules\/)/, '') || REST,
      length,
      saved: all - gzipped(others),
    };
  });
  console.log('minified  gzipped  module');
  for (const { module, length, saved } of rows.sort((a, b) => b.saved - a.saved)) {
    console.log(`${String(length).padStart(8)} ${String(saved).padStart(8)}  ${module}`);
  }
}

/** The modules of `lanegrad/vis` as esbuild minifies them into one, with everything else left where it is. */
async function printVis() {
  const isOwn = (file, importer) =>
    file.startsWith('.') && /extras[\\/]vis[\\/]/.test(path.resolve(path.dirname(importer), file));
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'src/vis.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    plugins: [
      {
        name: 'own-modules',
        setup({ onResolve }) {
          onResolve({ filter: /.*/ }, ({ path: file, importer, kind }) => {
            if (kind !== 'entry-point' && !isOwn(file, importer))
              return { path: file, external: true };
            return undefined;
          });
        },
      },
    ],
  });
  const text = (outputFiles[0]?.text ?? '').replaceAll(/import(?:\{[^}]*\}from)?"[^"]*";/g, '');
  const bytes = gzipSync(text, { level: 9 }).length;
  console.log(`lanegrad/vis by itself: ${(bytes / 1000).toFixed(1)} kB gzip`);
}

const print = { '--modules': printModules, '--vis': printVis }[process.argv[2]] ?? printTable;
await print();
