// A separate process that runs the programs of the documentation one after another, each in an empty folder, and reports the
// results to the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import 'fake-indexeddb/auto';
import { LanegradError, Tensor } from '../../../src/index.js';

/** What a program did: the results of its statements by their indices, and the error that ended it. */
export interface Outcome {
  readonly results: Readonly<Record<number, string>>;
  readonly error?: string;
}

const results = new Map<number, string>();
let printed: string[] = [];

Object.assign(console, {
  log(...values: readonly unknown[]) {
    const texts = values.map((value) => (typeof value === 'string' ? value : inspect(value)));
    printed.push(texts.join(' '));
  },
});
// Progress bars.
process.stdout.write = () => true;

/** Called in place of a statement whose result the page tells; of a loop, the first time counts. */
async function report(index: number, statement: () => Promise<unknown>): Promise<void> {
  printed = [];
  let value: unknown;
  try {
    value = await statement();
    value = printed.length > 0 ? printed.join(' ') : describeValue(value);
  } catch (error) {
    if (!(error instanceof LanegradError)) throw error;
    value = `throws ${error.name}`;
  }
  if (!results.has(index)) results.set(index, String(value));
}

/** A value as the pages write it: a tensor with its dtype, everything else as Node shows it. */
function describeValue(value: unknown): string {
  if (value instanceof Tensor) return `${value.toString()} ${value.dtype}`;
  if (Array.isArray(value) && value.some((item) => item instanceof Tensor)) {
    return value.map(describeValue).join(', ');
  }
  return inspect(value);
}

async function outcomeOf(program: string): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-docs-'));
  process.chdir(folder);
  results.clear();
  try {
    await import(pathToFileURL(program).href);
    return { results: Object.fromEntries(results) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
    return { results: Object.fromEntries(results), error: text };
  } finally {
    process.chdir(tmpdir());
    rmSync(folder, { recursive: true, force: true });
  }
}

Object.assign(globalThis, { report });
for (const program of process.argv.slice(2)) {
  const outcome = await outcomeOf(program);
  process.send?.([program, outcome]);
}
process.disconnect();
