// Every code block of the documentation is compiled as a project of a user would compile it, which `tsc --init` has set up,
// and run. What stands in a comment behind a statement is what it prints or gives. A block for which that is not
// possible says why, in a mark that no reader sees: `<!-- not run: it needs a browser -->`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageJsonOf, readPages, root } from './pages.js';
import { codeOf, folderOf, observed, writeCode } from './programs.js';
import type { Outcome } from './run-programs.js';

const folder = path.join(root, 'build/docs');
const configFile = path.join(folder, 'tsconfig.json');
const pages = readPages();
const code = pages.map((page) => ({ page, ...codeOf(page) }));
const programs = code.flatMap((found) => found.programs);

/** The file that is run. */
const fileOf = (program: { page: string; file: string }): string =>
  path.join(folder, folderOf(program.page), `${program.file}.run.ts`);

/** The entry points of the package as the sources that they are built from. */
function entryPoints(): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (const [name, entry] of Object.entries(packageJsonOf().exports)) {
    if (typeof entry === 'string') continue;
    const source = entry.types.replace('./dist/types/', '').replace(/\.d\.ts$/, '.ts');
    paths[path.posix.join('lanegrad', name)] = [path.join(root, source)];
  }
  return paths;
}

/** Writes what is compiled, `<name>.ts`, and what is run, `<name>.run.ts`; the paths of the former. */
function write(): string[] {
  rmSync(folder, { recursive: true, force: true });
  const files = writeCode(folder);
  for (const program of programs) writeFileSync(fileOf(program), observed(program).code);
  const compilerOptions = {
    // What `tsc --init` of TypeScript 6 sets.
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    noUncheckedSideEffectImports: true,
    jsx: 'react-jsx',
    target: 'esnext',
    module: 'esnext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    allowJs: true,
    skipLibCheck: true,
    types: [],
    noEmit: true,
    paths: entryPoints(),
  };
  writeFileSync(configFile, JSON.stringify({ compilerOptions, files }));
  return files;
}

/** What TypeScript finds, by page: `12: message`, with the line of the page. */
function diagnose(files: readonly string[]): Map<string, string[]> {
  const { config } = ts.readConfigFile(configFile, (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(fileNames, options);
  const found = new Map<string, string[]>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const diagnostics = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    const key = path.basename(path.dirname(file));
    for (const { messageText, start = 0 } of diagnostics) {
      const line = (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      const text = `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      found.set(key, [...(found.get(key) ?? []), text]);
    }
  }
  return found;
}

/** Runs all programs in one process. */
async function runAll(): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const child = fork(path.join(import.meta.dirname, 'run-programs.ts'), programs.map(fileOf), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, TSX_TSCONFIG_PATH: configFile },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  child.on('message', ([file, outcome]: [string, Outcome]) => outcomes.set(file, outcome));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  expect(exitCode, errors).toBe(0);
  return outcomes;
}

let mistakes = new Map<string, string[]>();
let outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  const files = write();
  const running = runAll();
  mistakes = diagnose(files);
  outcomes = await running;
}, 300_000);

/** Spaces that only make columns, or that Node puts inside of brackets, are not what a page is about. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/([[{]) | (?=[\]}])/g, '$1');
}

const withBlocks = code.filter(({ page }) => page.blocks.length > 0);

describe.each(withBlocks.map((found) => [found.page.name, found] as const))('%s', (_, found) => {
  const { page, programs } = found;

  it('compiles under what tsc --init sets', () => {
    expect(mistakes.get(folderOf(page.name)) ?? []).toEqual([]);
  });

  it.each(programs.map((program) => [program.name, program] as const))('%s', (_, program) => {
    const outcome = outcomes.get(fileOf(program));
    expect(outcome?.error).toBeUndefined();
    const { promises, remarks } = observed(program);
    expect(remarks, 'a remark stands on a line of its own').toEqual([]);
    const told = promises.map(({ line, text }) => `${line}: ${plain(text)}`);
    const got = promises.map(
      ({ line }, i) => `${line}: ${plain(outcome?.results[i] ?? 'nothing')}`,
    );
    expect(got).toEqual(told);
  });

  it('says of every other block why it is not run', () => {
    const silent = page.blocks.filter(
      ({ language, not }) => !['ts', 'js'].includes(language) && not === undefined,
    );
    expect(silent.map(({ line, language }) => `${line}: ${language}`)).toEqual([]);
  });
});

it('docs/extending.md has a program for each part of a model', () => {
  const sections = programs
    .filter(({ page }) => page === 'docs/extending.md')
    .map(({ blocks }) => blocks[0]?.section);
  expect(sections).toEqual([
    'A loss',
    'A metric',
    'A layer',
    'Several inputs',
    'Arguments by name',
    'Masks',
    'A cell of a recurrent layer',
    'A callback',
    'An initializer',
    'A regularizer',
    'A constraint',
    'An activation',
    'A learning-rate schedule',
    'An optimizer',
    'A training step',
    'A model with steps of its own',
    'Names in files',
  ]);
});
