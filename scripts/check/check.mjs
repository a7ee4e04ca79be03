// `npm run check`: format, lint, types, import rules and paths, houses, ABI of the kernels, doc comments, words, size of the package, side by side. Prints what
// failed and how large src/ is, then one line for each tool.
//   npm run check                before a commit: checks what has changed since the last one, without the sizes. Types are checked
//                                by TypeScript's native compiler, which takes a third of the time
//   npm run check -- --all       everything, as continuous integration does, with the compiler that the package is built with
//   npm run check [format|lint|types|imports|paths|houses|abi|docs|editor|words|size …]     only these, on all files
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { changedFiles } from './changed-files.mjs';
import writeSources from '../generate/write-sources.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const wanted = process.argv.slice(2).filter((name) => name !== '--all');
const isWhole = wanted.length > 0 || process.argv.includes('--all');
const changed = isWhole ? [] : changedFiles(root);

/** The files that a tool of single files looks at. */
const looksAt = (pattern) =>
  isWhole
    ? ['.']
    : changed.filter((file) => pattern.test(file) && existsSync(path.join(root, file)));
const linted = looksAt(/\.(ts|mjs|js)$/);
const formatted = looksAt(/./);
const some = (pattern) => changed.some((file) => pattern.test(file));
/** The folders whose imports are followed; all of them where a manifest or the rules have changed. */
const folders = ['src', 'test', 'bench', 'examples', 'scripts'].filter(
  (folder) => isWhole || some(/^[^/]+\.(cjs|json)$/) || some(new RegExp(`^${folder}/`)),
);

const tools = {
  lint: ['eslint', 'bin/eslint.js', '--max-warnings=0', '--no-warn-ignored', ...linted],
  // With declarations, so that errors show which only their emit has, such as an exported type that cannot be named.
  // Beside the other tools there is no processor for further threads of the native compiler, which do some work twice.
  types: isWhole
    ? ['typescript', 'bin/tsc', '--noEmit', '--declaration']
    : ['typescript-native', 'bin/tsc', '--noEmit', '--declaration', '--singleThreaded'],
  format: [
    'prettier',
    'bin/prettier.cjs',
    '--check',
    '--log-level=warn',
    '--ignore-unknown',
    ...formatted,
  ],
  abi: [root, 'scripts/build/kernel-abi.mjs'],
  docs: [root, 'scripts/check/check-docs.mjs'],
  editor: [root, 'scripts/check/editor.mjs'],
  words: [root, 'scripts/check/check-words.mjs'],
  paths: [root, 'scripts/check/import-paths.mjs'],
  size: [root, 'scripts/check/package-sizes.mjs'],
  houses: [root, 'scripts/check/houses.mjs'],
  imports: ['dependency-cruiser', 'bin/dependency-cruise.mjs', '--output-type=err', ...folders],
};

/** Before a commit, the tools whose answers the changed files can change. */
const usual = {
  lint: linted.length > 0,
  types: some(/\.(ts|mts|json)$/),
  format: formatted.length > 0,
  abi: some(/^(assembly|scripts\/(build|generate))\//),
  docs: some(/^(src|scripts\/(check|generate))\/|^(package|tsconfig)\.json$/),
  words: true,
  paths: some(/^(src|scripts\/check)\//),
  size: false,
  editor: false,
  houses: some(/^src\//),
  imports: folders.length > 0,
};

/** Runs one tool; resolves to its exit code, all it printed, and the seconds it took. */
function run(name) {
  const [packageName, script, ...args] = tools[name];
  // Not every package lets its package.json be resolved, so the folder is found by walking.
  const folder = path.isAbsolute(packageName)
    ? packageName
    : require.resolve
        .paths(packageName)
        .map((base) => path.join(base, packageName))
        .find((candidate) => existsSync(candidate));
  if (!folder) throw new Error(`${packageName} is not installed; run \`npm ci\``);
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    // Much is made that is garbage soon: with more room for it, compilers and linters take a sixth less time (measured).
    const node = ['--max-semi-space-size=64', path.join(folder, script)];
    const child = spawn(process.execPath, [...node, ...args], {
      cwd: root,
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) =>
      resolve({ name, code, output, seconds: (performance.now() - started) / 1000 }),
    );
  });
}

const unknown = wanted.filter((name) => !(name in tools));
if (unknown.length > 0) {
  console.error(
    `No such check: ${unknown.join(', ')}. There are: ${Object.keys(tools).join(', ')}.`,
  );
  process.exit(2);
}

writeSources();
const names = Object.keys(tools).filter((name) =>
  wanted.length > 0 ? wanted.includes(name) : isWhole || usual[name],
);
const results = await Promise.all(names.map(run));
for (const { name, code, output } of results) {
  if (code !== 0 || name === 'houses') console.log(`\n── ${name} ──\n${output.trim()}\n`);
}
for (const { name, code, seconds } of results) {
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1)} s`);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
