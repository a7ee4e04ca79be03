import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^lanegrad$/, replacement: source('index.ts') },
      { find: /^lanegrad\/applications$/, replacement: source('applications/index.ts') },
      { find: /^lanegrad\/remote$/, replacement: source('remote/index.ts') },
      { find: /^lanegrad\/flower$/, replacement: source('flower/index.ts') },
      { find: /^lanegrad\/io\/npz$/, replacement: source('io/npz.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/package/**'],
    // As `lanegrad` does, though tests import what they test from wherever it is.
    setupFiles: ['src/known.ts', 'src/at-once.ts', 'test/seeded.ts'],
    globalSetup: ['scripts/write-sources.mjs', 'scripts/build-workers.mjs'],
    pool: 'threads',
    // By default Vitest leaves one processor idle.
    maxWorkers: availableParallelism(),
    // A machine may be busy: this only ends what hangs.
    testTimeout: 300_000,
  },
});
