// Compiled models in other hosts than this Node: in browsers and in Wasmtime under Python. Each has to give what `predictOnBatch` gives.
// The programs of docs/compiling.md run there, too.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumPath, launchOptions } from '../../browsers/chromium.mjs';
import { otherBrowsers } from '../../browsers/other-browsers.mjs';
import { serve } from '../../browsers/static-server.mjs';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const inRoot = (...parts) => path.join(root, ...parts);
const own = (name) => fileURLToPath(new URL(name, import.meta.url));
const TIME_LIMIT_MS = 120_000;

/** As strict as a page that runs WebAssembly can have it. */
const POLICY = `default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'`;

/** The cases that a Node makes, after it has run them itself: `null` without the arithmetic. */
export async function casesIn(command, flags) {
  const options = { maxBuffer: 2 ** 28 };
  const { stdout } = await execute(command[0], [...command.slice(1), own('make.mjs'), ...flags], options); // prettier-ignore
  return JSON.parse(stdout);
}

/** The first program of docs/compiling.md that is written in a language, and names the file. */
async function programOf(language) {
  const text = await readFile(inRoot('docs/compiling.md'), 'utf8');
  const programs = text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'));
  const [program] = [...programs].map(([, code]) => code).filter((code) => code.includes('digits.wasm')); // prettier-ignore
  if (program === undefined) throw new Error(`docs/compiling.md has no ${language} program of digits.wasm`); // prettier-ignore
  return program;
}

/** What the programs of the page work with: a model of digits, a picture, and the scores that the library gives. */
async function makeExample() {
  const lanegrad = await import(new URL('../../../dist/index.js', import.meta.url));
  const compile = await import(new URL('../../../dist/compile.js', import.meta.url));
  lanegrad.random.setSeed(3);
  const layer = new lanegrad.layers.Dense(10, { activation: 'softmax', inputShape: [784] });
  const model = new lanegrad.Sequential([layer]);
  const pixels = Array.from({ length: 784 }, (_, i) => (i % 16) / 16);
  const x = lanegrad.tensor([pixels]);
  const y = model.predictOnBatch(x);
  const made = {
    pixels,
    scores: [...y.data()],
    bytes: await compile.compileModel(model),
    module: (await compile.compileToModule(model)).code,
  };
  for (const each of [x, y, model]) each.dispose();
  return made;
}

const expectScores = (host, found, { scores }) => {
  if (JSON.stringify(found) === JSON.stringify(scores)) return;
  throw new Error(`${host}: the program of docs/compiling.md gives ${found}, not ${scores}`);
};

/** The program of the page as a module that exports `scores`. */
const asModule = (program, pixels) =>
  `${program}export { scores };\n`.replace(/^/, `const pixels = ${JSON.stringify(pixels)};\n`);

/** What a page tells. `open(url)` shows it, and gives its end. */
async function askPage(open, made) {
  let tell;
  const told = new Promise((resolve) => (tell = resolve));
  const server = await serve({
    folders: { '/compiled/': own('.') },
    made,
    headers: { 'content-security-policy': POLICY },
    told: { '/told': tell },
  });
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the page has told nothing')), TIME_LIMIT_MS);
  });
  let close;
  try {
    close = await open(`${server.origin}/compiled/page.html`);
    return await Promise.race([told, late]);
  } finally {
    clearTimeout(timer);
    await close?.();
    await server.close();
  }
}

async function openChromium(url) {
  const browser = await chromium.launch(launchOptions(chromiumPath()));
  const page = await browser.newPage();
  await page.goto(url);
  return () => browser.close();
}

/** Chromium and the other browsers, as far as they are there. */
async function inBrowsers(cases, example) {
  const program = await programOf('js');
  const inPage = program
    .replace(/^import .*\n\n?/, '')
    .replace(/readFileSync\((.*?)\)/, `await (await fetch('/digits.wasm')).arrayBuffer()`);
  const made = {
    '/cases.json': JSON.stringify(cases),
    '/digits.wasm': example.bytes,
    '/example.js': asModule(inPage, example.pixels),
    '/model.js': example.module,
    '/pixels.js': `export const pixels = ${JSON.stringify(example.pixels)};`,
  };
  const browsers = {
    Chromium: { missing: () => (chromiumPath() ? undefined : 'it is not installed'), open: openChromium }, // prettier-ignore
    ...Object.fromEntries(Object.values(otherBrowsers).map((each) => [each.name, each])),
  };
  const outcomes = [];
  for (const [host, { missing, open }] of Object.entries(browsers)) {
    const skipped = missing();
    if (skipped !== undefined) {
      outcomes.push({ host, skipped });
      continue;
    }
    const { hashes, scores, module, error } = await askPage(open, made);
    if (error !== undefined) throw new Error(`${host}: ${error}`);
    expectScores(host, scores, example);
    expectScores(`${host}, the module of compileToModule`, module, example);
    outcomes.push({ host, hashes });
  }
  return outcomes;
}

/** Wasmtime; skipped where PyPI cannot be reached. */
async function inPython(cases, example, folder) {
  const host = 'Wasmtime (Python)';
  let python;
  try {
    const script = inRoot('scripts/python-environment.py');
    python = (await execute('python3', [script, own('requirements.txt')])).stdout.trim();
  } catch (error) {
    const reason = String(error.stderr || error.message).trim().split('\n').at(-1); // prettier-ignore
    return { host, skipped: reason };
  }
  const hashes = {};
  for (const [arithmetic, list] of Object.entries(cases)) {
    const file = path.join(folder, `${arithmetic}.json`);
    await writeFile(file, JSON.stringify(list));
    hashes[arithmetic] = JSON.parse((await execute(python, [own('run.py'), file])).stdout);
  }
  const program = `import json\npixels = json.loads('${JSON.stringify(example.pixels)}')\n${await programOf('python')}\nprint(json.dumps(scores.tolist()))\n`; // prettier-ignore
  await writeFile(path.join(folder, 'example.py'), program);
  const { stdout } = await execute(python, ['example.py'], { cwd: folder });
  expectScores(host, JSON.parse(stdout), example);
  return { host, hashes };
}

/**
 * Runs the cases of each arithmetic in all hosts but Node.
 *
 * @returns for each host the hashes by arithmetics and names (null: the host does not know the module), or why it was skipped
 */
export async function inOtherHosts(cases) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-compiled-'));
  try {
    const example = await makeExample();
    await writeFile(path.join(folder, 'digits.wasm'), example.bytes);
    const program = asModule(await programOf('js'), example.pixels);
    await writeFile(path.join(folder, 'example.mjs'), `${program}console.log(JSON.stringify([...scores]));\n`); // prettier-ignore
    const { stdout } = await execute(process.execPath, ['example.mjs'], { cwd: folder });
    expectScores('Node', JSON.parse(stdout), example);
    return [...(await inBrowsers(cases, example)), await inPython(cases, example, folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
