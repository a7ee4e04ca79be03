// The examples of docs/data.md run, and what they print is what their comments say.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { transform } from 'esbuild';
import * as lanegrad from 'lanegrad';
import { describe, expect, it } from 'vitest';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/data.md'), 'utf8');
const blocks = [...page.matchAll(/^## ([^\n]+)|```ts\n([\s\S]*?)```/gm)];

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (...args: unknown[]) => Promise<void>;

/** Runs an example beside a model that takes digits; gives the lines that it prints. */
async function run(example: string): Promise<string[]> {
  const { code } = await transform(example, { loader: 'ts' });
  const body = code.replace(/^import (\{.*\}) from "lanegrad";$/gm, 'const $1 = lanegrad;');
  const model = new lanegrad.Sequential([
    new lanegrad.layers.Dense(10, { activation: 'softmax', inputShape: [64] }),
  ]);
  model.compile({ loss: 'sparse_categorical_crossentropy' });
  const printed: string[] = [];
  const console = {
    log: (...values: unknown[]) => printed.push(values.map((value) => inspect(value)).join(' ')),
  };
  const quiet = {
    fit: (data: never, options: object) => model.fit(data, { ...options, verbose: 0 }),
  };
  await new AsyncFunction('lanegrad', 'model', 'console', body)(lanegrad, quiet, console);
  return printed;
}

describe('docs/data.md', () => {
  let section = '';
  for (const [, heading, code] of blocks) {
    if (heading !== undefined) section = heading;
    if (code === undefined) continue;
    it(section, async () => {
      const printed = await run(code);
      const promised = [...code.matchAll(/console\.log.*; \/\/ (.*)$/gm)].map(([, text]) => text);
      promised.forEach((text = '', i) => {
        expect(printed[i]?.replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      });
    });
  }

  it('has examples', () => {
    expect(blocks.filter(([, , code]) => code !== undefined).length).toBeGreaterThan(2);
  });
});
