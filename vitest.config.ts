import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

/** Names of folders of golden data and files that stand in place of the project's own: their tests run with both. */
const NAMES = /LANEGRAD_(GOLDEN|MODELS|NUMPY|PICTURES|TEXT)_DIR/;
const folders = Object.entries(process.env).filter(([name]) => NAMES.test(name));

/** Whether all folders of further data are given. */
const isComplete = folders.length === 5 && process.env['LANEGRAD_DATA_DIR'] !== undefined;

/** Tests that read such folders. */
const readers = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file}`)
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => {
    const text = readFileSync(file, 'utf8');
    return NAMES.test(text) || /\b(goldenFolder|read(Golden|TextCases|Json))\b/.test(text);
  });
/** They run long, and damage whatever files there are. */
const isFuzz = (file: string): boolean => file.startsWith('test/fuzz/');

const resolve = {
  alias: [
    { find: /^lanegrad$/, replacement: source('index.ts') },
    { find: /^lanegrad\/([\w/]+)$/, replacement: source('$1.ts') },
  ],
};
// What the command line excludes, which Vitest does not tell projects.
const excluded = process.argv.flatMap((argument, i, all) =>
  argument === '--exclude' ? [all[i + 1] ?? ''] : [],
);

const test = {
  include: ['test/**/*.test.ts'],
  exclude: ['test/browser/**', 'test/package/**', ...excluded],
  // As `lanegrad` does, though tests import what they test from wherever it is.
  setupFiles: ['src/known.ts', 'src/at-once.ts', 'test/seeded.ts'],
  pool: 'threads' as const,
  // A machine may be busy: this only ends what hangs.
  testTimeout: 300_000,
};

// Of the environment that workers get: the tests of the given folders alone have these variables.
for (const [name] of folders) Reflect.deleteProperty(process.env, name);
const own = {
  ...test,
  name: 'own data',
  exclude: [...test.exclude, ...readers.filter(isFuzz)],
};
const given = {
  ...test,
  name: 'given data',
  include: readers,
  env: Object.fromEntries(folders),
};

export default defineConfig({
  resolve,
  test: {
    ...test,
    globalSetup: [
      'scripts/build/kernel-sources.mjs',
      'scripts/generate/write-sources.mjs',
      'scripts/build/build-workers.mjs',
    ],
    reporters: ['default', ['scripts/vitest-report.mjs', { isComplete }]],
    // By default Vitest leaves one processor idle.
    maxWorkers: availableParallelism(),
    ...(folders.length > 0
      ? { projects: [own, given].map((each) => ({ resolve, test: each })) }
      : {}),
  },
});
