// The examples of docs/tensors.md: each line that ends in a comment must give what the comment says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import * as lanegrad from 'lanegrad';
import { LanegradError, Tensor } from 'lanegrad';
import { afterAll, describe, expect, it } from 'vitest';

const page = readFileSync(path.join(import.meta.dirname, '../../../docs/tensors.md'), 'utf8');
const blocks = [...page.matchAll(/^## ([^\n]+)|```ts\n([\s\S]*?)```/gm)];

/** One world for all examples: later ones use the names of earlier ones. */
const world = vm.createContext({ ...lanegrad, Uint8Array });

/** A result as the page writes it. */
function describeResult(value: unknown): string {
  if (value instanceof Tensor) return `${value.toString().replace(/\s+/g, ' ')} ${value.dtype}`;
  if (Array.isArray(value) && value.some((item) => item instanceof Tensor)) {
    return value.map(describeResult).join(', ');
  }
  return String(value);
}

/** Runs a line; what it throws on purpose is its result. */
function run(code: string): string {
  try {
    return describeResult(vm.runInContext(code, world));
  } catch (error) {
    if (error instanceof LanegradError) return `throws ${error.name}`;
    throw error;
  }
}

describe('docs/tensors.md', () => {
  let section = '';
  for (const [, heading, code] of blocks) {
    if (heading !== undefined) section = heading;
    if (code === undefined) continue;
    for (const line of code.trim().split('\n')) {
      const [, statement = '', result] = /^(.*?;)(?: \/\/ (.*))?$/.exec(line) ?? [];
      it(`${section}: ${line}`, () => {
        expect(statement, 'one statement a line').not.toBe('');
        const got = run(statement);
        // NumPy pads columns; the page does not.
        if (result !== undefined) expect(got.replace(/ +/g, ' ')).toBe(result);
      });
    }
  }

  it('has examples', () => {
    expect(blocks.length).toBeGreaterThan(20);
  });

  afterAll(() => {
    vm.runInContext('[i, f, bytes, x, scores, a, b].forEach((tensor) => tensor.dispose())', world);
  });
});
