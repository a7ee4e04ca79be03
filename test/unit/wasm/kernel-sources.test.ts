// Tests are not run with binaries of other sources.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import requireFresh, { beginSources } from '../../../scripts/build/kernel-sources.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-sources-'));
const write = (file: string, text: string): void => {
  writeFileSync(path.join(folder, file), text);
};

beforeAll(() => {
  for (const made of ['assembly/ops', 'src/engine/wasm/generated']) {
    mkdirSync(path.join(folder, made), { recursive: true });
  }
  for (const file of ['asconfig.json', 'assembly/codes.ts', 'assembly/ops/unary.ts']) {
    write(file, '1');
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('binaries of no build are refused, and those of one that has not come to its end', () => {
  beginSources(folder)();
  beginSources(folder);
  expect(() => {
    requireFresh(undefined, folder);
  }).toThrow(/no src\/engine\/wasm\/generated\/sources\.json.*npm run build:wasm/);
});

it('binaries are fresh until a source changes, comes or goes, and the message names it', () => {
  beginSources(folder)();
  requireFresh(undefined, folder);
  write('assembly/ops/unary.ts', '2');
  write('assembly/ops/new.ts', '1');
  rmSync(path.join(folder, 'assembly/codes.ts'));
  expect(() => {
    requireFresh(undefined, folder);
  }).toThrow(
    'older than their sources: assembly/ops/new.ts is new, assembly/ops/unary.ts has changed, ' +
      'assembly/codes.ts is gone. Run `npm run build:wasm`.',
  );
});
