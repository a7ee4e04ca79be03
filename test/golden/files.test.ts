// Every golden file is read by a test: numbers that no test looks at prove nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder } from './cases.js';

/** The subjects in a folder, those in folders inside with their path: `gpt/gpt`. */
const subjectsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .map((file) => file.replaceAll('\\', '/').replace(/\.json(\.gz)?$/, ''));

const tests = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .join('\n');

describe('golden files', () => {
  it.each(subjectsIn(goldenFolder))('%s is read by a test', (subject) => {
    expect(tests).toContain(`'${subject}'`);
  });
});
