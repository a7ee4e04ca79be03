// The programs of test/package/tasks: what a new user would do first. They are compiled with the settings that `tsc --init` writes,
// against the packed package, and run. None of them may cast.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { build as viteBuild } from 'vite';
import { serve } from '../browsers/static-server.mjs';
import { isolation, strictPolicy } from './pages.mjs';
import { assert, root, run } from './project.mjs';

const require = createRequire(import.meta.url);
const compiler = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');
const sources = path.join(root, 'test/package/tasks');

/** The programs that run in Node, in the order of their numbers, with what each must print. */
const programs = {
  '1-pictures': /^this picture is (bright|dark) /m,
  '2-reviews': /^good\nbad$/m,
  '3-table': /^accuracy (0\.[89]|1$)[\s\S]*^this person buys: true$/m,
  '4-weather': /^mean error 0\.\d+\ndrawn true$/m,
  '5-vae': /^made \[ 4, 64 \]$/m,
  '6-parts': /^layer 0\.5\nloss 2$/m,
  '7-loop': /^same weights true$/m,
  '8-server':
    /^answers while the worker trained: true\naccuracy of the next model 0\.9[\s\S]*^it says \{ digit: \d[\s\S]*^not pixels 400$/m,
  '10-search': /^logs of 4 trials\nbest: rate 0\.\d+ width \d+ accuracy 0\.9\d+$/m,
};

/**
 * Puts the programs into a project and compiles them there.
 *
 * @param {string} folder a project with the package and the optional peers
 * @param {{ folder: string } | undefined} tools with Express; undefined where they cannot be installed
 * @returns {Promise<string>} the folder of the programs
 */
export async function compileTasks(folder, tools) {
  const project = path.join(folder, 'tasks');
  rmSync(project, { recursive: true, force: true });
  cpSync(sources, project, { recursive: true });
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const modules = path.join(project, 'node_modules');
  mkdirSync(modules);
  const installed = path.join(tools?.folder ?? root, 'node_modules');
  symlinkSync(path.join(installed, '@types'), path.join(modules, '@types'));
  if (tools === undefined) rmSync(path.join(project, '8-server.ts'));
  else symlinkSync(path.join(installed, 'express'), path.join(modules, 'express'));

  await run(project, process.execPath, compiler, '--init');
  const settings = path.join(project, 'tsconfig.json');
  const written = readFileSync(settings, 'utf8');
  const forNode = written.replace('"types": []', '"types": ["node"]');
  assert(forNode !== written, `tsc --init wrote no "types": []:\n${written}`);
  writeFileSync(settings, forNode);
  await run(project, process.execPath, compiler, '-p', '.');
  await run(project, process.execPath, compiler, '-p', '.', '--noEmit', '--skipLibCheck', 'false');
  return project;
}

/** Every cast, `any` and ignored error of the programs. */
export function castsInTasks() {
  const files = readdirSync(sources, { recursive: true }).filter((file) => file.endsWith('.ts'));
  assert(files.length === 10, `there are ${files.length} tasks: ${files.join(', ')}`);
  return files.flatMap((file) => {
    const text = readFileSync(path.join(sources, file), 'utf8');
    const program = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const found = [...text.matchAll(/@ts-(ignore|expect-error|nocheck)/g)].map(([word]) => word);
    const visit = (node) => {
      if (
        ts.isAsExpression(node) ||
        ts.isTypeAssertionExpression(node) ||
        ts.isNonNullExpression(node) ||
        node.kind === ts.SyntaxKind.AnyKeyword
      ) {
        found.push(node.getText());
      }
      ts.forEachChild(node, visit);
    };
    visit(program);
    return found.map((what) => `${file}: ${what}`);
  });
}

/** A folder of its own for what a program writes. */
function folderOf(project, name) {
  const folder = path.join(project, 'runs', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs one of the programs; its last line. */
async function runTask(project, name) {
  const file = path.join(project, `${name}.js`);
  const output = await run(folderOf(project, name), process.execPath, file);
  assert(programs[name].test(output), `expected ${programs[name]}, got:\n${output}`);
  return output.split('\n').at(-1);
}

/** Kills the search in its second trial, and starts it again. */
async function interruptSearch(project) {
  const cwd = folderOf(project, 'interrupted');
  const file = path.join(project, '10-search.js');
  const child = spawn(process.execPath, [file], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('rate 0.01 width 32 epoch 2')) child.kill('SIGKILL');
  }
  await ended;
  assert(child.signalCode === 'SIGKILL', 'the search ended before it could be killed');
  const output = await run(cwd, process.execPath, file);
  const goesOn = /^finished before 1\nrate 0\.01 width 32 epoch (\d+)$/m.exec(output);
  assert(goesOn !== null && Number(goesOn[1]) >= 3, `it did not go on, but printed:\n${output}`);
  assert(programs['10-search'].test(output), `expected a result, got:\n${output}`);
  return `goes on with epoch ${goesOn[1]} of the second trial`;
}

/** How many points each curve of a chart has. */
const pointsOfCurves = (page, target) =>
  page
    .locator(`${target} svg .mark-line path`)
    .evaluateAll((curves) => curves.map((curve) => curve.getAttribute('d').match(/[ML]/g).length));

/** Epochs that the page trains. */
const PAGE_EPOCHS = 30;

/** Builds the page with Vite, presses its button, and looks at the charts that it draws. */
async function trainOnPage(project, browser) {
  const out = path.join(project, 'built');
  await viteBuild({
    ...{ root: path.join(project, 'page'), configFile: false, logLevel: 'warn' },
    worker: { format: 'es' },
    build: { outDir: out, emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  });
  const headers = { ...isolation, ...strictPolicy({ charts: true }) };
  const server = await serve({ folders: { '/': out }, made: {}, headers });
  try {
    return await browser.use(`${server.origin}/index.html`, async (page) => {
      await page.click('#train');
      await page.waitForSelector('#result:not(:empty)', { state: 'attached' });
      const result = await page.textContent('#result');
      assert(/^accuracy 0\.9/.test(result), `the page says: ${result}`);
      const points = await pointsOfCurves(page, '#curves');
      assert(
        points.length === 4 && points.every((count) => count === PAGE_EPOCHS),
        `expected 4 curves of ${PAGE_EPOCHS} epochs, got curves of ${points.join(', ')}`,
      );
      const cells = await page.locator('#confusion svg .mark-rect.role-mark path').count();
      assert(cells === 100, `the confusion matrix has ${cells} cells`);
      return `${result}, ${points.length} curves`;
    });
  } finally {
    await server.close();
  }
}

/**
 * The cases of the package test.
 *
 * @param {{ withPeers(): string, tools(): object | undefined, needTools(): object, needBrowser(): object }} environment
 */
export function taskCases({ withPeers, tools, needTools, needBrowser }) {
  let compiled;
  const project = () => (compiled ??= compileTasks(withPeers(), tools()));
  const runs = Object.keys(programs).map((name) => [
    `task ${name.replace('-', ': ')}`,
    async () => {
      if (name === '8-server') needTools();
      return runTask(await project(), name);
    },
  ]);
  return {
    'tasks of a new user: under the settings of tsc --init, without casts': async () => {
      const casts = castsInTasks();
      assert(casts.length === 0, casts.join('\n'));
      const folder = await project();
      const count = Object.keys(programs).filter((name) => existsSync(path.join(folder, `${name}.js`))).length; // prettier-ignore
      return `${count + 1} programs`;
    },
    ...Object.fromEntries(runs),
    'task 9: a page that trains in a worker': async () =>
      trainOnPage(await project(), needBrowser()),
    'task 10: a search that is killed goes on': async () => interruptSearch(await project()),
  };
}
