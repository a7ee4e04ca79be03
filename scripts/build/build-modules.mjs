// The package as modules, one for each source file, for bundlers: they can leave out every module that a program does not
// use. TypeScript writes them (so that `const enum`s become numbers) together with the declarations.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { annotateFolder } from './annotate-pure.mjs';
import { TAG_LINES } from '../generate/operation-facts.mjs';

const folder = 'dist/modules';

/** The namespaces that are separate entry points, because not every bundler can look into a namespace. */
export const namespaces = [
  'activations',
  'callbacks',
  'constraints',
  'data',
  'datasets',
  'initializers',
  'layers',
  'losses',
  'metrics',
  'models',
  'ops',
  'optimizers',
  'random',
  'regularizers',
  'utils',
];

/** @param {object} bundling esbuild's options for bundling @param {() => void} compile runs tsc */
export async function buildModules(bundling, compile) {
  await compile();
  annotateFolder(`${folder}/src`);
  stripTags('dist/types/src/engine/ops');
  // A dependency is bundled into the one module that imports it.
  const importers = [
    'engine/wasm/instantiate.js',
    'files/formats/csv/parser.js',
    'extras/utils/graph-layout.js',
    'files/formats/protobuf.js',
  ];
  for (const name of importers) {
    const importer = `${folder}/src/${name}`;
    const options = { ...bundling, sourcemap: true, allowOverwrite: true };
    await build({ ...options, entryPoints: [importer], outfile: importer });
  }
}

/** Takes the facts of operations out of doc comments, which editors show. */
function stripTags(types) {
  for (const name of readdirSync(types, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = path.join(types, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(TAG_LINES, ''));
  }
}

/**
 * Takes out what only the bundle needs. Comments stand in the declarations, where editors look for them. A module is a
 * source file without types, which can be read without a map.
 */
export async function stripModules() {
  const names = readdirSync(folder, { recursive: true });
  for (const name of names) if (name.endsWith('.js.map')) rmSync(path.join(folder, name));
  const files = names.filter((name) => name.endsWith('.js'));
  await Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const options = { format: 'esm', target: 'es2022', legalComments: 'inline' };
      const { code } = await transform(readFileSync(file, 'utf8'), options);
      writeFileSync(file, code);
    }),
  );
}

/**
 * In Node a namespace's entry point takes it from the bundle, so that there is one `Tensor` however a program imports.
 */
export async function writeNamespaces(core) {
  const exported = await import(core);
  for (const name of namespaces) {
    const names = Object.keys(exported[name]).join(', ');
    writeFileSync(
      `dist/${name}.js`,
      `import { ${name} } from './core.js';\nexport const { ${names} } = ${name};\n`,
    );
  }
}
