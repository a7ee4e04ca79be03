import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

export default defineConfig({
  resolve: { alias: { lanegrad: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/package/**'],
    // As `lanegrad` does, though tests import what they test from wherever it is.
    setupFiles: ['src/known.ts'],
    pool: 'threads',
    testTimeout: 60_000,
  },
});
