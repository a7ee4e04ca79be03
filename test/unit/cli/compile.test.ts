// `npx lanegrad compile`, without a process of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/main.js';
import { runCompiled } from '../../../src/compile.js';
import { layers, models, tensor } from '../../../src/index.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-compile-'));
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.setWeights([tensor([[1], [2]]), tensor([3])]);
  await model.save(at('sum.keras'));
  model.dispose();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function lanegrad(...words: readonly string[]): Promise<readonly [number, string]> {
  const lines: string[] = [];
  const print = (text: string): void => void lines.push(text);
  return [await runCommandLine(words, print, print), lines.join('\n')];
}

const compile = (...words: readonly string[]) => lanegrad('compile', at('sum.keras'), ...words);

describe('npx lanegrad compile', () => {
  it('writes a module of WebAssembly', async () => {
    const output = at('sum.wasm');
    expect(await compile('-o', output, '-b', '2')).toEqual([0, `Wrote ${output}.`]);
    const compiled = runCompiled(new Uint8Array(readFileSync(output)));
    expect([...compiled.predict(Float32Array.of(1, 1, 2, 3))]).toEqual([6, 11]);
  });

  it('writes an ES module with its declarations', async () => {
    const [code, said] = await compile('-o', at('sum.mjs'));
    expect(code).toBe(0);
    expect(said).toContain('sum.d.mts');
    expect(readFileSync(at('sum.mjs'), 'utf8')).toContain('export function predict');
    expect(readFileSync(at('sum.d.mts'), 'utf8')).toContain('export declare function predict');
  });

  it('replaces a file only by --force, and names what is wrong with a call', async () => {
    await compile('-o', at('twice.wasm'));
    const [failed, exists] = await compile('-o', at('twice.wasm'));
    expect(failed).toBe(1);
    expect(exists).toContain('replace it by --force');
    expect((await compile('-o', at('twice.wasm'), '-f'))[0]).toBe(0);
    // The declarations beside a module are a file, too.
    writeFileSync(at('own.d.ts'), 'mine');
    expect((await compile('-o', at('own.js')))[1]).toMatch(/own\.d\.ts' exists/);
    expect(readFileSync(at('own.d.ts'), 'utf8')).toBe('mine');
    const misused: readonly (readonly [RegExp, ...string[]])[] = [
      [/--output is missing/],
      [/must be \.wasm, \.js or \.mjs/, '-o', 'sum.bin'],
      [/--weights must be/, '-o', at('x.wasm'), '--weights', 'int4'],
      [/--batch-size must be/, '-o', at('x.wasm'), '-b', '0'],
    ];
    for (const [message, ...words] of misused) {
      const [code, said] = await compile(...words);
      expect(said).toMatch(message);
      expect(code).toBe(2);
    }
  });
});
