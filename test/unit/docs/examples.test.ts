// What the examples in doc comments give is what the comments behind them say. That the examples compile is checked by
// `npm run check docs`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as lanegrad from 'lanegrad';
import * as compile from 'lanegrad/compile';
import { expect, it } from 'vitest';
import { examples, NAMESPACES } from '../../../scripts/check/check-docs.mjs';
import { root } from './pages.js';
import { observe } from './programs.js';
import type { Outcome } from './run-programs.js';

/** Formulas that stand in comments for numbers. */
const FORMULAS: readonly (readonly [string, number])[] = [
  ['(ln 2)² / 2', Math.LN2 ** 2 / 2],
  ['(ln 2)²', Math.LN2 ** 2],
  ['½ ln 2', Math.LN2 / 2],
  ['ln 2', Math.LN2],
  ['ln(cosh 1) / 2', Math.log(Math.cosh(1)) / 2],
  ['ln(cosh 1)', Math.log(Math.cosh(1))],
  ['(½ + 6) / 2', 6.5 / 2],
];

function withoutFormulas(comment: string): string {
  return FORMULAS.reduce(
    (text, [formula, value]) => text.replaceAll(formula, String(Number(value.toFixed(4)))),
    comment.replaceAll('−', '-'),
  );
}

/** Values as examples write them, numbers to four places; everything else in a comment is a remark. */
const VALUE = /^(?:throws \w+|(?:[-\d., [\]]|true|false|NaN|Infinity)+|'.*')$/;

/** What stands before the examples: what a value is, and the variables that results depend on. */
const HEAD = `
const plain = (value: unknown): string => {
  if (value instanceof Tensor) return plain(value.toArray());
  if (Array.isArray(value)) return '[' + value.map(plain).join(', ') + ']';
  if (typeof value === 'number') return String(Number(value.toFixed(4)) + 0);
  return typeof value === 'string' ? \`'\${value}'\` : String(value);
};
const reportFrom = (first: number) => (index: number, statement: () => unknown) =>
  globalThis.report(first + index, async () => console.log(plain(await statement())));
const model = new Sequential([new layers.Dense(1, { inputShape: [2] })]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
const [x, y, logits] = [tensor([[1, 2], [3, 4]]), tensor([[1], [2]]), tensor([[0, 1]])];
`;

const observed = examples
  .filter(({ beside }) => beside === undefined)
  .map(({ location, code }) => {
    const { promises, ...rest } = observe(code);
    const texts = promises.map(({ text }) => withoutFormulas(text));
    return { location, ...rest, texts };
  })
  .filter(({ texts }) => texts.some((text) => VALUE.test(text)));

/** The examples one after another as a program. */
function programOf(): string {
  const from = (entry: string): string => JSON.stringify(path.join(root, `src/${entry}.ts`));
  let text = '';
  for (const [entry, names] of Object.entries({ index: lanegrad, compile })) {
    text += `import { ${Object.keys(names).join(', ')} } from ${from(entry)};\n`;
  }
  for (const name of NAMESPACES) {
    text += `import * as ${name} from ${from(name)};\n`;
  }
  text += HEAD;
  let first = 0;
  for (const { code, texts } of observed) {
    text += `{ const report = reportFrom(${first});\n${code}\n}\n`;
    first += texts.length;
  }
  return text;
}

it('gives what the comments say', { timeout: 120_000 }, async () => {
  const folder = path.join(root, 'build/examples');
  const file = path.join(folder, 'examples.run.ts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, programOf());
  const child = fork(path.join(import.meta.dirname, 'run-programs.ts'), [file], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let outcome: Outcome | undefined;
  child.on('message', (message: [string, Outcome]) => ([, outcome] = message));
  await once(child, 'close');
  expect(outcome?.error).toBeUndefined();

  const results = outcome?.results ?? {};
  const promises = observed.flatMap(({ location, texts }) =>
    texts.map((text) => ({ location, text })),
  );
  const told = promises.map(({ location, text }) => `${location}: ${text}`);
  const got = promises.map(
    ({ location, text }, i) =>
      `${location}: ${VALUE.test(text) ? (results[i] ?? 'nothing') : text}`,
  );
  expect(got).toEqual(told);
  expect(told.length).toBeGreaterThan(200);
});
