// The examples of docs/extending.md: each prints what stands behind it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import vm from 'node:vm';
import { transform } from 'esbuild';
import * as lanegrad from 'lanegrad';
import { describe, expect, it } from 'vitest';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/extending.md'), 'utf8');

/** The code of each section, its blocks one after the other. */
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const code = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    return { name: section.split('\n', 1)[0] ?? '', code: code.join('\n') };
  });

type Program = (library: typeof lanegrad, console: object) => Promise<void>;

/** Runs a section; the lines that it prints. */
async function linesOf(code: string): Promise<string[]> {
  const plain = (await transform(code, { loader: 'ts', target: 'es2022' })).code;
  const body = plain.replace(/^import (\{[^}]*\}) from "lanegrad";/gm, 'const $1 = library;');
  // In this world, so that its objects are ours.
  const run = vm.runInThisContext(`(async (library, console) => {${body}\n})`) as Program;
  const lines: string[] = [];
  await run(lanegrad, {
    log(...values: readonly unknown[]) {
      const texts = values.map((value) => (typeof value === 'string' ? value : inspect(value)));
      lines.push(texts.join(' ').replace(/\s+/g, ' '));
    },
  });
  return lines;
}

describe('docs/extending.md', () => {
  it.each(sections)('$name', async ({ code }) => {
    const expected = [...code.matchAll(/; \/\/ (.*)$/gm)].map(([, text = '']) => text);
    expect(expected.length).toBeGreaterThan(0);
    expect(await linesOf(code)).toEqual(expected);
  });

  it('has an example of each part', () => {
    expect(sections.map(({ name }) => name)).toEqual([
      'A loss',
      'A metric',
      'A layer',
      'A callback',
      'An initializer',
      'A regularizer',
      'A constraint',
      'An activation',
      'A learning-rate schedule',
      'An optimizer',
    ]);
  });
});
