// The block in which kernels find shapes and structs has room for the largest of them: behind it lies the spare one.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LAYOUT_BYTES } from '../../../src/engine/runtime/heap.js';

const source = readFileSync(
  new URL('../../../src/engine/wasm/generated/kernels.ts', import.meta.url),
  'utf8',
);

/** The structs of kernels, with their fields, each an int32. */
const structs = Array.from(
  source.matchAll(/const enum (\w+)Field \{([^}]*)\}/g),
  ([, name = '', body = '']) => [name, body.match(/^ *\w+/gm)?.length ?? 0] as const,
);

it('finds the structs', () => {
  expect(structs.map(([name]) => name)).toContain('Depthwise');
});

it.each(structs)('%s, of %i fields, has room', (_, count) => {
  expect(count).toBeGreaterThan(0);
  expect(4 * count).toBeLessThanOrEqual(LAYOUT_BYTES);
});
