// `npm run check`: format, lint, types, import rules and paths, ABI of the kernels, doc comments, words, size of the package, side by side. Prints what failed, then one line a tool.
//   node scripts/check.mjs            before a commit: lints what has changed since the last one, and leaves out the sizes
//   node scripts/check.mjs --all      everything, as continuous integration does
//   node scripts/check.mjs [format|lint|types|imports|paths|abi|docs|words|size …]     only these
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { changedSources } from './changed-sources.mjs';
import writeSources from './write-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const folders = ['src', 'test', 'bench', 'examples', 'scripts'];

// Types and formatting remember what has not changed since the last run. Linting does not: what it says of a file
// depends on the types in others.
const cache = path.join(root, 'node_modules/.cache');
const formatCache = ['--cache', '--cache-strategy=content', `--cache-location=${cache}/format`];

const isWhole = process.argv.includes('--all');

/** What ESLint looks at: one file's types depend on others', so the whole is linted where no engineer waits for it. */
function linted() {
  if (isWhole) return ['.'];
  const changed = changedSources(root);
  return changed.length > 0 ? ['--no-warn-ignored', ...changed] : ['scripts/check.mjs'];
}

const tools = {
  lint: ['eslint', 'bin/eslint.js', '--max-warnings=0', ...linted()],
  // With declarations, so that errors show which only their emit has, such as an exported type that cannot be named.
  types: ['typescript', 'bin/tsc', '--noEmit', '--declaration'],
  format: ['prettier', 'bin/prettier.cjs', '--check', '--log-level=warn', ...formatCache, '.'],
  abi: [root, 'scripts/kernel-abi.mjs'],
  docs: [root, 'scripts/check-docs.mjs'],
  words: [root, 'scripts/check-words.mjs'],
  paths: [root, 'scripts/import-paths.mjs'],
  size: [root, 'scripts/package-sizes.mjs'],
  imports: ['dependency-cruiser', 'bin/dependency-cruise.mjs', '--output-type=err', ...folders],
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
    const child = spawn(process.execPath, [path.join(folder, script), ...args], {
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

const wanted = process.argv.slice(2).filter((name) => name !== '--all');
const unknown = wanted.filter((name) => !(name in tools));
if (unknown.length > 0) {
  console.error(
    `No such check: ${unknown.join(', ')}. There are: ${Object.keys(tools).join(', ')}.`,
  );
  process.exit(2);
}

writeSources();
const usual = Object.keys(tools).filter((name) => isWhole || name !== 'size');
const results = await Promise.all((wanted.length > 0 ? wanted : usual).map(run));
for (const { name, code, output } of results) {
  if (code !== 0) console.log(`\n── ${name} ──\n${output.trim()}\n`);
}
for (const { name, code, seconds } of results) {
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1)} s`);
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
