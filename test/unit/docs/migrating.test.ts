// The programs of docs/migrating.md run as they stand there; what they save goes into a temporary folder.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import vm from 'node:vm';
import * as lanegrad from 'lanegrad';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../data/temporary-folder.js';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/migrating.md'), 'utf8');
const programs = [...page.matchAll(/^## ([^\n]+)[\s\S]*?```ts\n([\s\S]*?)```/gm)].map(
  ([, section = '', code = '']) => [section, code] as const,
);

describe('docs/migrating.md', () => {
  it.each(programs)('%s', async (_, code) => {
    const folder = await temporaryFolder();
    const printed: unknown[][] = [];
    const console = { log: (...values: unknown[]) => printed.push(values) };
    const world = vm.createContext({ ...lanegrad, console });
    const program = code.replaceAll("'models/", `'${folder}/`);
    await vm.runInContext(`(async () => { ${program} })()`, world);
    const numbers = printed.flat().filter((value) => typeof value === 'number');
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(numbers.length).toBeGreaterThan(1);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('names what exists: the right column of its tables', () => {
    const cells = [...page.matchAll(/^\|.*\|([^|]*)\|$/gm)].map(([, cell = '']) => cell);
    const names = cells.flatMap((cell) =>
      [...cell.matchAll(/\b(models|layers|optimizers|data|ops|random|utils)\.(\w+)/g)].map(
        ([, namespace = '', name = '']) => [namespace, name] as const,
      ),
    );
    expect(names.length).toBeGreaterThan(20);
    for (const [namespace, name] of names) {
      // Not the files of this folder, nor variables of the same name.
      if (name === 'md') continue;
      const members = (lanegrad as unknown as Record<string, Record<string, unknown>>)[namespace];
      expect(members?.[name], `${namespace}.${name}`).toBeDefined();
    }
  });
});
