// Checks the packed declarations with TypeScript, and the package with publint and are-the-types-wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { root, run } from './project.mjs';

const require = createRequire(import.meta.url);

/** Checks test/package/consumer.ts under the strictest settings. */
export async function typeCheck(folder, module, moduleResolution) {
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const config = `tsconfig.${moduleResolution}.json`;
  writeFileSync(
    path.join(folder, config),
    JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
  );
  await run(folder, process.execPath, compiler(), '-p', config);
}

/** Checks the declarations of every entry point in a program for Node, which has no types of pages. */
export async function typeCheckWithoutPages(folder) {
  const installed = path.join(folder, 'node_modules/lanegrad');
  const { exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  const entries = Object.keys(exports).filter((name) => exports[name].types !== undefined);
  const lines = entries.map((name, i) => `export * as entry${i} from '${name.replace('.', 'lanegrad')}';`); // prettier-ignore
  writeFileSync(path.join(folder, 'entries.ts'), lines.join('\n'));
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', lib: ['es2023'] },
    ...{ types: ['node'], typeRoots: [path.join(root, 'node_modules/@types')] },
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  };
  const config = 'tsconfig.no-pages.json';
  writeFileSync(
    path.join(folder, config),
    JSON.stringify({ compilerOptions, files: ['entries.ts'] }),
  );
  await run(folder, process.execPath, compiler(), '-p', config);
  return `${entries.length} entry points`;
}

/** Checks all programs of the documentation under `strict` and nothing more, as they are in a project of a user. */
export async function typeCheckDocs(folder, module, moduleResolution) {
  const { writeCode } = await tsImport('../../test/unit/docs/programs.ts', import.meta.url);
  const docs = path.join(folder, `docs-${moduleResolution}`);
  const compilerOptions = {
    ...{ module, moduleResolution, moduleDetection: 'force', target: 'es2022', strict: true },
    ...{ allowJs: true, types: [], noEmit: true },
  };
  const files = writeCode(docs).map((file) => path.relative(docs, file));
  const config = { compilerOptions, files };
  writeFileSync(path.join(docs, 'tsconfig.json'), JSON.stringify(config));
  await run(docs, process.execPath, compiler(), '-p', '.');
  return `${files.length} programs`;
}

function compiler() {
  return path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');
}

/** publint: every path that package.json names is there and is what it says. Suggestions count too. */
export async function publint(folder, tools) {
  const script = await tools.command('publint');
  const installed = path.join(folder, 'node_modules/lanegrad');
  await run(folder, process.execPath, script, 'run', installed, '--pack', 'false', '--strict');
}

/** The package is ESM only (Node >= 20.19 may require() it), and of the binaries there are no types. */
export async function areTheTypesWrong(folder, tools, tarball) {
  const script = await tools.command('@arethetypeswrong/cli');
  const options = ['--profile', 'esm-only', '--exclude-entrypoints', './wasm/*'];
  await run(folder, process.execPath, script, tarball, ...options);
}
